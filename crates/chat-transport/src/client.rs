use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use chat_types::{Endpoint, spec::EndpointSpec};
use chat_usersig::SecretKey;
use serde::de::DeserializeOwned;
use tracing::Instrument as _;

use crate::{
    Backend, ClientBuilder, Error, ErrorKind, Priority, RetryPolicy, Stats,
    base_url::BaseUrl,
    call::{Call, Checker, Observation, Observer, Options},
    cause::Cause,
    decode,
    domains::Domains,
    layer::CallService,
    pace::Pace,
    signature::{Signature, Signatures},
};

/// Makes calls to the service, on behalf of one app.
///
/// A clone is cheap and shares connections, signature, quota and counters. Make one client per app
/// and hand out clones: the [`Quota`](crate::Quota) is kept per client.
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
    /// The steps inside of layers of the user's own, where there are some.
    pub(crate) layered: Option<CallService>,
    pub(crate) signatures: Arc<Signatures>,
    pub(crate) pace: Arc<Pace>,
    pub(crate) domains: Arc<Domains>,
    pub(crate) backend: Arc<dyn Backend>,
}

/// The response to a call that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response<T> {
    /// What it says.
    pub body: T,
    /// The JSON as it came, with whatever the type does not know.
    pub raw: Bytes,
    /// How long the call waited for its turn under the quota, in its last attempt.
    pub waited: Duration,
}

impl<T> Response<T> {
    /// What it says, without the JSON.
    pub fn into_body(self) -> T {
        self.body
    }
}

/// The response to a call with JSON of one's own that succeeded.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawResponse {
    /// The JSON as it came.
    pub raw: Bytes,
    /// What it must not show should it be of another form than expected.
    signature: Option<Arc<Signature>>,
    waited: Duration,
}

impl RawResponse {
    /// A response of one's own, for a layer that answers by itself.
    pub fn new(raw: impl Into<Bytes>) -> Self {
        Self { raw: raw.into(), signature: None, waited: Duration::ZERO }
    }

    pub(crate) fn signed(raw: Bytes, signature: Arc<Signature>) -> Self {
        Self { raw, signature: Some(signature), waited: Duration::ZERO }
    }

    pub(crate) fn after_waiting(self, waited: Duration) -> Self {
        Self { waited, ..self }
    }

    fn decode<T: DeserializeOwned>(
        self,
        spec: &'static EndpointSpec,
    ) -> Result<Response<T>, Error> {
        match decode::typed(&self.raw) {
            Ok(body) => Ok(Response { body, raw: self.raw, waited: self.waited }),
            Err(kind) => Err(self.into_error(spec, kind)),
        }
    }

    fn into_error(self, spec: &'static EndpointSpec, kind: ErrorKind) -> Error {
        let user_sig = self.signature.as_deref().map_or("", Signature::user_sig);
        Error::new(spec, kind).after_sending(false).with_response(self.raw, user_sig)
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse").field("raw", &self.raw).finish_non_exhaustive()
    }
}

impl Client {
    /// Starts a client for an app, with its key from the console.
    pub fn builder(sdk_app_id: u32, key: SecretKey) -> ClientBuilder {
        ClientBuilder::new(sdk_app_id, key)
    }

    pub(crate) fn new(core: Core, options: Options) -> Self {
        Self { core: Arc::new(core), options }
    }

    /// The same client with another time limit for whole calls, counted from the call and with the
    /// wait for its turn under the quota and all repeats included.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with(Options { timeout, ..self.options })
    }

    /// The same client that checks requests against the documented rules, or leaves that to the
    /// service. Documented limits go out of date.
    #[must_use]
    pub fn with_checks(&self, checks: bool) -> Self {
        self.with(Options { checks, ..self.options })
    }

    /// The same client that makes calls again by another policy.
    #[must_use]
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        self.with(Options { retry: policy, ..self.options })
    }

    /// The same client whose calls are of another class: those of a nightly job, say, yield to the
    /// ones that somebody waits for.
    #[must_use]
    pub fn with_priority(&self, priority: Priority) -> Self {
        self.with(Options { priority, ..self.options })
    }

    fn with(&self, options: Options) -> Self {
        Self { core: Arc::clone(&self.core), options }
    }

    /// Makes one call: checks the request, waits for its turn, signs, sends, reads the response; and
    /// makes it again, by the [`RetryPolicy`], where that can help and does no harm. Every attempt
    /// sends the same bytes, so that the service knows a message that it has seen.
    ///
    /// Where a repeat is refused because the call's earlier attempt has done it, the call has
    /// succeeded; see [`Error::is_already_done`] for what is left of that case.
    ///
    /// Dropping the future gives the call up; it may have been carried out.
    ///
    /// # Errors
    /// Whenever the service did not respond with HTTP status 200, `ErrorCode` 0 and JSON of the
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

    /// Makes one call, unless it would have to wait for its turn under the quota: then it fails at
    /// once with [`ErrorKind::WouldBlock`], which says how long. Otherwise as [`call`](Self::call).
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

    /// Makes one call with JSON of one's own, the same way as [`call`](Self::call).
    ///
    /// ```
    /// use chat_transport::{Client, RawResponse};
    /// use chat_types::spec::EndpointSpec;
    ///
    /// async fn banned(client: &Client) -> Result<RawResponse, Box<dyn std::error::Error>> {
    ///     let endpoint = EndpointSpec::find("group_open_http_svc", "get_group_ban_member")
    ///         .ok_or("there is no such endpoint")?;
    ///     Ok(client.call_json(endpoint, r#"{"GroupId":"@TGS#aC5SZEAEF","Offset":0}"#).await?)
    /// }
    /// ```
    ///
    /// # Errors
    /// As for [`call`](Self::call), except that a response of any form will do as long as it has an
    /// `ErrorCode` of 0.
    pub async fn call_json(
        &self,
        endpoint: &'static EndpointSpec,
        request: impl Into<Bytes>,
    ) -> Result<RawResponse, Error> {
        let observation = self.core.observer.start(endpoint);
        let call = async {
            let json = request.into();
            let response = self.exchange(endpoint, json, Vec::new(), &observation).await?;
            match decode::whole(&response.raw) {
                Ok(()) => Ok(response),
                Err(kind) => Err(response.into_error(endpoint, kind)),
            }
        };
        let outcome = call.instrument(observation.span.clone()).await;
        observation.finish(outcome.as_ref().err());
        outcome
    }

    /// From JSON to JSON: the part of a call that is the same for all.
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

    /// Lets fewer calls through to an endpoint for a while, as after a refusal because of too many:
    /// for whoever hears of it by another way, such as the webhook `Alert.RequestOverLimit`, which
    /// the service sends at 80 percent of a limit.
    pub fn slow_down(&self, endpoint: &'static EndpointSpec) {
        self.core.pace.slow_down(endpoint);
    }

    /// How long so many calls to an endpoint take at the least under the
    /// [`Quota`](crate::Quota), from the first to the last, if nobody else calls; nothing where it
    /// has no limit. For telling how long a job will take before it runs.
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
        self.core.pace.min_duration(endpoint, calls)
    }

    /// What this client and its clones have done so far.
    pub fn stats(&self) -> Stats {
        self.core.observer.counters.read()
    }

    /// The app that it calls for.
    pub fn sdk_app_id(&self) -> u32 {
        self.core.signatures.sdk_app_id()
    }

    /// The admin account that it calls as.
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
