//! Plays one form of a fault to one client.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chat_transport::{Client, ClientBuilder, Error, Quota, RetryPolicy};
use chat_types::{GroupType, clock::ManualClock, group::CreateGroup};

use super::{Address, Call, Expected, Fault, Form, Within, forms::SUCCESS, kind_name};
use crate::{
    server::{Behavior, ClosedPort, Seen, Server, closed_port, json},
    support::{APP, key, request},
};

/// The outcome of one call.
pub(crate) struct Played {
    pub(crate) form: Form,
    pub(crate) call: Call,
    pub(crate) error: Option<Error>,
    /// What `Debug` shows of the client and of its builder.
    pub(crate) client: String,
    /// The requests that were read completely, without the one of a preceding call.
    pub(crate) seen: Vec<Seen>,
    backend: Backend,
    elapsed: Duration,
    attempts: u64,
    server: Option<Server>,
    backup: Option<Server>,
}

/// The backend that sends the requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    #[cfg(feature = "hyper")]
    Hyper,
    #[cfg(feature = "reqwest")]
    Reqwest,
}

impl Backend {
    const ALL: &[Self] = &[
        #[cfg(feature = "hyper")]
        Self::Hyper,
        #[cfg(feature = "reqwest")]
        Self::Reqwest,
    ];

    /// Returns the backends for which this fault can occur.
    pub(crate) fn for_form(form: &Form) -> Vec<Self> {
        let supports_tls = |backend: &Self| match backend {
            #[cfg(feature = "hyper")]
            Self::Hyper => true,
            #[cfg(feature = "reqwest")]
            Self::Reqwest => false,
        };
        let is_https = form.address.is_https();
        Self::ALL.iter().copied().filter(|backend| !is_https || supports_tls(backend)).collect()
    }
}

/// Plays one form of a fault to one call.
pub(crate) async fn play(row: &Fault, form: &Form, call: Call, backend: Backend) -> Played {
    let network = Network::start(form, backend).await;
    let builder = network.builder(backend, row.within(call));
    let client_text = format!("{builder:?}");
    let client = builder.build().unwrap();
    let before = if form.is_second_call {
        client.call(&request()).await.unwrap();
        // Lets the end of the connection arrive.
        tokio::time::sleep(Duration::from_millis(150)).await;
        1
    } else {
        0
    };
    let start = Instant::now();
    let error = match call {
        Call::Safe => client.call(&request()).await.err(),
        Call::Other => client.call(&CreateGroup::new(GroupType::Public, "lobby")).await.err(),
    };
    let elapsed = start.elapsed();
    let seen = network.server.as_ref().map(Server::seen).unwrap_or_default();
    Played {
        form: form.clone(),
        call,
        error,
        client: client_text + &format!("{client:?}"),
        seen: seen.into_iter().skip(before).collect(),
        backend,
        elapsed,
        attempts: client.stats().retries + 1,
        server: network.server,
        backup: network.backup,
    }
}

/// The servers that a call goes to.
struct Network {
    url: String,
    /// The PEM of the root certificates that the client trusts in addition to those of the system.
    roots: Option<String>,
    server: Option<Server>,
    backup: Option<Server>,
    _port: Option<ClosedPort>,
}

impl Network {
    async fn start(form: &Form, backend: Backend) -> Self {
        let mut network = Self::start_primary(form, backend).await;
        if !form.has_backup {
            return network;
        }
        let (backup, root) = match form.address.is_https() {
            #[cfg(feature = "hyper")]
            true => crate::tls::https_server_with(SUCCESS).await,
            _ => (Server::start(|_| json(SUCCESS)).await, String::new()),
        };
        network.backup = Some(backup);
        if let Some(roots) = &mut network.roots {
            roots.push_str(&root);
        }
        network
    }

    async fn start_primary(form: &Form, backend: Backend) -> Self {
        let (reply, number) = (Arc::clone(&form.reply), AtomicUsize::new(0));
        let reply = move |seen: &Seen| reply(seen, number.fetch_add(1, Ordering::SeqCst));
        match form.address {
            Address::Http => {
                let server = Server::start_as(form.behavior, None, reply).await;
                let url = server.url();
                Self { server: Some(server), ..Self::at(url) }
            }
            Address::ClosedPort => {
                let port = closed_port();
                let url = format!("http://{port}");
                Self { _port: Some(port), ..Self::at(url) }
            }
            Address::UnknownName => Self::unknown_name(backend),
            #[cfg(feature = "hyper")]
            address => Self::https(address, form.behavior, reply).await,
        }
    }

    fn at(url: String) -> Self {
        Self { url, roots: None, server: None, backup: None, _port: None }
    }

    fn unknown_name(backend: Backend) -> Self {
        match backend {
            #[cfg(feature = "hyper")]
            Backend::Hyper => Self {
                roots: Some(crate::tls::other_authority()),
                ..Self::at("https://chat.invalid".to_owned())
            },
            // Without TLS only this name is accepted, so the resolver does not know it.
            #[cfg(feature = "reqwest")]
            Backend::Reqwest => Self::at("http://localhost".to_owned()),
        }
    }

    #[cfg(feature = "hyper")]
    async fn https(
        address: Address,
        behavior: Behavior,
        reply: impl Fn(&Seen) -> crate::server::Reply + Send + Sync + 'static,
    ) -> Self {
        use crate::tls::{https_server, other_authority};

        let (server, root) = if address == Address::HttpsToHttp {
            (Server::start_as(behavior, None, reply).await, other_authority())
        } else {
            https_server().await
        };
        let url = server.url().replace("http:", "https:");
        let (url, root) = match address {
            Address::WrongName => (url.replace("127.0.0.1", "localhost"), root),
            _ => (url, other_authority()),
        };
        Self { roots: Some(root), server: Some(server), ..Self::at(url) }
    }

    fn builder(&self, backend: Backend, within: Within) -> ClientBuilder {
        let builder = Client::builder(APP, key())
            .endpoint(self.url.as_str())
            .clock(ManualClock::at(NOW))
            .user_sig_lifetime(Duration::from_secs(LIFETIME.into()))
            .max_response_bytes(MAX_RESPONSE)
            .quota(Quota::unlimited())
            .retry(policy());
        let builder = match &self.backup {
            Some(backup) => builder.backup_endpoint(backup.url()),
            None => builder,
        };
        let builder = match within {
            Within::Timeout => builder.timeout(TIMEOUT),
            Within::SecondsWhileInTime => builder.timeout(SECONDS_TIMEOUT),
            Within::TimeoutAlone => builder.timeout(TIMEOUT).body_timeout(TIMEOUT * 3 / 4),
            Within::ResponseTimeout(limit) => builder.timeout(LONG_TIMEOUT).response_timeout(limit),
            Within::BodyTimeout(limit) => builder.timeout(LONG_TIMEOUT).body_timeout(limit),
            _ => builder.timeout(LONG_TIMEOUT),
        };
        match backend {
            #[cfg(feature = "hyper")]
            Backend::Hyper => {
                let builder = match within {
                    Within::ConnectTimeout(limit) => builder.connect_timeout(limit),
                    Within::TlsTimeout(limit) => builder.tls_timeout(limit),
                    _ => builder,
                };
                match &self.roots {
                    Some(roots) => builder.extra_root_certificates(roots.as_str()),
                    None => builder,
                }
            }
            #[cfg(feature = "reqwest")]
            Backend::Reqwest => builder.backend(self.reqwest_backend()),
        }
    }

    #[cfg(feature = "reqwest")]
    fn reqwest_backend(&self) -> chat_transport::backend::ReqwestBackend {
        if self.server.is_some() || !self.url.contains("localhost") {
            return crate::support::reqwest_backend();
        }
        let client = reqwest::Client::builder().no_proxy().dns_resolver(Arc::new(NoSuchName));
        chat_transport::backend::ReqwestBackend::new(client.build().unwrap())
    }
}

#[cfg(feature = "reqwest")]
struct NoSuchName;

#[cfg(feature = "reqwest")]
impl reqwest::dns::Resolve for NoSuchName {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async { Err("no such name".into()) })
    }
}

impl Played {
    /// Returns all differences from the expected outcome.
    pub(crate) fn differs_from(&self, expected: &Expected) -> Vec<String> {
        let mut problems = Vec::new();
        let mut check = |is_met: bool, problem: String| {
            if !is_met {
                problems.push(problem);
            }
        };
        let kind = kind_name(self.error.as_ref());
        let is_expected = match expected.sees.strip_suffix('…') {
            Some(start) => kind.starts_with(start),
            None => kind == expected.sees,
        };
        check(is_expected, format!("{kind}, not {}", expected.sees));
        if let Some(error) = &self.error {
            let unsent = expected.is_unsent.is_none_or(|it| it == error.is_unsent());
            check(unsent, format!("unsent: {}", error.is_unsent()));
            let retryable = error.is_retryable();
            let is_expected = expected.is_retryable.unwrap_or(error.is_unsent());
            check(retryable == is_expected, format!("retryable: {retryable}"));
            check((self.form.check)(error), format!("incomplete error: {error}"));
        }
        let code = self.error.as_ref().and_then(Error::code).map(chat_types::ErrorCode::get);
        check(self.form.code.is_none_or(|it| Some(it) == code), format!("code {code:?}"));
        check(expected.attempts.contains(&self.attempts), format!("{} attempts", self.attempts));
        let requests = self.seen.len();
        let expected_requests = match expected.within {
            Within::SecondsWhileInTime => self.attempts as usize,
            _ => expected.requests,
        };
        check(
            requests == expected_requests,
            format!("{requests} requests, not {expected_requests}"),
        );
        let at_backup = self.backup.as_ref().map_or(0, |backup| backup.seen().len());
        check(at_backup == expected.at_backup, format!("{at_backup} requests at the backup"));
        let (shortest, longest) = bounds(expected);
        let elapsed = self.elapsed;
        check((shortest..=longest + SLACK).contains(&elapsed), format!("took {elapsed:?}"));
        if let Some(server) = &self.server {
            check_server(self, server, &mut check);
        }
        problems
    }
}

fn check_server(played: &Played, server: &Server, check: &mut impl FnMut(bool, String)) {
    check(server.connections() > 0, "no connection".to_owned());
    if played.form.behavior == Behavior::ResetsInRequest {
        check(server.begun() > 0, "no request was begun".to_owned());
    }
    if played.call == Call::Other {
        let at_backup = played.backup.as_ref().map_or(0, Server::took_effect);
        let times = server.took_effect() + at_backup - usize::from(played.form.is_second_call);
        check(times <= 1, format!("took effect {times} times"));
    }
    let same_body = played.seen.windows(2).all(|pair| pair[0].body == pair[1].body);
    check(same_body, "the attempts differ".to_owned());
    check(server.written() < BUFFERS, format!("the server sent {} bytes", server.written()));
}

/// Returns the shortest and the longest time that the call may take.
fn bounds(expected: &Expected) -> (Duration, Duration) {
    let retries = u32::try_from(expected.attempts.end() - 1).unwrap();
    let waits: Duration = (0..retries).map(|retry| BASE_DELAY * 2_u32.pow(retry)).sum();
    let second = Duration::from_secs(1);
    let (shortest, longest) = match expected.within {
        Within::NoWait => (Duration::ZERO, Duration::ZERO),
        Within::Waits => (Duration::ZERO, waits),
        Within::SecondsAndWaits => (second * retries, second * retries + waits),
        Within::SecondsWhileInTime => (SECONDS_TIMEOUT - 2 * second, SECONDS_TIMEOUT),
        Within::RetryAfter(seconds) => {
            let requested = Duration::from_secs(seconds) * retries;
            (requested, requested + waits)
        }
        Within::ConnectTimeout(limit) | Within::TlsTimeout(limit) => {
            (Duration::ZERO, limit * (retries + 1) + waits)
        }
        Within::ResponseTimeout(limit) | Within::BodyTimeout(limit) => {
            // The last attempt of a successful call has a response.
            let timed_out = if expected.sees == "Success" { retries } else { retries + 1 };
            (limit * timed_out, limit * (retries + 1) + waits)
        }
        Within::Timeout | Within::TimeoutAlone => (TIMEOUT, TIMEOUT),
    };
    (shortest, longest)
}

impl fmt::Display for Played {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} call / {:?}", self.call, self.backend)
    }
}

/// Returns the standard policy, with waits that are short enough for a test.
fn policy() -> RetryPolicy {
    RetryPolicy::standard().base_delay(BASE_DELAY)
}

/// The time at which all signatures are made.
pub(super) const NOW: u64 = 1_700_000_000;

/// The lifetime of signatures in seconds, less than the hour by which clocks are off.
const LIFETIME: u32 = 1_800;

const MAX_RESPONSE: usize = 65_536;

const BASE_DELAY: Duration = Duration::from_millis(2);

const TIMEOUT: Duration = Duration::from_secs(1);

/// Leaves time for three waits of a second on an idle machine.
const SECONDS_TIMEOUT: Duration = Duration::from_millis(3_900);

/// For faults that do not involve it, so that it is not reached on a busy machine.
const LONG_TIMEOUT: Duration = Duration::from_secs(60);

/// What a busy machine may add. Less than a time limit that must not have ended the call.
const SLACK: Duration = Duration::from_secs(20);

/// More than the buffers of a connection hold, and far less than the server offers to send.
const BUFFERS: u64 = 64 * 1024 * 1024;
