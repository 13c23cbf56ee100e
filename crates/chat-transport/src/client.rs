//! The handle that makes calls.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use chat_quota::{Priority, Quota};
use chat_types::{
    Endpoint,
    spec::{EndpointSpec, Site},
};
use chat_usersig::SecretKey;
use tracing::Instrument as _;

use crate::{
    Backend, ClientBuilder, Error, ErrorKind, RawResponse, Response, RetryPolicy, Stats,
    base_url::BaseUrl,
    call::{Call, Checker, Observation, Observer, Options},
    cause::Cause,
    decode,
    domains::Domains,
    layer::CallService,
    signature::Signatures,
};

/// Makes calls to the service for one app.
///
/// A clone is cheap and shares the connections, the signature, the quota and the counters. Create one
/// client per app and clone it: unless you pass one, each client has a separate [`Quota`].
///
/// ```
/// use chat_transport::{Client, Error};
/// use chat_types::group::GetGroupBanMember;
/// use std::time::Duration;
///
/// async fn count_banned(client: &Client) -> Result<usize, Error> {
///     let request = GetGroupBanMember::new("@TGS#aC5SZEAEF").limit(100);
///     let response = client.with_timeout(Duration::from_secs(4)).call(&request).await?;
///     Ok(response.body.banned_account_list.len())
/// }
/// ```
#[derive(Clone)]
pub struct Client {
    core: Arc<Core>,
    options: Options,
}

/// What all clones of a client share.
pub(crate) struct Core {
    pub(crate) observer: Observer,
    pub(crate) steps: Arc<Checker>,
    /// The steps inside of the custom layers, if any were added.
    pub(crate) layered: Option<CallService>,
    pub(crate) signatures: Arc<Signatures>,
    pub(crate) quota: Quota,
    pub(crate) domains: Arc<Domains>,
    pub(crate) backend: Arc<dyn Backend>,
}

impl Client {
    /// Returns a builder for a client of an app, with its key from the console.
    pub fn builder(sdk_app_id: u32, key: SecretKey) -> ClientBuilder {
        ClientBuilder::new(sdk_app_id, key)
    }

    pub(crate) fn new(core: Core, options: Options) -> Self {
        Self { core: Arc::new(core), options }
    }

    /// Returns the same client with another time limit for whole calls.
    ///
    /// It starts when the call is made, and includes the wait for a permit under the quota and all
    /// retries.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with(Options { timeout, ..self.options })
    }

    /// Returns the same client with the checks of requests against the documented rules enabled or
    /// disabled.
    ///
    /// Disable them if a documented limit is out of date; the service still enforces its own.
    #[must_use]
    pub fn with_checks(&self, checks: bool) -> Self {
        self.with(Options { checks, ..self.options })
    }

    /// Returns the same client with another policy for retries.
    #[must_use]
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        self.with(Options { retry: policy, ..self.options })
    }

    /// Returns the same client with another priority of its calls, so that for example those of a
    /// nightly job yield to interactive ones.
    #[must_use]
    pub fn with_priority(&self, priority: Priority) -> Self {
        self.with(Options { priority, ..self.options })
    }

    fn with(&self, options: Options) -> Self {
        Self { core: Arc::clone(&self.core), options }
    }

    /// Makes one call: checks the request, waits for a permit, signs and sends the request, and
    /// decodes the response.
    ///
    /// It is retried according to the [`RetryPolicy`] if that can help and is safe. Every attempt
    /// sends the same bytes, so that the service recognizes a message that it has already seen. If a
    /// retry is refused because an earlier attempt of the call has taken effect, the call has
    /// succeeded; [`Error::is_already_done`] covers the cases in which that cannot be returned as a
    /// success.
    ///
    /// Dropping the future cancels the call, which may have taken effect.
    ///
    /// # Errors
    /// Fails unless the service responds with HTTP status 200, `ErrorCode` 0 and JSON of the
    /// expected form. See [`ErrorKind`], [`Error::is_retryable`] and [`Error::is_unsent`].
    pub async fn call<E: Endpoint>(&self, request: &E) -> Result<Response<E::Response>, Error> {
        let observation = self.core.observer.start(E::SPEC);
        let json = serde_json::to_vec(request);
        let call = async {
            let json = json.map_err(|error| {
                Error::new(E::SPEC, ErrorKind::Encode).because(Some(Cause::of(&error)))
            })?;
            match self.exchange(E::SPEC, json.into(), request.query(), &observation).await {
                Ok(response) => response.decode(E::SPEC),
                Err(error) if error.is_already_done() => match decode::typed(error.body()) {
                    Ok(body) => {
                        Ok(Response { body, raw: error.into_body(), waited: Duration::ZERO })
                    }
                    Err(_) => Err(error),
                },
                Err(error) => Err(error),
            }
        };
        let outcome = call.instrument(observation.span.clone()).await;
        observation.finish(outcome.as_ref().err());
        outcome
    }

    /// Makes one call, unless it would have to wait for a permit under the quota.
    ///
    /// In that case it fails immediately with [`ErrorKind::WouldBlock`], which contains the shortest
    /// wait. Otherwise it does the same as [`call`](Self::call).
    ///
    /// ```
    /// use chat_transport::{Client, Error, ErrorKind};
    /// use chat_types::group::GetGroupBanMember;
    ///
    /// async fn is_busy(client: &Client) -> Result<bool, Error> {
    ///     match client.try_call(&GetGroupBanMember::new("@TGS#aC5SZEAEF")).await {
    ///         Err(error) if matches!(error.kind(), ErrorKind::WouldBlock { .. }) => Ok(true),
    ///         outcome => outcome.map(|_| false),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// As for [`call`](Self::call).
    pub async fn try_call<E: Endpoint>(&self, request: &E) -> Result<Response<E::Response>, Error> {
        self.with(Options { may_wait: false, ..self.options }).call(request).await
    }

    /// Makes one call with custom JSON, with the same steps as [`call`](Self::call).
    ///
    /// ```
    /// use chat_transport::{Client, RawResponse};
    /// use chat_types::spec::EndpointSpec;
    ///
    /// async fn banned(client: &Client) -> Result<RawResponse, Box<dyn std::error::Error>> {
    ///     let endpoint = EndpointSpec::find("group_open_http_svc", "get_group_ban_member")
    ///         .ok_or("unknown endpoint")?;
    ///     Ok(client.call_json(endpoint, r#"{"GroupId":"@TGS#aC5SZEAEF","Offset":0}"#).await?)
    /// }
    /// ```
    ///
    /// An endpoint that the catalog lacks is described first. It is called with the same steps;
    /// without [`safe_to_repeat`] its calls are retried only if nothing was sent or the service
    /// refused them before they took effect, and without [`calls_per_second`] it has no quota.
    ///
    /// ```
    /// use chat_transport::{Client, RawResponse};
    /// use chat_types::spec::UnlistedEndpoint;
    ///
    /// async fn badges(client: &Client) -> Result<RawResponse, Box<dyn std::error::Error>> {
    ///     let endpoint = UnlistedEndpoint::new("group_open_http_svc", "get_group_badges")
    ///         .calls_per_second(50)
    ///         .safe_to_repeat()
    ///         .spec()?;
    ///     let request = serde_json::json!({ "GroupId": "@TGS#aC5SZEAEF" });
    ///     Ok(client.call_json(endpoint, request.to_string()).await?)
    /// }
    /// ```
    ///
    /// [`safe_to_repeat`]: chat_types::spec::UnlistedEndpoint::safe_to_repeat
    /// [`calls_per_second`]: chat_types::spec::UnlistedEndpoint::calls_per_second
    ///
    /// # Errors
    /// As for [`call`](Self::call), except that a response of any form is accepted as long as it is
    /// JSON with an `ErrorCode` of 0.
    pub async fn call_json(
        &self,
        endpoint: &'static EndpointSpec,
        request: impl Into<Bytes>,
    ) -> Result<RawResponse, Error> {
        let observation = self.core.observer.start(endpoint);
        let call = async {
            let json = request.into();
            let response = self.exchange(endpoint, json, Vec::new(), &observation).await?;
            match decode::check_json(&response.raw) {
                Ok(()) => Ok(response),
                Err(kind) => Err(response.into_error(endpoint, kind)),
            }
        };
        let outcome = call.instrument(observation.span.clone()).await;
        observation.finish(outcome.as_ref().err());
        outcome
    }

    /// Makes a call from JSON to JSON, which is the same for all endpoints.
    async fn exchange(
        &self,
        endpoint: &'static EndpointSpec,
        json: Bytes,
        parameters: Vec<(&'static str, String)>,
        observation: &Observation,
    ) -> Result<RawResponse, Error> {
        let call = Call::new(endpoint, json, parameters, self.options, observation);
        match &self.core.layered {
            None => self.core.steps.call(&call).await,
            Some(service) => service.handle(call).await,
        }
    }

    /// Lowers the rate of calls to an endpoint for a while, as after a refusal because of too many
    /// calls.
    ///
    /// Use it if you learn about a limit in another way, such as the webhook
    /// `Alert.RequestOverLimit`, which the service sends at 80 percent of a limit.
    pub fn slow_down(&self, endpoint: &'static EndpointSpec) {
        self.core.quota.slow_down(endpoint);
    }

    /// Returns the shortest time from the first to the last of a number of calls to an endpoint
    /// under the [`Quota`], if no other calls are made.
    ///
    /// It is zero if the endpoint has no limit. Use it to estimate the duration of a job before it
    /// runs.
    ///
    /// ```
    /// use chat_transport::{Client, SecretKey};
    /// use chat_types::{Endpoint, Region, group::ForbidSendMsg};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let key = SecretKey::new("the key of the app")?;
    /// let client = Client::builder(1_400_000_000, key).region(Region::Singapore).build()?;
    /// // 200 calls per second: the last 200 of them go in the fifth second.
    /// assert_eq!(client.min_duration(ForbidSendMsg::SPEC, 1_000), Duration::from_secs(4));
    /// # Ok(())
    /// # }
    /// ```
    pub fn min_duration(&self, endpoint: &'static EndpointSpec, calls: u64) -> Duration {
        self.core.quota.min_duration(endpoint, calls)
    }

    /// Returns the shortest time for a number of calls with a number of items in all, for endpoints
    /// with a limit that counts items. See [`min_duration`](Self::min_duration).
    pub fn min_duration_of_items(
        &self,
        endpoint: &'static EndpointSpec,
        calls: u64,
        items: u64,
    ) -> Duration {
        self.core.quota.min_duration_of_items(endpoint, calls, items)
    }

    /// Returns the time limit of whole calls.
    pub fn timeout(&self) -> Duration {
        self.options.timeout
    }

    /// Returns the site of the vendor on which the app was created; `None` if it is not known.
    pub fn site(&self) -> Option<Site> {
        self.core.steps.site
    }

    /// Returns what this client and its clones have done so far.
    pub fn stats(&self) -> Stats {
        self.core.observer.counters.read(self.core.signatures.time.offset_seconds())
    }

    /// Returns the app that calls are made for.
    pub fn sdk_app_id(&self) -> u32 {
        self.core.signatures.sdk_app_id()
    }

    /// Returns the admin account that calls are made as.
    pub fn identifier(&self) -> &str {
        self.core.signatures.identifier()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Core { domains, backend, .. } = &*self.core;
        f.debug_struct("Client")
            .field("sdk_app_id", &self.sdk_app_id())
            .field("identifier", &self.identifier())
            .field("server", domains.primary().authority())
            .field("backup", &domains.backup().map(BaseUrl::authority))
            .field("backend", backend)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
