//! What an error says.

use std::{borrow::Cow, fmt};

use chat_types::spec::{ErrorClass, RetryAdvice};

use super::{Error, ErrorKind, Phase, Refusal};

impl Error {
    /// What to do about it, where there is something to say.
    pub fn hint(&self) -> Option<Cow<'static, str>> {
        if self.0.already_done {
            return Some("an earlier attempt of this call has most likely done it".into());
        }
        // What the last attempt says of itself is not true of the call.
        if self.0.is_repeat && self.is_of_an_unsent_attempt() {
            return Some(self.hint_after_sending().into());
        }
        self.hint_by_clock().or_else(|| self.hint_by_kind().map(Cow::Borrowed))
    }

    fn is_of_an_unsent_attempt(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connect { .. }
                | ErrorKind::Timeout(Phase::Quota | Phase::Connect | Phase::Tls)
                | ErrorKind::WouldBlock { .. }
                | ErrorKind::QuotaUnavailable
        )
    }

    /// What a clock that is off by more than a slow response explains.
    fn hint_by_clock(&self) -> Option<Cow<'static, str>> {
        const NOTABLE: u64 = 60;
        let seconds = self.0.clock_offset.filter(|offset| offset.unsigned_abs() >= NOTABLE)?;
        let side = if seconds > 0 { "behind" } else { "ahead of" };
        let seconds = seconds.unsigned_abs();
        Some(format!("this machine's clock is {seconds} s {side} the server's: set it").into())
    }

    fn hint_by_kind(&self) -> Option<&'static str> {
        match &self.0.kind {
            ErrorKind::RequestTooLarge { .. } => Some("split it, or raise max_request_bytes"),
            ErrorKind::Timeout(Phase::Quota) => {
                Some("nothing was sent: send fewer calls at a time, or allow more time")
            }
            ErrorKind::QuotaUnavailable => {
                Some("nothing was sent: check the server, or choose a local share")
            }
            ErrorKind::WouldBlock { .. } => Some("nothing was sent: try again then, or use call"),
            ErrorKind::Timeout(Phase::Connect | Phase::Tls) | ErrorKind::Connect { .. } => {
                Some("nothing was sent: check address, network and certificates")
            }
            ErrorKind::Timeout(_) | ErrorKind::ConnectionLost => Some(self.hint_after_sending()),
            ErrorKind::HttpStatus { status: 300..=399, .. } => Some(
                "redirects are not followed, since they would pass the signature on: check \
                      the address",
            ),
            ErrorKind::HttpStatus { status: 500..=599, .. } => Some(self.hint_after_sending()),
            ErrorKind::ResponseTooLarge { .. } => {
                Some("ask for smaller pages, or raise max_response_bytes")
            }
            ErrorKind::InvalidJson => {
                Some("check the address: a proxy or another server may respond")
            }
            ErrorKind::Decode { .. } => Some("call_json gives the response as it came"),
            _ => self.hint_by_code(),
        }
    }

    fn hint_after_sending(&self) -> &'static str {
        if !self.0.was_sent {
            "nothing was sent"
        } else if self.0.repeat_is_safe {
            "it may have been carried out; sending it again is safe"
        } else {
            "it may have been carried out; look before sending it again"
        }
    }

    fn hint_by_code(&self) -> Option<&'static str> {
        match (self.class()?, self.retry_advice()?) {
            (ErrorClass::RateLimited, _) => {
                Some("send fewer calls, and mind others that use the same app")
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
            (_, RetryAdvice::AfterBackoff) => Some("try again after a while"),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A violation names its endpoint and page by itself.
        if let ErrorKind::InvalidRequest(violation) = &self.0.kind {
            return write!(f, "{violation}");
        }
        write!(f, "{}: ", self.0.endpoint.id())?;
        match &self.0.kind {
            ErrorKind::InvalidRequest(_) => {}
            ErrorKind::Encode => f.write_str("the request cannot be written as JSON")?,
            ErrorKind::RequestTooLarge { bytes, max } => {
                write!(f, "the request has {bytes} bytes, at most {max} are sent")?;
            }
            ErrorKind::Timeout(Phase::Quota) => {
                f.write_str("its turn under the quota did not come in time")?;
            }
            ErrorKind::QuotaUnavailable => f.write_str("the shared quota cannot be asked")?,
            ErrorKind::WouldBlock { wait } => {
                write!(f, "its turn under the quota comes in {wait:?} at the earliest")?;
            }
            ErrorKind::Timeout(Phase::Connect) => f.write_str("timed out while connecting")?,
            ErrorKind::Timeout(Phase::Tls) => f.write_str("timed out in the TLS handshake")?,
            ErrorKind::Timeout(Phase::ResponseHead) => {
                f.write_str("timed out waiting for a response")?
            }
            ErrorKind::Timeout(Phase::Body) => {
                f.write_str("timed out in the middle of the response")?;
            }
            ErrorKind::Connect { server } => write!(f, "no connection to {server}")?,
            ErrorKind::ConnectionLost => {
                f.write_str("the connection broke before the response was whole")?;
            }
            ErrorKind::HttpClient => f.write_str("the HTTP client failed")?,
            ErrorKind::HttpStatus { status, .. } => write!(f, "HTTP status {status}, not 200")?,
            ErrorKind::ResponseTooLarge { max } => {
                write!(f, "the response has more than {max} bytes")?;
            }
            ErrorKind::InvalidJson => f.write_str("the response is not JSON")?,
            ErrorKind::Decode { path, problem } => {
                let at = if path.is_empty() { "" } else { " at " };
                write!(f, "the response has another form than documented{at}{path}: ")?;
                write!(f, "{}", OneLine(problem))?;
            }
            ErrorKind::Api(_) => f.write_str("refused")?,
        }
        self.write_refusal(f)?;
        match self.hint() {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl Error {
    fn write_refusal(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Refusal { code, info }) = self.refusal() {
            write!(f, " with code {code}")?;
            if !info.is_empty() {
                write!(f, " ({})", OneLine(info))?;
            }
            if let Some(meaning) = self.meaning() {
                write!(f, ": {}", meaning.trim_end_matches('.'))?;
            }
        } else if matches!(self.0.kind, ErrorKind::HttpStatus { .. } | ErrorKind::InvalidJson) {
            match &*String::from_utf8_lossy(&self.0.body) {
                "" => f.write_str(": its body is empty")?,
                body => write!(f, ": {}", OneLine(body))?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("endpoint", &format_args!("{}", self.0.endpoint.id()))
            .field("kind", &self.0.kind)
            .field("is_unsent", &self.is_unsent())
            .field("body", &OneLine(&String::from_utf8_lossy(&self.0.body)))
            .field("source", &self.0.cause)
            .finish()
    }
}

/// Foreign text, shortened and without what would break a line or a terminal.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;

        const SHOWN: usize = 300;
        let mut shown = 0;
        let words = self.0.split(|c: char| c.is_whitespace() || c.is_control());
        for word in words.filter(|word| !word.is_empty()) {
            if shown > 0 {
                f.write_char(' ')?;
            }
            for character in word.chars() {
                if shown == SHOWN {
                    return f.write_str(" …");
                }
                f.write_char(character)?;
                shown += 1;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
