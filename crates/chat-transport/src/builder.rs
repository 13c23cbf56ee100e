use std::{fmt, sync::Arc, time::Duration};

use chat_types::{
    Region,
    clock::{Clock, SystemClock},
};
use chat_usersig::{SecretKey, Signer};
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    Backend, BuildError, Client, Error, Priority, Quota, RawResponse, RetryPolicy,
    backend::{BackendError, HttpRequest, HttpResponse},
    base_url::BaseUrl,
    call::{Call, Checker, Observer, Options, Queue, Repeater, Router, Sender, Timeouts},
    client::Core,
    domains::Domains,
    layer::{CallService, HttpService, LayeredBackend},
    pace::Pace,
    signature::Signatures,
    stats::Counters,
};
#[cfg(feature = "redis")]
use crate::{SharedQuota, shared::Shared};

/// Sets up a [`Client`]. One of [`region`](Self::region) and [`endpoint`](Self::endpoint) is
/// needed; all else has a default.
///
/// ```no_run
/// use chat_transport::{Client, Quota};
/// use chat_types::Region;
/// use chat_usersig::SecretKey;
/// use std::time::Duration;
///
/// let client = Client::builder(1_400_000_000, SecretKey::new("the key that the console shows")?)
///     .region(Region::Singapore)
///     .timeout(Duration::from_secs(5))
///     .quota(Quota::documented().scaled(0.5))
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub struct ClientBuilder {
    signer: Signer,
    region: Option<Region>,
    endpoint: Option<String>,
    backup_endpoint: Option<String>,
    failover: bool,
    #[cfg(feature = "redis")]
    shared_quota: Option<SharedQuota>,
    identifier: String,
    user_sig_lifetime: Duration,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Fn() -> u32 + Send + Sync>,
    timeout: Duration,
    connect_timeout: Option<Duration>,
    tls_timeout: Option<Duration>,
    timeouts: Timeouts,
    max_request_bytes: usize,
    max_response_bytes: usize,
    checks: bool,
    quota: Quota,
    retry: RetryPolicy,
    extra_root_certificates: Vec<u8>,
    backend: Option<Arc<dyn Backend>>,
    http_layers: Vec<HttpWrap>,
    layers: Vec<CallWrap>,
}

/// Puts a layer around what is inside.
type HttpWrap = Box<dyn FnOnce(Arc<dyn Backend>) -> Arc<dyn Backend> + Send>;
type CallWrap = Box<dyn FnOnce(CallService) -> CallService + Send>;

impl ClientBuilder {
    pub(crate) fn new(sdk_app_id: u32, key: SecretKey) -> Self {
        Self {
            signer: Signer::new(sdk_app_id, key),
            region: None,
            endpoint: None,
            backup_endpoint: None,
            failover: true,
            #[cfg(feature = "redis")]
            shared_quota: None,
            identifier: "administrator".to_owned(),
            user_sig_lifetime: Duration::from_secs(24 * 60 * 60),
            clock: Arc::new(SystemClock),
            random: Arc::new(|| fastrand::u32(..)),
            timeout: Duration::from_secs(10),
            connect_timeout: None,
            tls_timeout: None,
            timeouts: Timeouts {
                response: Duration::from_secs(5),
                silence: Duration::from_secs(3),
            },
            max_request_bytes: 1024 * 1024,
            max_response_bytes: 32 * 1024 * 1024,
            checks: true,
            quota: Quota::documented(),
            retry: RetryPolicy::standard(),
            extra_root_certificates: Vec::new(),
            backend: None,
            http_layers: Vec::new(),
            layers: Vec::new(),
        }
    }

    /// The region of the app: its primary domain, and its backup for when that one fails. No
    /// default.
    pub fn region(mut self, region: Region) -> Self {
        self.region = Some(region);
        self
    }

    /// A base URL in place of a region: `https://host`, or `http://host` for a loopback address
    /// (127.0.0.0/8, `[::1]`, `localhost`), with a port if need be and without a path. No default.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// A second base URL beside an [`endpoint`](Self::endpoint), for when that one fails. A region
    /// has one of its own. No default.
    pub fn backup_endpoint(mut self, url: impl Into<String>) -> Self {
        self.backup_endpoint = Some(url.into());
        self
    }

    /// Whether calls go to the backup domain while the primary one fails. Default: they do.
    ///
    /// Three failures of the primary domain with no success in between move all calls: no
    /// connection (name resolution, TCP, TLS, a certificate for another name), a connection that
    /// breaks, no response within [`response_timeout`](Self::response_timeout), HTTP status 502, 503 or
    /// 504 from a gateway. A refusal by the service, because of the quota or for any other reason,
    /// says that the domain works. A call whose own attempt failed so goes to the other domain at
    /// once, where a repeat is allowed. Calls that are safe to repeat then look whether the primary
    /// domain is back, after 5 seconds at first and up to once a minute later; two in a row have to
    /// find it before the others follow.
    pub fn failover(mut self, failover: bool) -> Self {
        self.failover = failover;
        self
    }

    /// The admin account that calls are made as. Default: `administrator`.
    pub fn identifier(mut self, identifier: impl Into<String>) -> Self {
        self.identifier = identifier.into();
        self
    }

    /// For how long a UserSig is signed, in whole seconds from 1. It is used until three quarters
    /// of that have passed, then the next one is made. Default: one day.
    pub fn user_sig_lifetime(mut self, lifetime: Duration) -> Self {
        self.user_sig_lifetime = lifetime;
        self
    }

    /// What tells the time for signatures. Default: the clock of the machine.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Where the number in the URL's `random` comes from. It keeps calls apart and guards nothing.
    /// Default: a fast generator.
    pub fn random(mut self, random: impl Fn() -> u32 + Send + Sync + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// The time limit for a whole call, the wait for its turn under the quota included.
    /// [`Client::with_timeout`] sets it for single calls. The service itself gives up after 3
    /// seconds. Default: 10 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The time limit of the built-in backend for name resolution and TCP together. Default: 3
    /// seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// The time limit of the built-in backend for the TLS handshake. Default: 3 seconds.
    pub fn tls_timeout(mut self, timeout: Duration) -> Self {
        self.tls_timeout = Some(timeout);
        self
    }

    /// The time limit from the first byte of a request to the head of its response. The service
    /// itself gives up after 3 seconds. Default: 5 seconds.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.response = timeout;
        self
    }

    /// How long a response may pause between two pieces of its body. Default: 3 seconds.
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.silence = timeout;
        self
    }

    /// The largest request that is sent, in bytes. Default: 1 MiB.
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.max_request_bytes = bytes;
        self
    }

    /// The largest answer that is read, in bytes. Default: 32 MiB.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Whether requests are checked against the documented rules before they are sent.
    /// [`Client::with_checks`] sets it for single calls. Default: they are.
    pub fn checks(mut self, checks: bool) -> Self {
        self.checks = checks;
        self
    }

    /// How many calls are let through to each endpoint. Default: the documented numbers.
    pub fn quota(mut self, quota: Quota) -> Self {
        self.quota = quota;
        self
    }

    /// Shares the quota with every other process that names the same server here. Its numbers are
    /// those of [`quota`](Self::quota), which should be the same in all of them. Default: the quota
    /// is this client's own.
    #[cfg(feature = "redis")]
    pub fn shared_quota(mut self, shared_quota: SharedQuota) -> Self {
        self.shared_quota = Some(shared_quota);
        self
    }

    /// When and how often a call is made again. [`Client::with_retry`] sets it for single calls.
    /// Default: [`RetryPolicy::standard`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Root certificates, as PEM, that the built-in backend trusts beside those of the system: for
    /// a private endpoint. Default: none.
    pub fn extra_root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.extra_root_certificates = pem.into();
        self
    }

    /// What carries the requests. Default: the built-in [`HyperBackend`] of the feature `hyper`.
    ///
    /// [`HyperBackend`]: https://docs.rs/chat-transport/latest/chat_transport/backend/struct.HyperBackend.html
    pub fn backend(mut self, backend: impl Backend) -> Self {
        self.backend = Some(Arc::new(backend));
        self
    }

    /// Wraps each call in a tower layer: inside of the span `chat.call`, and outside of the check,
    /// the repeats and everything below. The one that is added first is outermost.
    ///
    /// For counters and logs of one's own, for a cache, for more checks. It sees one
    /// [`Call`] and what became of it, whatever that took.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<CallService> + Send + 'static,
        L::Service:
            Service<Call, Response = RawResponse, Error = Error> + Clone + Send + Sync + 'static,
        <L::Service as Service<Call>>::Future: Send,
    {
        self.layers.push(Box::new(move |inner| CallService::of_service(layer.layer(inner))));
        self
    }

    /// Wraps each HTTP request in a tower layer: inside of the repeats, the quota, the signature
    /// and the time limits, so that it sees every attempt by itself. The one that is added first is
    /// outermost.
    ///
    /// For faults on purpose, for a proxy's headers, for counts per attempt. It sees the URL with
    /// the UserSig and has to keep it to itself.
    pub fn http_layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<HttpService> + Send + 'static,
        L::Service: Service<HttpRequest, Response = HttpResponse, Error = BackendError>
            + Clone
            + Send
            + Sync
            + 'static,
        <L::Service as Service<HttpRequest>>::Future: Send,
    {
        self.http_layers.push(Box::new(move |backend| {
            Arc::new(LayeredBackend(layer.layer(HttpService::new(backend))))
        }));
        self
    }

    /// Makes the client and its first signature. Nothing is sent.
    ///
    /// # Errors
    /// When a setting is missing, out of bounds or in contradiction to another one.
    pub fn build(self) -> Result<Client, BuildError> {
        let domains = Arc::new(self.domains()?);
        let lifetime = self.check_settings()?;
        let backend = wrap(self.make_backend(&domains)?, self.http_layers);
        let signatures = Signatures::new(self.signer, self.identifier, lifetime, self.clock)
            .map_err(BuildError::Signing)?;
        let signatures = Arc::new(signatures);
        let pace = Pace::new(self.quota);
        #[cfg(feature = "redis")]
        let pace = match self.shared_quota {
            Some(settings) => pace.share(Shared::new(settings)?, signatures.sdk_app_id()),
            None => pace,
        };
        let pace = Arc::new(pace);
        let counters = Arc::<Counters>::default();

        // From the inside out; the module `call` says why in this order.
        let sender = Sender {
            signatures: Arc::clone(&signatures),
            random: Arc::clone(&self.random),
            backend: Arc::clone(&backend),
            max_response_bytes: self.max_response_bytes,
            timeouts: self.timeouts,
        };
        let router = Router {
            domains: Arc::clone(&domains),
            counters: Arc::clone(&counters),
            inner: sender,
        };
        let queue =
            Queue { pace: Arc::clone(&pace), counters: Arc::clone(&counters), inner: router };
        let repeater = Repeater {
            budget: Default::default(),
            random: self.random,
            counters: Arc::clone(&counters),
            inner: queue,
        };
        let checker = Checker { max_request_bytes: self.max_request_bytes, inner: repeater };
        let steps = Arc::new(checker);
        let has_layers = !self.layers.is_empty();
        let layered = wrap(CallService::of_steps(Arc::clone(&steps)), self.layers);
        let layered = has_layers.then_some(layered);
        let observer = Observer { counters };
        let core = Core { observer, steps, layered, signatures, pace, domains, backend };
        let Self { timeout, checks, retry, .. } = self;
        let priority = Priority::default();
        Ok(Client::new(core, Options { timeout, checks, retry, priority, may_wait: true }))
    }

    fn domains(&self) -> Result<Domains, BuildError> {
        let (primary, backup) = match (self.region, &self.endpoint) {
            (Some(region), None) if self.backup_endpoint.is_none() => {
                let spec = region.spec();
                let backup = BaseUrl::of_domain(spec.backup_domain);
                (BaseUrl::of_domain(spec.domain), Some(backup))
            }
            (None, Some(url)) => {
                (BaseUrl::parse(url), self.backup_endpoint.as_deref().map(BaseUrl::parse))
            }
            (None, None) => return Err(BuildError::NoAddress),
            (Some(_), _) => return Err(BuildError::TwoAddresses),
        };
        let backup = backup.filter(|_| self.failover).transpose();
        let primary = primary.map_err(BuildError::invalid_endpoint)?;
        let backup = backup.map_err(BuildError::invalid_endpoint)?;
        if backup.as_ref().is_some_and(|backup| backup.is_https() != primary.is_https()) {
            return Err(BuildError::InvalidSetting {
                name: "backup_endpoint",
                problem: "must have the scheme of the endpoint",
            });
        }
        Ok(Domains::new(primary, backup))
    }

    /// Answers the lifetime of signatures in seconds.
    fn check_settings(&self) -> Result<u32, BuildError> {
        let refuse = |name, problem| Err(BuildError::InvalidSetting { name, problem });
        if self.signer.sdk_app_id() == 0 {
            return refuse("sdk_app_id", "must not be 0; the console shows it");
        }
        if self.identifier.len() > MAX_IDENTIFIER {
            return refuse("identifier", "must have at most 255 bytes");
        }
        let Timeouts { response, silence } = self.timeouts;
        let limits = [Some(self.timeout), self.connect_timeout, self.tls_timeout];
        if limits.into_iter().flatten().chain([response, silence]).any(|limit| limit.is_zero()) {
            return refuse("timeout", "must be more than 0, as must be that of every phase");
        }
        if !self.quota.is_valid() {
            return refuse(
                "quota",
                "must be scaled by a number above 0, and be at least 1 a second",
            );
        }
        match u32::try_from(self.user_sig_lifetime.as_secs()) {
            Ok(seconds @ 1..) => Ok(seconds),
            _ => refuse("user_sig_lifetime", "must be between 1 and 4294967295 seconds"),
        }
    }

    fn make_backend(&self, domains: &Domains) -> Result<Arc<dyn Backend>, BuildError> {
        let Some(backend) = &self.backend else {
            return self.built_in_backend(domains.primary().is_https());
        };
        let is_set = self.connect_timeout.is_some() || self.tls_timeout.is_some();
        if is_set || !self.extra_root_certificates.is_empty() {
            return Err(BuildError::InvalidSetting {
                name: "connect_timeout, tls_timeout and extra_root_certificates",
                problem: "are for the built-in backend; set them in the one that you bring",
            });
        }
        Ok(Arc::clone(backend))
    }

    #[cfg(feature = "hyper")]
    fn built_in_backend(&self, is_https: bool) -> Result<Arc<dyn Backend>, BuildError> {
        use crate::backend::HyperBackend;

        const LIMIT: Duration = Duration::from_secs(3);
        let connect_timeout = self.connect_timeout.unwrap_or(LIMIT);
        let tls_timeout = self.tls_timeout.unwrap_or(LIMIT);
        let backend = if is_https {
            HyperBackend::https(connect_timeout, tls_timeout, &self.extra_root_certificates)?
        } else {
            HyperBackend::http(connect_timeout)
        };
        Ok(Arc::new(backend))
    }

    #[cfg(not(feature = "hyper"))]
    fn built_in_backend(&self, _: bool) -> Result<Arc<dyn Backend>, BuildError> {
        Err(BuildError::NoBackend)
    }
}

/// The first layer ends up outermost.
fn wrap<T>(inner: T, layers: Vec<Box<dyn FnOnce(T) -> T + Send>>) -> T {
    layers.into_iter().rev().fold(inner, |inner, layer| layer(inner))
}

impl fmt::Debug for ClientBuilder {
    /// The endpoint is left out: what is wrong with it may be a password in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("sdk_app_id", &self.signer.sdk_app_id())
            .field("region", &self.region)
            .field("identifier", &self.identifier)
            .field("timeout", &self.timeout)
            .field("failover", &self.failover)
            .field("checks", &self.checks)
            .field("quota", &self.quota)
            .field("retry", &self.retry)
            .field("backend", &self.backend)
            .finish_non_exhaustive()
    }
}

/// More than the service takes, and little enough for any URL.
const MAX_IDENTIFIER: usize = 255;
