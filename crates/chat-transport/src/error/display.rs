//! The text of an error.

use std::fmt;

use chat_types::Excerpt;

use super::{Error, ErrorKind, Phase, Refusal};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A violation names its endpoint and documentation page.
        if let ErrorKind::InvalidRequest(violation) = &self.0.kind {
            return write!(f, "{violation}");
        }
        write!(f, "{}: ", self.0.endpoint.id())?;
        self.write_kind(f)?;
        self.write_refusal(f)?;
        match self.hint() {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl Error {
    fn write_kind(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            ErrorKind::InvalidRequest(_) => Ok(()),
            ErrorKind::Encode => f.write_str("cannot serialize the request as JSON"),
            ErrorKind::RequestTooLarge { bytes, max } => {
                write!(f, "the request has {bytes} bytes, more than the limit of {max}")
            }
            ErrorKind::Timeout(phase) => f.write_str(match phase {
                Phase::Quota => "timed out waiting for rate-limit capacity",
                Phase::Connect => "timed out while connecting",
                Phase::Tls => "timed out during the TLS handshake",
                Phase::ResponseHead => "timed out waiting for a response",
                Phase::Body => "timed out while reading the response",
            }),
            ErrorKind::QuotaUnavailable => f.write_str("the shared quota is unavailable"),
            ErrorKind::WouldBlock { wait } => {
                write!(f, "no rate-limit capacity for at least {wait:?}")
            }
            ErrorKind::Connect { server } => write!(f, "cannot connect to {server}"),
            ErrorKind::ConnectionLost => {
                f.write_str("the connection was lost before the response was complete")
            }
            ErrorKind::HttpClient => f.write_str("the HTTP client failed"),
            ErrorKind::HttpStatus { status, .. } => write!(f, "unexpected HTTP status {status}"),
            ErrorKind::ResponseTooLarge { max } => {
                write!(f, "the response is larger than the limit of {max} bytes")
            }
            ErrorKind::InvalidJson => f.write_str("the response is not valid JSON"),
            ErrorKind::Decode { path, problem } => {
                f.write_str("the response is not of the documented form")?;
                if !path.is_empty() {
                    write!(f, " at {path}")?;
                }
                write!(f, ": {}", excerpt(problem))
            }
            ErrorKind::Api(_) => f.write_str("refused"),
            ErrorKind::Layer => f.write_str("a layer failed the call"),
        }
    }

    fn write_refusal(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Refusal { code, info, request_id }) = self.refusal() {
            write!(f, " with code {code}")?;
            if !info.is_empty() {
                write!(f, " ({})", excerpt(info))?;
            }
            if let Some(meaning) = self.meaning() {
                write!(f, ": {}", meaning.trim_end_matches('.'))?;
            }
            if let Some(id) = request_id.as_ref().filter(|id| !id.is_empty()) {
                write!(f, " (request ID {})", Excerpt::new(id, MAX_ID_CHARS))?;
            }
        } else if matches!(self.0.kind, ErrorKind::HttpStatus { .. } | ErrorKind::InvalidJson) {
            match &*String::from_utf8_lossy(&self.0.body) {
                "" => f.write_str(": the body is empty")?,
                body => write!(f, ": {}", excerpt(body))?,
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
            .field("body", &format_args!("{}", excerpt(&String::from_utf8_lossy(&self.0.body))))
            .field("source", &self.0.cause)
            .finish()
    }
}

const MAX_ID_CHARS: usize = 100;

/// Returns what an error shows of text from the service.
fn excerpt(text: &str) -> Excerpt<'_> {
    const MAX_CHARS: usize = 300;
    Excerpt::new(text, MAX_CHARS)
}
