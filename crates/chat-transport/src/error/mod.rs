use std::{error::Error as StdError, time::Duration};

use bytes::Bytes;
use chat_types::{
    ErrorCode,
    spec::{EndpointSpec, ErrorClass, RetryAdvice},
};

use crate::cause::{Cause, redact_bytes, redact_text};

mod kind;
mod text;

pub use self::kind::{ErrorKind, Phase, Refusal};

/// Why a call failed.
///
/// Its text is one line: which endpoint, what happened, the service's code and words, what the code
/// means there, what to do. What lies behind it is left to [`source`](StdError::source). Neither
/// these nor `Debug` ever hold the key or the UserSig; a UserSig that a response repeats is taken
/// out.
///
/// ```
/// use chat_transport::{Client, Error, ErrorKind};
/// use chat_types::{ErrorCode, group::{GetGroupBanMember, GetGroupBanMemberResponse}};
///
/// /// The first page of bans; none where there is no such group.
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
    was_sent: bool,
    /// Of this very request, not of its endpoint in general.
    repeat_is_safe: bool,
    retry_after: Option<Duration>,
    /// By how many seconds the server's clock is ahead.
    clock_offset: Option<i64>,
    /// An earlier attempt of the call may have been carried out.
    is_repeat: bool,
    already_done: bool,
    body: Bytes,
    cause: Option<Cause>,
}

impl Error {
    pub(crate) fn new(endpoint: &'static EndpointSpec, kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            endpoint,
            kind,
            was_sent: false,
            repeat_is_safe: false,
            retry_after: None,
            clock_offset: None,
            is_repeat: false,
            already_done: false,
            body: Bytes::new(),
            cause: None,
        }))
    }

    pub(crate) fn because(mut self, cause: Option<Cause>) -> Self {
        self.0.cause = cause;
        self
    }

    pub(crate) fn after_sending(mut self, repeat_is_safe: bool) -> Self {
        self.0.was_sent = true;
        self.0.repeat_is_safe = repeat_is_safe;
        self
    }

    /// What it says when an earlier attempt of the call may have been carried out.
    pub(crate) fn after_an_earlier_attempt(mut self) -> Self {
        self.0.is_repeat = true;
        // Of a list, one item is enough for such a refusal.
        let is_single = self.0.endpoint.batch.is_none();
        if let (true, true, Some(code)) = (is_single, self.is_api(), self.code()) {
            self.0.already_done = self.0.endpoint.repeat.already_done.contains(&code);
        }
        if self.is_unsent() { self.after_sending(true) } else { self }
    }

    pub(crate) fn with_clock_offset(mut self, seconds: Option<i64>) -> Self {
        self.0.clock_offset = seconds;
        self
    }

    pub(crate) fn retry_in(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// Keeps the response, and takes the UserSig out of all that it says.
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
            }
            ErrorKind::Decode { path, problem } => {
                redact_text(path, user_sig);
                redact_text(problem, user_sig);
            }
            _ => {}
        }
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The endpoint that was called.
    pub fn endpoint(&self) -> &'static EndpointSpec {
        self.0.endpoint
    }

    /// Whether the service itself answered with an error code, over HTTP status 200.
    ///
    /// The cause is in the code: see [`meaning`](Self::meaning) and [`class`](Self::class).
    pub fn is_api(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Api(_))
    }

    /// Whether a time limit was reached.
    ///
    /// Usual causes are a quota that is used up (the phase says so), a firewall that drops packets,
    /// or a slow network. The service itself gives a call up after 3 seconds, so a limit below that
    /// is too short.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Timeout(_))
    }

    /// Whether no connection came about.
    ///
    /// Usual causes are a wrong host name, a missing route or firewall rule, and a certificate that
    /// this machine does not trust; see
    /// [`extra_root_certificates`](crate::ClientBuilder::extra_root_certificates).
    pub fn is_connect(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connect { .. } | ErrorKind::Timeout(Phase::Connect | Phase::Tls)
        )
    }

    /// Whether the service refused the call because too many came. It was not carried out.
    ///
    /// Usual causes are other clients of the same app, which share its quota, and a [`Quota`] that
    /// is set too high.
    ///
    /// [`Quota`]: crate::Quota
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.0.kind, ErrorKind::HttpStatus { status: 429, .. })
            || self.class() == Some(ErrorClass::RateLimited)
    }

    /// Whether certainly no byte of the request has reached the service.
    ///
    /// It is `true` for a request that was refused here, for a turn under the quota that did not
    /// come at once or in time, and when no connection came about, and no earlier attempt of the call
    /// was sent either. In all other cases it is `false`, and
    /// [`may_have_taken_effect`](Self::may_have_taken_effect) tells more.
    pub fn is_unsent(&self) -> bool {
        !self.0.was_sent
    }

    /// Whether the service may have done what was asked, for all that is known.
    ///
    /// It is `false` where nothing was sent, and where the service refused the call for a reason
    /// that it looks at first: too many calls, a signature, a rule that the request breaks. It is
    /// `true` for failures inside the service, for codes that are not documented, where no response
    /// came or none that can be read, and always after an earlier attempt of which that is true.
    pub fn may_have_taken_effect(&self) -> bool {
        self.0.is_repeat || self.0.was_sent && !self.is_turned_away()
    }

    fn is_turned_away(&self) -> bool {
        let is_inner = matches!(self.class(), Some(ErrorClass::Transient | ErrorClass::Unknown));
        self.is_rate_limited() || self.is_api() && !is_inner
    }

    /// Whether sending the same request again can help and does no harm.
    ///
    /// That is so
    /// - when no connection came about or a time limit was reached, and nothing was sent; later,
    ///   where the call would have had to wait for its turn;
    /// - when the service refused the call because of too many calls (its code or HTTP 429), or
    ///   wants a new signature, which the next call makes;
    /// - when a repeat of this request is safe, by the specification, and a time limit was reached,
    ///   the connection broke, the HTTP status is 500, 502, 503 or 504, or the code's advice is to
    ///   try again.
    ///
    /// Whether a repeat is safe can depend on the request: on a `Random` that the caller set, say.
    /// Where each call costs money it never is.
    pub fn is_retryable(&self) -> bool {
        let Inner { was_sent, repeat_is_safe, .. } = *self.0;
        match self.0.kind {
            ErrorKind::Connect { .. } | ErrorKind::Timeout(_) | ErrorKind::ConnectionLost => {
                !was_sent || repeat_is_safe
            }
            ErrorKind::HttpStatus { status: 429, .. }
            | ErrorKind::WouldBlock { .. }
            | ErrorKind::QuotaUnavailable => true,
            ErrorKind::HttpStatus { status: 500 | 502..=504, .. } => repeat_is_safe,
            ErrorKind::Api(_) => match self.retry_advice() {
                Some(RetryAdvice::AfterNewSignature) => true,
                Some(RetryAdvice::AfterBackoff) => self.is_rate_limited() || repeat_is_safe,
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a repeat was refused because an earlier attempt of the same call, whose response was
    /// lost, has most likely done what it asks: the group is there, the account is gone.
    ///
    /// Never so where the call is for a list of items: one of them is enough for such a refusal.
    ///
    /// [`Client::call`](crate::Client::call) makes a success of that where the refusal has all that
    /// the response's type needs; it cannot where, say, an id that the service chose is missing.
    pub fn is_already_done(&self) -> bool {
        self.0.already_done
    }

    /// By how many seconds the server's clock is ahead of this client's, or behind if negative,
    /// where a signature was refused and the response has a `Date`. A UserSig tells when it was made,
    /// so a clock that is wrong makes the service refuse it.
    pub fn clock_offset(&self) -> Option<i64> {
        self.0.clock_offset
    }

    /// How long the service asks to wait before the next try, where its response has a
    /// `Retry-After`, in seconds or as a date.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The service's code, also where it came with an HTTP status other than 200.
    pub fn code(&self) -> Option<ErrorCode> {
        self.refusal().map(|refusal| refusal.code)
    }

    /// The service's words; often empty.
    pub fn info(&self) -> Option<&str> {
        self.refusal().map(|refusal| refusal.info.as_str())
    }

    /// What the code means on this endpoint; `None` for an undocumented one.
    pub fn meaning(&self) -> Option<&'static str> {
        self.code().and_then(|code| self.0.endpoint.meaning_of(code))
    }

    /// What kind of failure the code reports. `Unknown` where this endpoint's service uses the code
    /// for something of its own.
    pub fn class(&self) -> Option<ErrorClass> {
        let class = |code: ErrorCode| self.is_general(code).then(|| code.class());
        self.code().map(|code| class(code).unwrap_or(ErrorClass::Unknown))
    }

    /// Whether sending the call again can help, going by the code alone. Whether it does harm is
    /// another question: see [`is_retryable`](Self::is_retryable).
    pub fn retry_advice(&self) -> Option<RetryAdvice> {
        let advice = |code: ErrorCode| self.is_general(code).then(|| code.retry_advice());
        self.code().map(|code| advice(code).unwrap_or(RetryAdvice::Never))
    }

    /// The response, without the UserSig should it repeat that: all of it where the service refused
    /// the call, since some endpoints tell there what happened to each item, and otherwise its
    /// first 4,096 bytes. Empty when there was none.
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

    /// Whether the general tables speak of this code as this endpoint's service uses it.
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

/// The first bytes of a response without the UserSig.
fn redacted_start(mut body: Bytes, user_sig: &str, length: usize) -> Bytes {
    // One that is cut in two is not found. So more is read than is kept, by as much as one can
    // take when it is percent-encoded, and as much falls off the end.
    let reserve = 3 * user_sig.len();
    let is_cut = body.len() > length.saturating_add(reserve);
    body.truncate(length.saturating_add(reserve));
    if let Some(clean) = redact_bytes(&body, user_sig) {
        body = clean.into();
    }
    let end = if is_cut { body.len().saturating_sub(reserve) } else { body.len() };
    body.slice(..end.min(length))
}

const MAX_EXCERPT: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_a_body_holds_no_part_of_a_signature_wherever_it_is_cut() {
        const USER_SIG: &str = "eJw1jk8LgjAchr9K7Bwyt-YnoUNZEVQE2aFr4ar9SDYZ*x-_";
        for form in [USER_SIG.to_owned(), USER_SIG.replace('*', "%2A")] {
            for shift in 0..200 {
                for times in [1, 3, 30] {
                    let body = "#".repeat(shift) + &form.repeat(times) + &"#".repeat(50);
                    let start = redacted_start(body.into(), USER_SIG, 100);
                    let start = String::from_utf8(start.to_vec()).unwrap();
                    assert!(start.len() <= 100);
                    assert!(!start.contains("eJw"), "{start}");
                    assert!(!start.contains("k8Lg"), "{start}");
                }
            }
        }
    }

    #[test]
    fn a_body_without_a_signature_is_kept_up_to_the_limit() {
        for length in [0, 99, 100, 101, 500] {
            let start = redacted_start("x".repeat(length).into(), "eJw*", 100);
            assert_eq!(start.len(), length.min(100));
        }
    }
}
