//! The questions that a caller asks of an error.

use chat_types::spec::{ErrorClass, RetryAdvice};

use super::{Delivery, Error, ErrorKind, Phase};
use crate::cause::Cause;

impl Error {
    /// Whether the service itself refused the call with an error code, under HTTP status 200.
    ///
    /// # Troubleshooting
    ///
    /// The reason is in the [`code`](Self::code). Its [`meaning`](Self::meaning) on this endpoint
    /// and the service's own [`info`](Self::info) usually name the field or the right that is
    /// missing; [`class`](Self::class) groups the codes, and [`hint`](Self::hint) says what to do
    /// about the common ones. For a batch, the [`body`](Self::body) reports each item.
    pub fn is_api(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Api(_))
    }

    /// Whether a time limit was reached.
    ///
    /// # Troubleshooting
    ///
    /// The [`Phase`] says what the call was waiting for:
    ///
    /// - `Quota`: more calls are made than the [`Quota`](crate::Quota) permits. Make fewer
    ///   concurrent calls, or raise [`timeout`](crate::ClientBuilder::timeout).
    /// - `Connect`, `Tls`: usually a firewall that drops packets, or a proxy that is required and
    ///   not configured.
    /// - `ResponseHead`, `Body`: a slow network, an overloaded service, or a time limit that is too
    ///   short. The service itself gives up after 3 seconds, so a limit below that ends calls that
    ///   would have succeeded.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Timeout(_))
    }

    /// Whether no connection could be established.
    ///
    /// # Troubleshooting
    ///
    /// The [`source`](std::error::Error::source) chain names the step that failed. Usual causes are
    /// a wrong host name, a missing route or firewall rule, and a certificate that this machine
    /// does not trust. For a private endpoint, add its root with
    /// [`extra_root_certificates`](crate::ClientBuilder::extra_root_certificates); behind a proxy,
    /// bring a configured client with the feature `reqwest`.
    pub fn is_connect(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connect { .. } | ErrorKind::Timeout(Phase::Connect | Phase::Tls)
        )
    }

    /// Whether no connection could be opened because this process or machine has no more file
    /// descriptors. The call did not take effect.
    ///
    /// # Troubleshooting
    ///
    /// Make fewer concurrent calls, or raise the limit, which `ulimit -n` shows.
    pub fn is_out_of_file_descriptors(&self) -> bool {
        let cause = self.0.cause.as_ref();
        self.is_connect() && cause.is_some_and(Cause::is_out_of_file_descriptors)
    }

    /// Whether the service refused the call because it received too many. The call did not take
    /// effect.
    ///
    /// # Troubleshooting
    ///
    /// Usual causes are other clients of the same app, which share its quota, and a
    /// [`Quota`](crate::Quota) that is set too high. Give each client a share with
    /// [`QuotaBuilder::scale`](crate::QuotaBuilder::scale), or let all processes share one quota
    /// with the feature `redis`. The client waits at least a second before it retries and halves
    /// the rate for a while, so a single refusal needs no action.
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.0.kind, ErrorKind::HttpStatus { status: 429, .. })
            || self.class() == Some(ErrorClass::RateLimited)
    }

    /// Whether certainly no byte of the request has reached the service.
    ///
    /// It is `true` if the request was rejected by the client or a layer, if no permit under the
    /// quota was available immediately or in time, and if no connection could be established, as
    /// long as no earlier attempt of the call was sent either. Otherwise it is `false`, and
    /// [`may_have_taken_effect`](Self::may_have_taken_effect) says more.
    ///
    /// # Troubleshooting
    ///
    /// If it is `true`, nothing has changed at the service, and the call can be made again once the
    /// cause is fixed: the request ([`ErrorKind::InvalidRequest`]), the rate of calls
    /// ([`ErrorKind::WouldBlock`]) or the network ([`is_connect`](Self::is_connect)). If it is
    /// `false` where you expected `true`, an earlier attempt of the same call was sent: see
    /// [`RetryPolicy::none`](crate::RetryPolicy::none).
    pub fn is_unsent(&self) -> bool {
        self.0.delivery == Delivery::Unsent
    }

    /// Whether the call may have taken effect, as far as the client can know.
    ///
    /// It is `false` if nothing was sent, and if the service refused the call for a reason that it
    /// checks first: too many calls, a signature, a rule that the request breaks. It is `true` for
    /// failures inside the service, for undocumented codes, if there was no response or none that
    /// can be decoded, and always after an earlier attempt that may have taken effect.
    ///
    /// # Troubleshooting
    ///
    /// The usual cause is a connection or a gateway that failed after the request was sent. If
    /// [`is_retryable`](Self::is_retryable) is `true`, make the call again; otherwise read the
    /// current state first, for example whether the group exists or the message is in the history.
    pub fn may_have_taken_effect(&self) -> bool {
        match self.0.delivery {
            Delivery::Unsent => false,
            Delivery::Sent => !self.is_rejected_first(),
            Delivery::SentBefore | Delivery::Done => true,
        }
    }

    /// Whether the service refused the call before it could do anything.
    fn is_rejected_first(&self) -> bool {
        let is_internal = matches!(self.class(), Some(ErrorClass::Transient | ErrorClass::Unknown));
        self.is_rate_limited() || self.is_api() && !is_internal
    }

    /// Whether repeating the same request can help and is safe.
    ///
    /// That is the case
    /// - if no connection could be established or a time limit was reached, and nothing was sent;
    ///   later, if the call would have had to wait for a permit;
    /// - if the service refused the call because it received too many (its code or HTTP 429), or
    ///   wants a new signature, which the next call makes;
    /// - if a repeat of this request is safe according to the specification, and a time limit was
    ///   reached, the connection was lost, the HTTP status is 500, 502, 503 or 504, or the code's
    ///   advice is to try again.
    ///
    /// Whether a repeat is safe can depend on the request, for example on a `Random` set by the
    /// caller. It is never safe if each call costs money.
    ///
    /// # Troubleshooting
    ///
    /// The client has already retried such a failure as far as its
    /// [`RetryPolicy`](crate::RetryPolicy) and the time limit permit, so repeat the call only after
    /// a longer wait. If an error is not retryable although the failure was temporary, the request
    /// is not safe to repeat: set the field that makes it so, such as `Random` or `GroupId`, or
    /// look at [`may_have_taken_effect`](Self::may_have_taken_effect).
    pub fn is_retryable(&self) -> bool {
        let is_safe = self.0.is_safe_to_repeat;
        match self.0.kind {
            ErrorKind::Connect { .. } | ErrorKind::Timeout(_) | ErrorKind::ConnectionLost => {
                self.is_unsent() || is_safe
            }
            ErrorKind::HttpStatus { status: 429, .. }
            | ErrorKind::WouldBlock { .. }
            | ErrorKind::QuotaUnavailable => true,
            ErrorKind::HttpStatus { status: 500 | 502..=504, .. } => is_safe,
            ErrorKind::Api(_) if self.wants_new_signature() => true,
            ErrorKind::Api(_) => match self.retry_advice() {
                Some(RetryAdvice::AfterBackoff) => self.is_rate_limited() || is_safe,
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether the service refused the signature in a way that a new one, made by the server's clock,
    /// may not be.
    pub(crate) fn wants_new_signature(&self) -> bool {
        self.0.is_signature_outdated || self.retry_advice() == Some(RetryAdvice::AfterNewSignature)
    }

    /// Whether a retry was refused because an earlier attempt of the same call, whose response was
    /// lost, has most likely taken effect: the group exists, the account is gone.
    ///
    /// It is never `true` for a call with a list of items, where a single item is enough for such a
    /// refusal.
    ///
    /// # Troubleshooting
    ///
    /// [`Client::call`](crate::Client::call) turns this into a success if the refusal contains
    /// everything that the response type requires. You see the error if that is not possible, for
    /// example because an ID chosen by the service is missing, and from
    /// [`call_json`](crate::Client::call_json). Treat the call as done, and read what the lost
    /// response would have contained.
    pub fn is_already_done(&self) -> bool {
        self.0.delivery == Delivery::Done
    }
}
