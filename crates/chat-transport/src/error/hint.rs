//! What to do about an error.

use std::borrow::Cow;

use chat_types::{
    ErrorCode,
    spec::{ErrorClass, RetryAdvice},
};

use super::{Delivery, Error, ErrorKind, Phase};

impl Error {
    /// Returns what to do about the error, if there is something to suggest.
    pub fn hint(&self) -> Option<Cow<'static, str>> {
        match self.0.delivery {
            Delivery::Done => {
                return Some("an earlier attempt of this call has most likely taken effect".into());
            }
            // "Nothing was sent" is true of the last attempt and not of the call.
            Delivery::SentBefore if self.is_of_unsent_attempt() => {
                return Some(self.hint_after_sending().into());
            }
            _ => {}
        }
        let hint = self
            .hint_by_clock()
            .or_else(|| self.hint_by_region())
            .or_else(|| self.hint_by_kind().map(Cow::Borrowed));
        if !self.may_have_taken_effect() || self.0.is_safe_to_repeat {
            return hint;
        }
        match hint {
            Some(hint) if hint != UNSAFE => Some(format!("{UNSAFE}; {hint}").into()),
            _ => Some(UNSAFE.into()),
        }
    }

    fn is_of_unsent_attempt(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connect { .. }
                | ErrorKind::Timeout(Phase::Quota | Phase::Connect | Phase::Tls)
                | ErrorKind::WouldBlock { .. }
                | ErrorKind::QuotaUnavailable
        )
    }

    /// A hint about a clock that is off by more than a slow response explains.
    fn hint_by_clock(&self) -> Option<Cow<'static, str>> {
        const NOTABLE: u64 = 60;
        let seconds = self.0.clock_offset.filter(|offset| offset.unsigned_abs() >= NOTABLE)?;
        let side = if seconds > 0 { "behind" } else { "ahead of" };
        let seconds = seconds.unsigned_abs();
        Some(format!("this machine's clock is {seconds} s {side} the server's: set it").into())
    }

    /// A hint about a service that does not exist in every region. The client may call one of the
    /// others, which does not know the URL.
    fn hint_by_region(&self) -> Option<Cow<'static, str>> {
        let service = self.0.endpoint.service_spec()?;
        let regions =
            service.regions.filter(|_| self.code() == Some(ErrorCode::UNKNOWN_RESOURCE))?;
        let ids: Vec<&str> = regions.iter().map(|region| region.id()).collect();
        Some(format!("{} exists only in the regions {}", service.service, ids.join(", ")).into())
    }

    fn hint_by_kind(&self) -> Option<&'static str> {
        match &self.0.kind {
            ErrorKind::RequestTooLarge { .. } => Some("split it, or raise max_request_bytes"),
            ErrorKind::Timeout(Phase::Quota) => {
                Some("nothing was sent: make fewer concurrent calls, or raise the time limit")
            }
            ErrorKind::QuotaUnavailable => {
                Some("nothing was sent: check the quota server, or permit a local share")
            }
            ErrorKind::WouldBlock { .. } => {
                Some("nothing was sent: retry after that time, or use call, which waits")
            }
            ErrorKind::Timeout(Phase::Connect | Phase::Tls) | ErrorKind::Connect { .. } => {
                Some("nothing was sent: check the address, the network and the certificates")
            }
            ErrorKind::Timeout(_) | ErrorKind::ConnectionLost | ErrorKind::Layer => {
                Some(self.hint_after_sending())
            }
            ErrorKind::HttpStatus { status: 300..=399, .. } => Some(
                "redirects are not followed, since they would disclose the signature: check the \
                 address",
            ),
            ErrorKind::HttpStatus { status: 500..=599, .. } => Some(self.hint_after_sending()),
            ErrorKind::ResponseTooLarge { .. } => {
                Some("request smaller pages, or raise max_response_bytes")
            }
            ErrorKind::InvalidJson => {
                Some("check the address: a proxy or another server may have responded")
            }
            ErrorKind::Decode { .. } => Some("call_json returns the response as it came"),
            _ => self.hint_by_code(),
        }
    }

    fn hint_after_sending(&self) -> &'static str {
        if self.is_unsent() {
            "nothing was sent"
        } else if self.0.is_safe_to_repeat {
            "it may have taken effect; repeating it is safe"
        } else {
            UNSAFE
        }
    }

    fn hint_by_code(&self) -> Option<&'static str> {
        match (self.class()?, self.retry_advice()?) {
            (ErrorClass::RateLimited, _) => {
                Some("make fewer calls, and check what else uses the same app")
            }
            (_, RetryAdvice::AfterNewSignature) => {
                Some("the next call makes a new signature; if that is refused too, check the clock")
            }
            (_, RetryAdvice::InAnotherRegion) => Some(
                "set the region that the console shows for this app; each has a domain of its own",
            ),
            (ErrorClass::Signature, _) => {
                Some("check that SDKAppID, key, identifier and region belong together")
            }
            (_, RetryAdvice::AfterBackoff) if self.is_retryable() => Some("retry after a while"),
            _ => None,
        }
    }
}

const UNSAFE: &str = "it may have taken effect; check before repeating it";
