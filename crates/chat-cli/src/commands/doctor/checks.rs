//! The checks: of settings before anything is sent, and of what the call showed.

use std::env;

use chat_transport::{Error as CallError, ErrorKind, Phase};
use chat_types::{
    ErrorCode,
    spec::{ErrorClass, RetryAdvice},
};

use crate::{error::Error, output::one_line, settings::Settings};

/// What a check found.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) state: State,
    pub(super) detail: String,
    /// What to do about it.
    pub(super) remedy: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Ok,
    /// Nothing is wrong, but something may be.
    Warning,
    Failed,
}

impl State {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

impl Check {
    pub(super) fn new(name: &'static str, state: State, detail: impl Into<String>) -> Self {
        let detail = one_line(&detail.into()).to_string();
        Self { name, state, detail, remedy: None }
    }

    pub(super) fn failed(name: &'static str, error: &Error) -> Self {
        let remedy = error.hint().map(str::to_owned);
        Self { remedy, ..Self::new(name, State::Failed, error.message()) }
    }

    #[must_use]
    pub(super) fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

/// Checks the settings, each for itself.
pub(super) fn of_settings(settings: &Settings) -> Vec<Check> {
    let check = |name, outcome: Result<String, Error>| match outcome {
        Ok(detail) => Check::new(name, State::Ok, detail),
        Err(error) => Check::failed(name, &error),
    };
    vec![
        check("address", settings.address_text()),
        check("app", settings.sdk_app_id().map(|app| format!("SDKAppID {app}"))),
        check("admin", settings.identifier()),
        of_key(settings),
    ]
}

fn of_key(settings: &Settings) -> Check {
    let key = match settings.secret_key() {
        Ok(key) => key,
        Err(error) => return Check::failed("key", &error),
    };
    drop(key);
    Check::new("key", State::Ok, "there is a secret key")
}

/// Checks for proxies, which chatctl does not use.
pub(super) fn of_proxy(is_loopback: bool) -> Check {
    const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let set = VARIABLES.into_iter().find(|name| env::var_os(name).is_some_and(|v| !v.is_empty()));
    match set {
        Some(name) if !is_loopback => {
            Check::new("proxy", State::Warning, format!("{name} is set, and chatctl ignores it"))
                .with_remedy(
                    "chatctl connects directly; where that is forbidden, run it on a host that may",
                )
        }
        _ => Check::new("proxy", State::Ok, "none is configured"),
    }
}

/// Checks whether a response arrived at all.
pub(super) fn of_network(error: Option<&CallError>) -> Check {
    let Some(error) = error else {
        return Check::new("network", State::Ok, "the service responds");
    };
    let remedy = match error.kind() {
        ErrorKind::Api(_) => return Check::new("network", State::Ok, "the service responds"),
        ErrorKind::Timeout(Phase::Tls) => {
            "something on the way intercepts TLS, or drops it: check firewall and proxy"
        }
        ErrorKind::Timeout(Phase::Connect) | ErrorKind::Connect { .. } => {
            "check the name of the host, the firewall, and for a private endpoint --ca-file"
        }
        ErrorKind::HttpStatus { .. } | ErrorKind::InvalidJson => {
            "another server or a proxy has responded: check the address"
        }
        _ => "try again; if it persists, check the network",
    };
    Check::failed("network", &Error::from(error)).with_remedy(remedy)
}

pub(super) fn of_clock(offset: i64) -> Check {
    let seconds = offset.unsigned_abs();
    if seconds < NOTABLE_SECONDS {
        return Check::new("clock", State::Ok, format!("within {NOTABLE_SECONDS} s of the server"));
    }
    let side = if offset > 0 { "behind" } else { "ahead of" };
    Check::new("clock", State::Failed, format!("{seconds} s {side} the server"))
        .with_remedy("set the clock of this machine, with NTP for example")
}

pub(super) fn of_login(outcome: &Result<(), CallError>) -> Check {
    match outcome {
        Ok(()) => Check::new("login", State::Ok, "app, key, admin and region belong together"),
        Err(error) => {
            let check = Check::failed("login", &Error::from(error));
            match remedy_of_login(error) {
                Some(remedy) => check.with_remedy(remedy),
                None => check,
            }
        }
    }
}

fn remedy_of_login(error: &CallError) -> Option<String> {
    Some(error.code()?.remedy().to_owned())
}

/// Returns whether the refusal can mean that the app is in another region.
pub(super) fn may_be_of_another_region(error: &CallError) -> bool {
    let Some(code) = error.code() else { return false };
    code.retry_advice() == RetryAdvice::InAnotherRegion || code.class() == ErrorClass::Signature
}

/// States what no call can find out without changing something.
pub(super) fn of_features() -> Check {
    Check::new(
        "features",
        State::Ok,
        "the edition and the switches of the app cannot be read; an endpoint that needs one refuses \
         with a code of the class permission",
    )
    .with_remedy(
        "`chatctl endpoints --output json --jq '.[] | select(.requirement) | {endpoint, \
         requirement}'` lists what endpoints need",
    )
}

/// Returns whether the region knows the app, even if it refuses the signature.
pub(super) fn knows_the_app(outcome: &Result<(), CallError>) -> bool {
    match outcome {
        Ok(()) => true,
        Err(error) => error.code().is_some_and(|code: ErrorCode| {
            code.retry_advice() != RetryAdvice::InAnotherRegion
                && code.class() != ErrorClass::Signature
        }),
    }
}

const NOTABLE_SECONDS: u64 = 60;
