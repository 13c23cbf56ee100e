//! Errors of single calls and of the client.

use std::borrow::Cow;

use chat_transport::{BuildError, ErrorKind};
use chat_types::ErrorCode;

use super::{Error, causes::with_causes, exit::Exit};

impl From<&chat_transport::Error> for Error {
    fn from(error: &chat_transport::Error) -> Self {
        let text = error.to_string();
        let without_hint = error
            .hint()
            .and_then(|hint| text.strip_suffix(&*hint)?.strip_suffix("; "))
            .unwrap_or(&text);
        let mut this =
            Self::new(Exit::of_call(error), error.kind().name(), with_causes(without_hint, error));
        this.details.code = error.code().map(ErrorCode::get);
        this.details.info = error.info().filter(|info| !info.is_empty()).map(str::to_owned);
        this.details.endpoint = Some(error.endpoint().id().to_string());
        this.details.hint = hint(error).map(Cow::into_owned);
        this
    }
}

impl From<chat_transport::Error> for Error {
    fn from(error: chat_transport::Error) -> Self {
        Self::from(&error)
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        Self::configuration(with_causes(&error.to_string(), &error))
    }
}

/// Returns the library's hint in terms of this program.
fn hint(error: &chat_transport::Error) -> Option<Cow<'static, str>> {
    let hint = match error.kind() {
        ErrorKind::InvalidRequest(_) => {
            "nothing was sent; if the documented rule is out of date, skip it with \
             `chatctl call --no-check`"
        }
        ErrorKind::RequestTooLarge { .. } => "nothing was sent; split the request",
        ErrorKind::QuotaUnavailable => {
            "nothing was sent; check the server that --redis or CHAT_REDIS names"
        }
        ErrorKind::ResponseTooLarge { .. } => "request less at a time",
        ErrorKind::Decode { .. } => "`chatctl call` prints the raw response",
        _ => return error.hint(),
    };
    Some(Cow::Borrowed(hint))
}
