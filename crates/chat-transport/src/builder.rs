//! The settings of a client.

use std::{fmt, sync::Arc, time::Duration};

use chat_quota::{Priority, Quota};
use chat_types::{
    Edition, Region,
    clock::{Clock, SystemClock},
    spec::Site,
};
use chat_usersig::{SecretKey, Signer};
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    Backend, BuildError, Client, Error, RawResponse, RetryPolicy,
    app_limits::AppLimits,
    backend::{self, BackendError, HttpRequest, HttpResponse},
    call::{Call, Checker, Observer, Options, Queue, Retrier, Router, Sender, Timeouts},
    client::Core,
    domains::Domains,
    layer::{CallService, HttpService, LayeredBackend},
    signature::Signatures,
    stats::Counters,
};
#[cfg(feature = "redis")]
use chat_quota::SharedQuota;

/// Configures a [`Client`].
///
/// Either [`region`](Self::region) or [`endpoint`](Self::endpoint) is required; everything else has a
/// default.
///
/// ```no_run
/// use chat_transport::{Client, Quota};
/// use chat_types::Region;
/// use chat_usersig::SecretKey;
/// use std::time::Duration;
///
/// let client = Client::builder(1_400_000_000, SecretKey::new("the key shown in the console")?)
///     .region(Region::Singapore)
///     .timeout(Duration::from_secs(5))
///     .quota(Quota::builder().scale(0.5).build()?)
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
    pub(crate) limits: AppLimits,
    retry: RetryPolicy,
    extra_root_certificates: Vec<u8>,
    backend: Option<Arc<dyn Backend>>,
    http_layers: Vec<HttpWrap>,
    layers: Vec<CallWrap>,
}

/// Wraps a layer around the inner service.
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
            identifier: "administrator".to_owned(),
            user_sig_lifetime: Duration::from_secs(24 * 60 * 60),
            clock: Arc::new(SystemClock),
            random: Arc::new(|| fastrand::u32(..)),
            timeout: Duration::from_secs(10),
            connect_timeout: None,
            tls_timeout: None,
            timeouts: Timeouts { response: Duration::from_secs(5), body: Duration::from_secs(3) },
            max_request_bytes: 1024 * 1024,
            max_response_bytes: 32 * 1024 * 1024,
            checks: true,
            limits: AppLimits::default(),
            retry: RetryPolicy::standard(),
            extra_root_certificates: Vec::new(),
            backend: None,
            http_layers: Vec::new(),
            layers: Vec::new(),
        }
    }

    /// Sets the region of the app, which determines the primary domain and the backup that is used
    /// while the primary one fails. No default.
    pub fn region(mut self, region: Region) -> Self {
        self.region = Some(region);
        self
    }

    /// Sets a base URL instead of a region: `https://host`, or `http://host` for a loopback address
    /// (127.0.0.0/8, `[::1]`, `localhost`), with an optional port and without a path. No default.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// Sets a second base URL in addition to an [`endpoint`](Self::endpoint), which is used while
    /// the first one fails. A region has its own backup. No default.
    pub fn backup_endpoint(mut self, url: impl Into<String>) -> Self {
        self.backup_endpoint = Some(url.into());
        self
    }

    /// Sets whether calls go to the backup domain while the primary one fails. Default: `true`.
    ///
    /// Calls switch to the backup after three failures of the primary domain with no success in
    /// between. Failures are: no connection (name resolution, TCP, TLS, a certificate for another
    /// name), a lost connection, no response within [`response_timeout`](Self::response_timeout),
    /// and HTTP status 502, 503 or 504 from a gateway. A refusal by the service, because of the
    /// quota or for any other reason, means that the domain works. A call whose own attempt failed
    /// in this way goes to the other domain immediately if it may be retried.
    ///
    /// From then on, calls that are safe to repeat probe whether the primary domain has recovered,
    /// after 5 seconds at first and later up to once a minute. Two probes in a row have to succeed
    /// before the other calls return.
    pub fn failover(mut self, failover: bool) -> Self {
        self.failover = failover;
        self
    }

    /// Sets the admin account that calls are made as. Default: `administrator`.
    pub fn identifier(mut self, identifier: impl Into<String>) -> Self {
        self.identifier = identifier.into();
        self
    }

    /// Sets the lifetime of a UserSig, in whole seconds and at least 1. A new one is made when three
    /// quarters of it have passed. Default: one day.
    ///
    /// It is counted from now. A UserSig is valid from a minute earlier, in case that this machine's
    /// clock is ahead of the server's. The `Date` of responses shows by how much the clocks differ,
    /// and signatures follow the server's; a call that the service refuses before that is known is
    /// signed anew.
    pub fn user_sig_lifetime(mut self, lifetime: Duration) -> Self {
        self.user_sig_lifetime = lifetime;
        self
    }

    /// Sets the clock for signatures, which the `Date` of responses corrects by up to a day. Default:
    /// the system clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets the source of the URL's `random` parameter, which distinguishes calls and need not be
    /// cryptographically secure, and of the jitter of retries. Default: a fast generator.
    pub fn random(mut self, random: impl Fn() -> u32 + Send + Sync + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Sets the time limit of a whole call, including the wait for a permit under the quota and all
    /// retries. [`Client::with_timeout`] sets it for single calls. The service itself gives up after
    /// 3 seconds. Default: 10 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the time limit of the built-in backend for name resolution and TCP together. Default: 3
    /// seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Sets the time limit of the built-in backend for the TLS handshake. Default: 3 seconds.
    pub fn tls_timeout(mut self, timeout: Duration) -> Self {
        self.tls_timeout = Some(timeout);
        self
    }

    /// Sets the time limit from the first byte of a request to the head of its response. The service
    /// itself gives up after 3 seconds. Default: 5 seconds.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.response = timeout;
        self
    }

    /// Sets the longest pause between two pieces of the body of a response. Default: 3 seconds.
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.body = timeout;
        self
    }

    /// Sets the size of the largest request that is sent, in bytes. Default: 1 MiB.
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.max_request_bytes = bytes;
        self
    }

    /// Sets the size of the largest response that is read, in bytes. Default: 32 MiB.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Sets whether requests are checked against the documented rules before they are sent.
    /// [`Client::with_checks`] sets it for single calls. Default: `true`.
    pub fn checks(mut self, checks: bool) -> Self {
        self.checks = checks;
        self
    }

    /// Sets the rate limit of each endpoint. Clients of one app with clones of one quota share it.
    /// Default: the documented numbers, for this client alone.
    pub fn quota(mut self, quota: Quota) -> Self {
        self.limits.quota = Some(quota);
        self
    }

    /// Sets the edition of the app, on which some documented limits depend; see
    /// [`QuotaBuilder::edition`](chat_quota::QuotaBuilder::edition). For clients without a
    /// [`quota`](Self::quota) of their own. Default: the lowest limits.
    pub fn edition(mut self, edition: Edition) -> Self {
        self.limits.edition = Some(edition);
        self
    }

    /// Sets the site of the vendor on which the app was created: some lists may be longer on the
    /// international site. Default: the site of the [`region`](Self::region); without a region, lists
    /// are as long as both sites accept.
    pub fn site(mut self, site: Site) -> Self {
        self.limits.site = Some(site);
        self
    }

    /// Shares the quota with every other process that sets the same server here. Its numbers are
    /// those of [`quota`](Self::quota), which should be the same in all processes. Default: the
    /// quota is not shared with other clients.
    #[cfg(feature = "redis")]
    pub fn shared_quota(mut self, shared_quota: SharedQuota) -> Self {
        self.limits.shared_quota = Some(shared_quota);
        self
    }

    /// Sets when and how often a call is retried. [`Client::with_retry`] sets it for single calls.
    /// Default: [`RetryPolicy::standard`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets root certificates, as PEM, that the built-in backend trusts in addition to those of the
    /// system, for a private endpoint. Default: none.
    pub fn extra_root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.extra_root_certificates = pem.into();
        self
    }

    /// Sets the backend that sends the requests. Default: the built-in [`HyperBackend`] of the
    /// feature `hyper`.
    ///
    /// [`HyperBackend`]: https://docs.rs/chat-transport/latest/chat_transport/backend/struct.HyperBackend.html
    pub fn backend(mut self, backend: impl Backend) -> Self {
        self.backend = Some(Arc::new(backend));
        self
    }

    /// Wraps each call in a tower layer, inside of the span `chat.call`, and outside of the check,
    /// the retries and everything below. The first layer added is outermost.
    ///
    /// Use it for custom counters and logs, a cache, or additional checks. The layer sees one
    /// [`Call`] and its outcome, however many attempts it took. It fails a call with
    /// [`Error::from_layer`].
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

    /// Wraps each HTTP request in a tower layer, inside of the retries, the quota, the signature and
    /// the time limits, so that it sees every attempt. The first layer added is outermost.
    ///
    /// Use it for fault injection, headers of a proxy, or counters per attempt. The layer sees the
    /// URL with the UserSig and must not disclose it. It fails a request with
    /// [`BackendError::from_layer`].
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

    /// Builds the client and makes its first signature. Nothing is sent.
    ///
    /// # Errors
    /// Fails if a setting is missing, out of bounds, or contradicts another one.
    pub fn build(self) -> Result<Client, BuildError> {
        let (endpoint, backup) = (self.endpoint.as_deref(), self.backup_endpoint.as_deref());
        let domains = Domains::from_settings(self.region, endpoint, backup, self.failover)?;
        let domains = Arc::new(domains);
        let lifetime = self.check_settings()?;
        let backend = wrap(self.make_backend(&domains)?, self.http_layers);
        let signatures = Signatures::new(self.signer, self.identifier, lifetime, self.clock)
            .map_err(BuildError::Signing)?;
        let signatures = Arc::new(signatures);
        let quota = self.limits.quota(signatures.sdk_app_id())?;
        let counters = Arc::<Counters>::default();

        // From the inside out; the module `call` explains the order.
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
        let queue = Queue { quota: quota.clone(), counters: Arc::clone(&counters), inner: router };
        let retrier = Retrier {
            budget: Default::default(),
            random: self.random,
            counters: Arc::clone(&counters),
            inner: queue,
        };
        let site = self.limits.site(self.region);
        let checker = Checker { max_request_bytes: self.max_request_bytes, site, inner: retrier };
        let steps = Arc::new(checker);
        let has_layers = !self.layers.is_empty();
        let layered = wrap(CallService::of_steps(Arc::clone(&steps)), self.layers);
        let layered = has_layers.then_some(layered);
        let observer = Observer { counters };
        let core = Core { observer, steps, layered, signatures, quota, domains, backend };
        let Self { timeout, checks, retry, .. } = self;
        let priority = Priority::default();
        Ok(Client::new(core, Options { timeout, checks, retry, priority, may_wait: true }))
    }

    /// Returns the lifetime of signatures in seconds.
    fn check_settings(&self) -> Result<u32, BuildError> {
        let reject = |name, problem| Err(BuildError::InvalidSetting { name, problem });
        if self.signer.sdk_app_id() == 0 {
            return reject("sdk_app_id", "must not be 0; copy it from the console");
        }
        if self.identifier.len() > MAX_IDENTIFIER {
            return reject("identifier", "must have at most 255 bytes");
        }
        let Timeouts { response, body } = self.timeouts;
        let limits = [Some(self.timeout), self.connect_timeout, self.tls_timeout];
        if limits.into_iter().flatten().chain([response, body]).any(|limit| limit.is_zero()) {
            return reject("timeout", "and the time limits of the phases must be more than 0");
        }
        match u32::try_from(self.user_sig_lifetime.as_secs()) {
            Ok(seconds @ 1..) => Ok(seconds),
            _ => reject("user_sig_lifetime", "must be between 1 and 4294967295 seconds"),
        }
    }

    fn make_backend(&self, domains: &Domains) -> Result<Arc<dyn Backend>, BuildError> {
        let Some(backend) = &self.backend else {
            return backend::built_in(
                domains.primary().is_https(),
                self.connect_timeout,
                self.tls_timeout,
                &self.extra_root_certificates,
            );
        };
        let is_set = self.connect_timeout.is_some() || self.tls_timeout.is_some();
        if is_set || !self.extra_root_certificates.is_empty() {
            return Err(BuildError::InvalidSetting {
                name: "connect_timeout, tls_timeout and extra_root_certificates",
                problem: "are for the built-in backend; configure your own backend instead",
            });
        }
        Ok(Arc::clone(backend))
    }
}

/// The first layer ends up outermost.
fn wrap<T>(inner: T, layers: Vec<Box<dyn FnOnce(T) -> T + Send>>) -> T {
    layers.into_iter().rev().fold(inner, |inner, layer| layer(inner))
}

impl fmt::Debug for ClientBuilder {
    /// Omits the endpoint, which may wrongly contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("sdk_app_id", &self.signer.sdk_app_id())
            .field("region", &self.region)
            .field("identifier", &self.identifier)
            .field("timeout", &self.timeout)
            .field("failover", &self.failover)
            .field("checks", &self.checks)
            .field("limits", &self.limits)
            .field("retry", &self.retry)
            .field("backend", &self.backend)
            .finish_non_exhaustive()
    }
}

/// More than the service accepts, and short enough for any URL.
const MAX_IDENTIFIER: usize = 255;
