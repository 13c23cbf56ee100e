//! The error of a call: what happened, whether the request was sent, and what to do about it.

use std::{error::Error as StdError, time::Duration};

use bytes::Bytes;
use chat_types::{
    ErrorCode,
    spec::{EndpointSpec, ErrorClass, RetryAdvice},
};

use crate::{
    cause::Cause,
    redact::{redact_text, redacted_start},
};

mod display;
mod hint;
mod kind;
mod predicates;

pub use self::kind::{ErrorKind, Phase, Refusal};

/// Why a call failed.
///
/// The `Display` text is one line: the endpoint, what happened, the service's code and message, the
/// documented meaning of the code, and a hint. Underlying errors are left to
/// [`source`](StdError::source). None of these texts, nor `Debug`, ever contains the key or the
/// UserSig; a UserSig that a response repeats is removed.
///
/// ```
/// use chat_transport::{Client, Error, ErrorKind};
/// use chat_types::{ErrorCode, group::{GetGroupBanMember, GetGroupBanMemberResponse}};
///
/// /// Returns the first page of bans, which is empty if the group does not exist.
/// async fn banned(client: &Client, group: &str) -> Result<GetGroupBanMemberResponse, Error> {
///     match client.call(&GetGroupBanMember::new(group)).await {
///         Ok(response) => Ok(response.into_body()),
///         Err(error) if error.code() == Some(ErrorCode::from(10010)) => Ok(Default::default()),
///         Err(error) => Err(error),
///     }
/// }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    endpoint: &'static EndpointSpec,
    kind: ErrorKind,
    delivery: Delivery,
    /// Whether this very request is safe to repeat, as opposed to its endpoint in general. `false`
    /// if nothing was sent.
    is_safe_to_repeat: bool,
    retry_after: Option<Duration>,
    /// The number of seconds by which the server's clock is ahead.
    clock_offset: Option<i64>,
    /// Whether the service refused a signature that its clock was not within.
    is_signature_outdated: bool,
    body: Bytes,
    cause: Option<Cause>,
}

/// What is known about the call's requests having reached the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Delivery {
    /// No attempt was sent.
    Unsent,
    /// The last attempt may have reached the service, and no earlier one can have taken effect.
    Sent,
    /// An earlier attempt may have taken effect, whatever happened to the last one.
    SentBefore,
    /// The last attempt was refused because an earlier one has most likely taken effect.
    Done,
}

impl Error {
    /// Creates the error of a tower layer that fails a call.
    ///
    /// Its kind is [`ErrorKind::Layer`], `cause` is its [`source`](StdError::source), and it counts
    /// as [unsent](Self::is_unsent). If the layer has passed the call on before it failed, add
    /// [`possibly_sent`](Self::possibly_sent). The client does not retry it: layers around calls
    /// are outside of the retries.
    ///
    /// This is for layers around whole calls, which are added with
    /// [`ClientBuilder::layer`](crate::ClientBuilder::layer). A layer around HTTP requests fails
    /// with [`BackendError::from_layer`](crate::backend::BackendError::from_layer).
    ///
    /// ```
    /// use std::{future::ready, task::{Context, Poll}};
    ///
    /// use chat_transport::{Call, Error, RawResponse, backend::BoxFuture, layer::CallService};
    /// use tower_service::Service;
    ///
    /// /// Refuses every call that could change something.
    /// #[derive(Clone)]
    /// struct ReadOnly(CallService);
    ///
    /// impl Service<Call> for ReadOnly {
    ///     type Response = RawResponse;
    ///     type Error = Error;
    ///     type Future = BoxFuture<'static, Result<RawResponse, Error>>;
    ///
    ///     fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
    ///         self.0.poll_ready(context)
    ///     }
    ///
    ///     fn call(&mut self, call: Call) -> Self::Future {
    ///         let endpoint = call.endpoint();
    ///         if endpoint.command.starts_with("get_") {
    ///             return self.0.call(call);
    ///         }
    ///         Box::pin(ready(Err(Error::from_layer(endpoint, "this process may only read"))))
    ///     }
    /// }
    /// ```
    pub fn from_layer(
        endpoint: &'static EndpointSpec,
        cause: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let cause: Box<dyn StdError + Send + Sync> = cause.into();
        Self::new(endpoint, ErrorKind::Layer).because(Some(Cause::of(&*cause)))
    }

    /// Marks the call as one whose request may have been sent, so that it
    /// [may have taken effect](Self::may_have_taken_effect).
    ///
    /// For an error of [`from_layer`](Self::from_layer) after the layer has passed the call on. An
    /// error that already says so stays as it is.
    ///
    /// ```
    /// use chat_transport::Error;
    /// use chat_types::{Endpoint, group::CreateGroup};
    ///
    /// let error = Error::from_layer(CreateGroup::SPEC, "the audit log is full").possibly_sent();
    /// assert!(!error.is_unsent() && error.may_have_taken_effect());
    /// ```
    #[must_use]
    pub fn possibly_sent(self) -> Self {
        if self.is_unsent() { self.after_sending(false) } else { self }
    }

    pub(crate) fn new(endpoint: &'static EndpointSpec, kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            endpoint,
            kind,
            delivery: Delivery::Unsent,
            is_safe_to_repeat: false,
            retry_after: None,
            clock_offset: None,
            is_signature_outdated: false,
            body: Bytes::new(),
            cause: None,
        }))
    }

    pub(crate) fn because(mut self, cause: Option<Cause>) -> Self {
        self.0.cause = cause;
        self
    }

    pub(crate) fn after_sending(mut self, is_safe_to_repeat: bool) -> Self {
        self.0.delivery = Delivery::Sent;
        self.0.is_safe_to_repeat = is_safe_to_repeat;
        self
    }

    /// Marks the error as that of a call whose earlier attempt may have taken effect.
    pub(crate) fn after_earlier_attempt(mut self) -> Self {
        if self.is_unsent() {
            // An attempt that may have taken effect is followed by another only if that is safe.
            self.0.is_safe_to_repeat = true;
        }
        let is_done = self.is_refused_as_done();
        self.0.delivery = if is_done { Delivery::Done } else { Delivery::SentBefore };
        self
    }

    fn is_refused_as_done(&self) -> bool {
        // In a batch, one item is enough for such a refusal.
        let is_single = self.0.endpoint.batch.is_none();
        let already_done = self.0.endpoint.repeat.already_done;
        is_single && self.is_api() && self.code().is_some_and(|code| already_done.contains(&code))
    }

    pub(crate) fn with_clock(mut self, offset: Option<i64>, is_outdated: bool) -> Self {
        self.0.clock_offset = offset;
        self.0.is_signature_outdated = is_outdated;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// Keeps the response, and removes the UserSig from it and from everything derived from it.
    pub(crate) fn with_response(mut self, body: Bytes, user_sig: &str) -> Self {
        let inner = &mut *self.0;
        let kept = if matches!(inner.kind, ErrorKind::Api(_)) { usize::MAX } else { MAX_EXCERPT };
        inner.body = redacted_start(body, user_sig, kept);
        if let Some(cause) = &mut inner.cause {
            cause.redact(user_sig);
        }
        match &mut inner.kind {
            ErrorKind::Api(refusal) | ErrorKind::HttpStatus { refusal: Some(refusal), .. } => {
                redact_text(&mut refusal.info, user_sig);
                if let Some(id) = &mut refusal.request_id {
                    redact_text(id, user_sig);
                }
            }
            ErrorKind::Decode { path, problem } => {
                redact_text(path, user_sig);
                redact_text(problem, user_sig);
            }
            _ => {}
        }
        self
    }

    /// Returns the kind of failure.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns the endpoint that was called.
    pub fn endpoint(&self) -> &'static EndpointSpec {
        self.0.endpoint
    }

    /// Returns the number of seconds by which the server's clock is ahead of this client's, or
    /// behind it if negative.
    ///
    /// It is known if a signature was refused and the response has a `Date`. A UserSig contains the
    /// time at which it was made, so the service refuses signatures of a client whose clock is
    /// wrong.
    pub fn clock_offset(&self) -> Option<i64> {
        self.0.clock_offset
    }

    /// Returns how long the service asks to wait before the next attempt, if its response has a
    /// `Retry-After`, in seconds or as a date.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the service's error code, also if it came with an HTTP status other than 200.
    pub fn code(&self) -> Option<ErrorCode> {
        self.refusal().map(|refusal| refusal.code)
    }

    /// Returns the service's error message, which is often empty.
    pub fn info(&self) -> Option<&str> {
        self.refusal().map(|refusal| refusal.info.as_str())
    }

    /// Returns the ID that the service gave the request, by which the vendor's support finds it.
    ///
    /// Only some services send one, such as those for calls, live rooms and conferences.
    pub fn request_id(&self) -> Option<&str> {
        self.refusal().and_then(|refusal| refusal.request_id.as_deref())
    }

    /// Returns what the code means on this endpoint; `None` if the code is not documented.
    pub fn meaning(&self) -> Option<&'static str> {
        self.code().and_then(|code| self.0.endpoint.meaning_of(code))
    }

    /// Returns the class of failure that the code belongs to.
    ///
    /// It is `Unknown` if this endpoint's service gives the code a meaning of its own.
    pub fn class(&self) -> Option<ErrorClass> {
        let class = |code: ErrorCode| self.is_general(code).then(|| code.class());
        self.code().map(|code| class(code).unwrap_or(ErrorClass::Unknown))
    }

    /// Returns whether and when repeating the call can help, judging by the code alone.
    ///
    /// Whether a repeat is safe is a different question: see [`is_retryable`](Self::is_retryable).
    pub fn retry_advice(&self) -> Option<RetryAdvice> {
        let advice = |code: ErrorCode| self.is_general(code).then(|| code.retry_advice());
        self.code().map(|code| advice(code).unwrap_or(RetryAdvice::Never))
    }

    /// Returns the body of the response, without the UserSig if the body repeats it.
    ///
    /// It is complete if the service refused the call, since some endpoints report there what
    /// happened to each item, and otherwise limited to the first 4,096 bytes. It is empty if there
    /// was no response.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    pub(crate) fn into_body(self) -> Bytes {
        self.0.body
    }

    fn refusal(&self) -> Option<&Refusal> {
        match &self.0.kind {
            ErrorKind::Api(refusal) => Some(refusal),
            ErrorKind::HttpStatus { refusal, .. } => refusal.as_ref(),
            _ => None,
        }
    }

    /// Whether this endpoint's service uses the code as the general tables describe it.
    fn is_general(&self, code: ErrorCode) -> bool {
        let service = self.0.endpoint.service;
        code.spec()
            .is_none_or(|spec| spec.other_meanings.iter().all(|other| other.service != service))
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.cause.as_ref().map(|cause| cause as &(dyn StdError + 'static))
    }
}

const MAX_EXCERPT: usize = 4_096;
