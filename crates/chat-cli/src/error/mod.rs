//! The program's error: what went wrong, what to do about it, and the exit code.

mod call;
mod causes;
mod exit;
mod job;

use std::{fmt, io, path::Path};

use chat_types::{Endpoint as _, ErrorCode, GroupId, group::GetGroupInfo};
use serde::Serialize;

pub(crate) use self::exit::Exit;

/// An error as a person and a script read it.
#[derive(Debug)]
pub(crate) struct Error {
    exit: Exit,
    details: Box<Details>,
}

/// The members of the JSON object; absent ones are left out.
#[derive(Debug, Serialize)]
struct Details {
    kind: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    info: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// How the command is used, for people.
    #[serde(skip)]
    usage: Option<String>,
}

impl Error {
    fn new(exit: Exit, kind: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        let (code, info, endpoint, hint, usage) = Default::default();
        let details = Details { kind, message, code, info, endpoint, hint, usage };
        Self { exit, details: Box::new(details) }
    }

    /// The command line is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    /// A setting is missing or wrong.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "configuration", message)
    }

    /// A file or standard input cannot be used.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "input", message)
    }

    /// A file cannot be read.
    pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self::input(format!("cannot read {}: {error}", path.display()))
    }

    /// The service refused something within a successful response.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Refused, "api", message)
    }

    /// The service refused to show a group.
    pub(crate) fn group_not_shown(group: &GroupId, code: ErrorCode, info: &str) -> Self {
        let meaning = GetGroupInfo::SPEC.meaning_of(code).unwrap_or("not documented");
        let meaning = meaning.trim_end_matches('.');
        Self::refused(format!("cannot show group {:?}: {meaning}", group.as_str()))
            .with_code(code.get())
            .with_info(info)
            .with_endpoint(GetGroupInfo::SPEC.id())
            .with_hint("`chatctl group list` lists the groups of the app")
    }

    /// A payload does not fit its type.
    pub(crate) fn mismatch(message: impl Into<String>) -> Self {
        Self::new(Exit::Mismatch, "mismatch", message)
    }

    /// The input, the plan or the journal is not the one that was begun with.
    pub(crate) fn changed(message: impl Into<String>) -> Self {
        Self::new(Exit::Changed, "changed", message)
    }

    /// A job was not completed.
    pub(crate) fn partial(message: impl Into<String>) -> Self {
        Self::new(Exit::Partial, "partial", message)
    }

    /// The results state what failed.
    pub(crate) fn among_results(exit: Exit) -> Self {
        Self::new(exit, "failed", "the command did not succeed").with_hint("see its results")
    }

    /// The user pressed Ctrl-C.
    pub(crate) fn interrupted(message: impl Into<String>) -> Self {
        Self::new(Exit::Interrupted, "interrupted", message)
    }

    #[must_use]
    pub(crate) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.details.message = message.into();
        self
    }

    /// Precedes the message with what it means here.
    #[must_use]
    pub(crate) fn with_note_before(mut self, note: &str) -> Self {
        self.details.message = format!("{note}: {}", self.details.message);
        self
    }

    #[must_use]
    pub(crate) fn with_code(mut self, code: i64) -> Self {
        self.details.code = Some(code);
        self
    }

    #[must_use]
    pub(crate) fn with_info(mut self, info: impl Into<String>) -> Self {
        self.details.info = Some(info.into()).filter(|info| !info.is_empty());
        self
    }

    #[must_use]
    pub(crate) fn with_endpoint(mut self, endpoint: impl fmt::Display) -> Self {
        self.details.endpoint = Some(endpoint.to_string());
        self
    }

    #[must_use]
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.details.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub(crate) fn with_usage(mut self, usage: impl Into<String>) -> Self {
        self.details.usage = Some(usage.into());
        self
    }

    /// Replaces advice about the service where a server on this machine has responded, which is an
    /// emulator or a proxy.
    #[must_use]
    pub(crate) fn of_loopback(mut self) -> Self {
        if self.details.code == Some(ErrorCode::UNKNOWN_RESOURCE.get()) {
            self.details.hint = Some(
                "the server at this loopback address does not have the endpoint; \
                 `chatctl endpoints` lists those of the service"
                    .to_owned(),
            );
        }
        self
    }

    pub(crate) fn usage_line(&self) -> Option<&str> {
        self.details.usage.as_deref()
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    pub(crate) fn hint(&self) -> Option<&str> {
        self.details.hint.as_deref()
    }

    pub(crate) fn has_hint(&self) -> bool {
        self.details.hint.is_some()
    }

    pub(crate) fn message(&self) -> &str {
        &self.details.message
    }

    /// Returns whether the reader of standard output closed it, which is not a failure.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        self.details.kind == CLOSED_PIPE
    }

    /// Returns `{"error":{…}}` on one line.
    pub(crate) fn to_json(&self) -> String {
        serde_json::json!({ "error": self.details }).to_string()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.details.message)?;
        match &self.details.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

/// For results that cannot be written to standard output.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Done, CLOSED_PIPE, "standard output was closed");
        }
        Self::new(Exit::Partial, "output", format!("cannot write the results: {error}"))
    }
}

const CLOSED_PIPE: &str = "closed_pipe";
