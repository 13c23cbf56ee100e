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
        let hint =
            self.hint_by_clock().or_else(|| self.hint_by_region()).or_else(|| self.hint_by_kind());
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

    fn hint_by_kind(&self) -> Option<Cow<'static, str>> {
        let hint = match &self.0.kind {
            ErrorKind::RequestTooLarge { .. } => "split it, or raise max_request_bytes",
            ErrorKind::Timeout(Phase::Quota) => {
                "nothing was sent: make fewer concurrent calls, or raise the time limit"
            }
            ErrorKind::QuotaUnavailable => {
                "nothing was sent: check the quota server, or permit a local share"
            }
            ErrorKind::WouldBlock { .. } => {
                "nothing was sent: retry after that time, or use call, which waits"
            }
            ErrorKind::Timeout(Phase::Connect | Phase::Tls) | ErrorKind::Connect { .. } => {
                "nothing was sent: check the address, the network and the certificates"
            }
            ErrorKind::Timeout(_) | ErrorKind::ConnectionLost | ErrorKind::Layer => {
                self.hint_after_sending()
            }
            ErrorKind::HttpStatus { status: 300..=399, .. } => {
                "redirects are not followed, since they would disclose the signature: check the \
                 address"
            }
            ErrorKind::HttpStatus { status: 500..=599, .. } => self.hint_after_sending(),
            ErrorKind::ResponseTooLarge { .. } => {
                "request smaller pages, or raise max_response_bytes"
            }
            ErrorKind::InvalidJson => {
                "check the address: a proxy or another server may have responded"
            }
            ErrorKind::Decode { .. } => "call_json returns the response as it came",
            _ => return self.hint_by_code(),
        };
        Some(hint.into())
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

    /// A hint where the code states more than what is wrong, or where its class is about the client
    /// and not about the request.
    fn hint_by_code(&self) -> Option<Cow<'static, str>> {
        let code = self.code().filter(|code| self.is_general(*code))?;
        let spec = code.spec()?;
        if spec.retry == RetryAdvice::AfterNewSignature {
            let hint = "the next call makes a new signature; if that is refused too, check the \
                        clock";
            return Some(hint.into());
        }
        let is_about_client = matches!(spec.class, ErrorClass::RateLimited | ErrorClass::Signature);
        let is_curable = match spec.retry {
            RetryAdvice::Never => false,
            RetryAdvice::AfterBackoff => self.is_retryable(),
            _ => true,
        };
        let has_hint = spec.remedy.is_some() || is_about_client || is_curable;
        has_hint.then(|| clause(code.remedy()))
    }
}

/// Returns a sentence as the end of a message: without its period and its capital letter, unless
/// that begins a name.
fn clause(sentence: &'static str) -> Cow<'static, str> {
    let text = sentence.trim_end_matches('.');
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            let rest = &text[first.len_utf8()..];
            format!("{}{rest}", first.to_lowercase()).into()
        }
        _ => text.into(),
    }
}

const UNSAFE: &str = "it may have taken effect; check before repeating it";
