use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use chat_types::{Endpoint, spec::EndpointSpec};
use chat_usersig::SecretKey;
use tracing::{Instrument as _, Span};

use crate::{
    ClientBuilder, Error, ErrorKind, RetryPolicy, Stats,
    cause::Cause,
    exchange::{Core, Message, Options},
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
///     let answer = client.with_timeout(Duration::from_secs(4)).call(&request).await?;
///     Ok(answer.response.banned_account_list.len())
/// }
/// ```
#[derive(Clone)]
pub struct Client {
    core: Arc<Core>,
    options: Options,
}

/// The answer to a call that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer<T> {
    /// What it says.
    pub response: T,
    /// The JSON as it came, with whatever the type does not know.
    pub raw: Bytes,
}

impl<T> Answer<T> {
    /// What it says, without the JSON.
    pub fn into_response(self) -> T {
        self.response
    }
}

/// The answer to a call with JSON of one's own that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawAnswer {
    /// The JSON as it came.
    pub raw: Bytes,
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
    /// wait for its turn under the quota included.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self { options: Options { timeout, ..self.options }, ..self.clone() }
    }

    /// The same client that checks requests against the documented rules, or leaves that to the
    /// service. Documented limits go out of date.
    #[must_use]
    pub fn with_checks(&self, checks: bool) -> Self {
        Self { options: Options { checks, ..self.options }, ..self.clone() }
    }

    /// The same client that makes calls again by another policy.
    #[must_use]
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        Self { options: Options { retry: policy, ..self.options }, ..self.clone() }
    }

    /// Makes one call: checks the request, waits for its turn, signs, sends, reads the answer; and
    /// makes it again, by the [`RetryPolicy`], where that can help and does no harm. Every attempt
    /// sends the same bytes, so that the service knows a message that it has seen.
    ///
    /// Dropping the future gives the call up; it may have been carried out.
    ///
    /// # Errors
    /// Whenever the service did not answer with HTTP status 200, `ErrorCode` 0 and JSON of the
    /// expected form. See [`ErrorKind`], [`Error::is_retryable`] and [`Error::nothing_was_sent`].
    pub async fn call<E: Endpoint>(&self, request: &E) -> Result<Answer<E::Response>, Error> {
        let json = serde_json::to_vec(request);
        let call = async |span: &Span| {
            let json = json.map_err(|error| {
                Error::new(E::SPEC, ErrorKind::Unserializable).because(Some(Cause::of(&error)))
            })?;
            let message = Message { json: json.into(), parameters: request.query() };
            self.core.exchange(E::SPEC, message, self.options, span).await?.decode()
        };
        let span = self.core.start(E::SPEC);
        let outcome = call(&span).instrument(span.clone()).await;
        self.core.finish(&span, outcome.as_ref().err());
        outcome
    }

    /// Makes one call with JSON of one's own, the same way as [`call`](Self::call).
    ///
    /// ```
    /// use chat_transport::{Client, RawAnswer};
    /// use chat_types::spec::EndpointSpec;
    ///
    /// async fn banned(client: &Client) -> Result<RawAnswer, Box<dyn std::error::Error>> {
    ///     let endpoint = EndpointSpec::find("group_open_http_svc", "get_group_ban_member")
    ///         .ok_or("there is no such endpoint")?;
    ///     Ok(client.call_json(endpoint, r#"{"GroupId":"@TGS#aC5SZEAEF","Offset":0}"#).await?)
    /// }
    /// ```
    ///
    /// # Errors
    /// As for [`call`](Self::call), except that an answer of any form will do as long as it has an
    /// `ErrorCode` of 0.
    pub async fn call_json(
        &self,
        endpoint: &'static EndpointSpec,
        request: impl Into<Bytes>,
    ) -> Result<RawAnswer, Error> {
        let span = self.core.start(endpoint);
        let message = Message { json: request.into(), parameters: Vec::new() };
        let call = self.core.exchange(endpoint, message, self.options, &span);
        let outcome = call.instrument(span.clone()).await;
        self.core.finish(&span, outcome.as_ref().err());
        outcome.map(|exchange| RawAnswer { raw: exchange.answer })
    }

    /// What this client and its clones have done so far.
    pub fn stats(&self) -> Stats {
        self.core.counters.read()
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
        f.debug_struct("Client")
            .field("sdk_app_id", &self.sdk_app_id())
            .field("identifier", &self.identifier())
            .field("server", &self.core.origin.authority())
            .field("backend", &self.core.backend)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
