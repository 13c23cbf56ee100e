//! Lets a caller in: the URL parameters and the signature.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chat_types::{ErrorCode, UnixSeconds, spec::ServiceSpec};

use crate::{app_cell::AppInner, response::Refusal};

/// The apps of an emulator and their admins.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) apps: HashMap<u32, Arc<AppInner>>,
    pub(crate) admins: BTreeSet<String>,
}

/// A call that was let in.
#[derive(Debug)]
pub(crate) struct Admitted<'a> {
    pub(crate) app: &'a AppInner,
    /// The admin who calls.
    pub(crate) caller: String,
}

impl Gate {
    /// Checks in this order, and responses the first that fails:
    ///
    /// | what | code |
    /// | --- | --- |
    /// | `sdkappid` is there | 60012 |
    /// | … a number | 60006 |
    /// | … of an app that is known here | 70020 |
    /// | `identifier` is there and not empty | 60025 |
    /// | `usersig` is there and not empty | 70002 |
    /// | `random` is a number of 32 bits without sign | 60025 |
    /// | `contenttype` is `json` | 60025 |
    /// | `usersig` can be read | 70003 |
    /// | … is of this app | 70014 |
    /// | … was made with its key | 70009 |
    /// | … for this identifier | 70013 |
    /// | … and not in the future | 70009 |
    /// | … and has not expired | 70001 |
    /// | `identifier` is an admin | the service's own code, or 60010 |
    pub(crate) fn admit(
        &self,
        service: &ServiceSpec,
        query: &str,
        now: UnixSeconds,
    ) -> Result<Admitted<'_>, Refusal> {
        let parameters = Parameters::read(query);
        let app = self.app(&parameters)?;
        let identifier = parameters.identifier()?;
        let user_sig = parameters.user_sig()?;
        parameters.check_random()?;
        parameters.check_content_type()?;
        app.signer.verify(user_sig, Some(identifier), now.get()).map_err(|error| {
            Refusal::new(ErrorCode::from(error.error_code()), error.to_string())
        })?;
        if !self.admins.contains(identifier) {
            let info = format!("{identifier:?} is no admin of the app");
            return Err(Refusal::new(service.not_admin_code, info));
        }
        Ok(Admitted { app, caller: identifier.to_owned() })
    }

    fn app(&self, parameters: &Parameters<'_>) -> Result<&AppInner, Refusal> {
        let Some(text) = parameters.get("sdkappid").filter(|text| !text.is_empty()) else {
            let info = "the URL parameter sdkappid is missing";
            return Err(Refusal::new(ErrorCode::MISSING_SDK_APP_ID, info));
        };
        let number = decimal(text).ok_or_else(|| {
            let info = format!("the URL parameter sdkappid must be a number, found {text:?}");
            Refusal::new(ErrorCode::INVALID_SDK_APP_ID, info)
        })?;
        self.apps.get(&number).map(AsRef::as_ref).ok_or_else(|| {
            let info = format!("the app {number} is not known here; check sdkappid and domain");
            Refusal::new(ErrorCode::APP_NOT_FOUND, info)
        })
    }
}

/// The parameters of a URL, percent-decoded. Names are case-sensitive, and of a parameter that
/// stands there twice the first one counts.
struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Parameters<'a> {
    fn read(query: &'a str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }

    fn identifier(&self) -> Result<&str, Refusal> {
        self.get("identifier")
            .filter(|identifier| !identifier.is_empty())
            .ok_or_else(|| invalid("the URL parameter identifier is missing"))
    }

    fn user_sig(&self) -> Result<&str, Refusal> {
        self.get("usersig").filter(|user_sig| !user_sig.is_empty()).ok_or_else(|| {
            Refusal::new(ErrorCode::USER_SIG_EMPTY, "the URL parameter usersig is missing or empty")
        })
    }

    fn check_random(&self) -> Result<(), Refusal> {
        match self.get("random").and_then(decimal) {
            Some(_) => Ok(()),
            None => Err(invalid("the URL parameter random must be a number from 0 to 4294967295")),
        }
    }

    fn check_content_type(&self) -> Result<(), Refusal> {
        match self.get("contenttype") {
            Some("json") => Ok(()),
            _ => Err(invalid("the URL parameter contenttype must be json")),
        }
    }
}

fn invalid(info: &str) -> Refusal {
    Refusal::new(ErrorCode::INVALID_URL_PARAMETER, info)
}

/// Digits alone: `parse` would also take a plus sign.
fn decimal(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
