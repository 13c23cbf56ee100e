use std::{fmt, sync::Arc, time::Duration};

use chat_types::{
    Region,
    clock::{Clock, SystemClock},
};
use chat_usersig::{SecretKey, SignError, Signer};
use thiserror::Error;

use crate::{
    Backend, Client, Quota, RetryPolicy,
    base_url::{BaseUrl, InvalidUrl},
    exchange::{Core, Options},
    pace::Pace,
    signature::Signatures,
};

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
    identifier: String,
    user_sig_lifetime: Duration,
    clock: Arc<dyn Clock>,
    random: Box<dyn Fn() -> u32 + Send + Sync>,
    timeout: Duration,
    connect_timeout: Option<Duration>,
    max_request_bytes: usize,
    max_response_bytes: usize,
    checks: bool,
    quota: Quota,
    retry: RetryPolicy,
    extra_root_certificates: Vec<u8>,
    backend: Option<Arc<dyn Backend>>,
}

impl ClientBuilder {
    pub(crate) fn new(sdk_app_id: u32, key: SecretKey) -> Self {
        Self {
            signer: Signer::new(sdk_app_id, key),
            region: None,
            endpoint: None,
            identifier: "administrator".to_owned(),
            user_sig_lifetime: Duration::from_secs(24 * 60 * 60),
            clock: Arc::new(SystemClock),
            random: Box::new(|| fastrand::u32(..)),
            timeout: Duration::from_secs(10),
            connect_timeout: None,
            max_request_bytes: 1024 * 1024,
            max_response_bytes: 32 * 1024 * 1024,
            checks: true,
            quota: Quota::documented(),
            retry: RetryPolicy::standard(),
            extra_root_certificates: Vec::new(),
            backend: None,
        }
    }

    /// The region of the app. No default.
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
        self.random = Box::new(random);
        self
    }

    /// The time limit for a whole call, the wait for its turn under the quota included.
    /// [`Client::with_timeout`] sets it for single calls. The service itself gives up after 3
    /// seconds. Default: 10 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The time limit of the built-in backend for a new connection: name resolution, TCP and TLS
    /// together. Default: 5 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
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

    /// Makes the client and its first signature. Nothing is sent.
    ///
    /// # Errors
    /// When a setting is missing, out of bounds or in contradiction to another one.
    pub fn build(self) -> Result<Client, BuildError> {
        let origin = self.origin()?;
        let lifetime = self.check_settings()?;
        let backend = self.make_backend(&origin)?;
        let signatures = Signatures::new(self.signer, self.identifier, lifetime, self.clock)
            .map_err(BuildError::Signing)?;
        let core = Core {
            origin,
            signatures,
            random: self.random,
            backend,
            pace: Pace::new(self.quota),
            max_request_bytes: self.max_request_bytes,
            max_response_bytes: self.max_response_bytes,
            counters: Default::default(),
            retry_budget: Default::default(),
        };
        let Self { timeout, checks, retry, .. } = self;
        Ok(Client::new(core, Options { timeout, checks, retry }))
    }

    fn origin(&self) -> Result<BaseUrl, BuildError> {
        match (self.region, &self.endpoint) {
            (Some(region), None) => BaseUrl::of_domain(region.spec().domain),
            (None, Some(url)) => BaseUrl::parse(url),
            (None, None) => return Err(BuildError::NoAddress),
            (Some(_), Some(_)) => return Err(BuildError::TwoAddresses),
        }
        .map_err(BuildError::invalid_endpoint)
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
        if self.timeout.is_zero() || self.connect_timeout.is_some_and(|limit| limit.is_zero()) {
            return refuse("timeout", "must be more than 0");
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

    fn make_backend(&self, origin: &BaseUrl) -> Result<Arc<dyn Backend>, BuildError> {
        let Some(backend) = &self.backend else { return self.built_in_backend(origin) };
        if self.connect_timeout.is_some() || !self.extra_root_certificates.is_empty() {
            return Err(BuildError::InvalidSetting {
                name: "connect_timeout and extra_root_certificates",
                problem: "are for the built-in backend; set them in the one that you bring",
            });
        }
        Ok(Arc::clone(backend))
    }

    #[cfg(feature = "hyper")]
    fn built_in_backend(&self, origin: &BaseUrl) -> Result<Arc<dyn Backend>, BuildError> {
        use crate::backend::HyperBackend;

        const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
        let connect_timeout = self.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        let backend = if origin.is_https() {
            HyperBackend::https(connect_timeout, &self.extra_root_certificates)?
        } else {
            HyperBackend::http(connect_timeout)
        };
        Ok(Arc::new(backend))
    }

    #[cfg(not(feature = "hyper"))]
    fn built_in_backend(&self, _: &BaseUrl) -> Result<Arc<dyn Backend>, BuildError> {
        Err(BuildError::NoBackend)
    }
}

impl fmt::Debug for ClientBuilder {
    /// The endpoint is left out: what is wrong with it may be a password in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("sdk_app_id", &self.signer.sdk_app_id())
            .field("region", &self.region)
            .field("identifier", &self.identifier)
            .field("timeout", &self.timeout)
            .field("checks", &self.checks)
            .field("quota", &self.quota)
            .field("retry", &self.retry)
            .field("backend", &self.backend)
            .finish_non_exhaustive()
    }
}

/// Why no client was made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Neither a region nor an endpoint is set.
    #[error("the address of the service is missing; set a region, or an endpoint")]
    NoAddress,
    /// Both a region and an endpoint are set.
    #[error("both a region and an endpoint are set; leave one out")]
    TwoAddresses,
    /// The endpoint is no base URL that would work or be safe.
    #[error("the endpoint cannot be used: {0}")]
    InvalidEndpoint(String),
    /// The extra root certificates cannot be read, or there are none at all.
    #[error("the root certificates cannot be used: {0}")]
    Certificates(String),
    /// A setting is out of bounds or cannot be combined with another.
    #[error("{name} {problem}")]
    #[non_exhaustive]
    InvalidSetting {
        /// The setting.
        name: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The crate was built without the feature `hyper` and no backend is set.
    #[error("there is no backend; build chat-transport with the feature `hyper`, or set one")]
    NoBackend,
    /// No signature can be made for the identifier, or at this time.
    #[error("no UserSig can be made")]
    Signing(#[source] SignError),
}

impl BuildError {
    fn invalid_endpoint(error: InvalidUrl) -> Self {
        Self::InvalidEndpoint(error.to_string())
    }

    #[cfg(feature = "hyper")]
    pub(crate) fn certificates(error: &dyn std::error::Error) -> Self {
        Self::Certificates(error.to_string())
    }

    #[cfg(feature = "hyper")]
    pub(crate) fn no_certificate() -> Self {
        Self::Certificates("the PEM text holds none".to_owned())
    }
}

/// More than the service takes, and little enough for any URL.
const MAX_IDENTIFIER: usize = 255;
