//! What went wrong, as a person and as a script reads it, and the exit code that goes with it.

use std::{borrow::Cow, error::Error as StdError, fmt, io, path::Path, process::ExitCode};

use chat_admin::{InputError, JobError, JournalError, PageError, migration::ExportError};
use chat_transport::{BuildError, ErrorKind};
use chat_types::{Endpoint as _, ErrorCode, GroupId, group::GetGroupInfo};
use serde::Serialize;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done.
    Done,
    /// The service refused.
    Refused,
    /// Usage or configuration: nothing was sent.
    Usage,
    /// No response: connection, timeout, HTTP failure.
    NoAnswer,
    /// A payload does not fit its type.
    Mismatch,
    /// Some items failed or are unknown.
    Partial,
    /// Stopped by the user.
    Interrupted,
}

impl Exit {
    /// What a failed call means for the program.
    pub(crate) fn of(error: &chat_transport::Error) -> Self {
        match error.kind() {
            ErrorKind::InvalidRequest(_)
            | ErrorKind::Encode
            | ErrorKind::RequestTooLarge { .. } => Self::Usage,
            ErrorKind::Api(_) => Self::Refused,
            _ => Self::NoAnswer,
        }
    }

    fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::NoAnswer => 3,
            Self::Mismatch => 4,
            Self::Partial => 5,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// One line about what was wrong, one about what to do, and what else a script may want to know.
#[derive(Debug)]
pub(crate) struct Error {
    exit: Exit,
    details: Box<Details>,
}

/// The members of the JSON object, absent ones left out.
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
}

impl Error {
    fn new(exit: Exit, kind: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        let details = Details { kind, message, code: None, info: None, endpoint: None, hint: None };
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
        Self::input(format!("{} cannot be read: {error}", path.display()))
    }

    /// The service said no in a response that was itself a success.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Refused, "api", message)
    }

    /// The service does not show a group.
    pub(crate) fn group_not_shown(group: &GroupId, code: ErrorCode, info: &str) -> Self {
        let meaning = GetGroupInfo::SPEC.meaning_of(code).unwrap_or("not documented");
        let meaning = meaning.trim_end_matches('.');
        Self::refused(format!("the group {:?} cannot be shown: {meaning}", group.as_str()))
            .with_code(code.get())
            .with_info(info)
            .with_endpoint(GetGroupInfo::SPEC.id())
            .with_hint("`chatctl group list` lists the groups of the app")
    }

    /// A payload does not fit its type.
    pub(crate) fn mismatch(message: impl Into<String>) -> Self {
        Self::new(Exit::Mismatch, "mismatch", message)
    }

    /// A job was not done in full.
    pub(crate) fn partial(message: impl Into<String>) -> Self {
        Self::new(Exit::Partial, "partial", message)
    }

    /// A job could not begin: nothing was sent.
    pub(crate) fn before_job(error: &JobError) -> Self {
        match error {
            JobError::Journal(error) => error.clone().into(),
            JobError::Input(error) => error.clone().into(),
            other => Self::input(other.to_string()),
        }
    }

    /// Whether a list could not be read because a call failed, so that nothing is wrong with it.
    pub(crate) fn is_of_call(error: &InputError) -> bool {
        Self::of_call_behind(error).is_some()
    }

    fn of_call_behind(error: &InputError) -> Option<Self> {
        let source = error.source()?;
        let of_page = || source.downcast_ref::<PageError>().map(Self::from);
        of_page().or_else(|| source.downcast_ref::<ExportError>().map(Self::from))
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

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    pub(crate) fn has_hint(&self) -> bool {
        self.details.hint.is_some()
    }

    pub(crate) fn message(&self) -> &str {
        &self.details.message
    }

    /// Whether whoever reads our output has stopped doing so, which is no failure.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        self.details.kind == CLOSED_PIPE
    }

    /// `{"error":{…}}` on one line.
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

/// From writing results.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Done, CLOSED_PIPE, "nobody reads the output");
        }
        let message = format!("the results cannot be written in full: {error}");
        Self::new(Exit::Partial, "output", message)
    }
}

impl From<&chat_transport::Error> for Error {
    fn from(error: &chat_transport::Error) -> Self {
        let text = error.to_string();
        let without_hint = error
            .hint()
            .and_then(|hint| text.strip_suffix(&*hint)?.strip_suffix("; "))
            .unwrap_or(&text);
        let mut this =
            Self::new(Exit::of(error), error.kind().name(), with_causes(without_hint, error));
        this.details.code = error.code().map(ErrorCode::get);
        this.details.info = error.info().filter(|info| !info.is_empty()).map(str::to_owned);
        this.details.endpoint = Some(error.endpoint().id().to_string());
        this.details.hint = hint_of(error).map(Cow::into_owned);
        this
    }
}

impl From<chat_transport::Error> for Error {
    fn from(error: chat_transport::Error) -> Self {
        Self::from(&error)
    }
}

impl From<&PageError> for Error {
    fn from(error: &PageError) -> Self {
        match error.call() {
            Some(call) => call.into(),
            None => Self::new(Exit::NoAnswer, "paging", error.to_string()),
        }
    }
}

impl From<PageError> for Error {
    fn from(error: PageError) -> Self {
        Self::from(&error)
    }
}

impl From<&ExportError> for Error {
    fn from(error: &ExportError) -> Self {
        match error {
            ExportError::Call(call) => call.into(),
            ExportError::Page(page) => page.into(),
            ExportError::GroupNotFound { group, code, info } => {
                Self::group_not_shown(group, *code, info)
            }
            other => Self::input(with_causes(&other.to_string(), other)),
        }
    }
}

/// From reading a list before the job: nothing was sent yet.
impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        Self::of_call_behind(&error)
            .unwrap_or_else(|| Self::input(with_causes(&error.to_string(), &error)))
    }
}

/// From opening a journal: nothing was sent yet.
impl From<JournalError> for Error {
    fn from(error: JournalError) -> Self {
        let this = Self::new(Exit::Usage, "journal", error.to_string());
        if error.already_exists() {
            this.with_hint("`chatctl bulk show FILE` says what it is of; --resume goes on with it")
        } else if error.is_not_found() {
            this.with_hint("check the path; a job begins a journal where --resume is left out")
        } else if error.is_job_mismatch() {
            this.with_hint("`chatctl bulk show FILE` says what it is of")
        } else {
            this
        }
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        Self::configuration(with_causes(&error.to_string(), &error))
    }
}

/// The library's advice, in terms of this program.
fn hint_of(error: &chat_transport::Error) -> Option<Cow<'static, str>> {
    let hint = match error.kind() {
        ErrorKind::InvalidRequest(_) => Some(
            "nothing was sent; where the documented rule is out of date, `chatctl call --no-check` skips it",
        ),
        ErrorKind::RequestTooLarge { .. } => Some("nothing was sent; split it"),
        ErrorKind::ResponseTooLarge { .. } => Some("ask for less at a time"),
        ErrorKind::Decode { .. } => Some("`chatctl call` prints the response as it came"),
        _ => return error.hint(),
    };
    hint.map(Cow::Borrowed)
}

/// The text and what lies behind it, on one line.
fn with_causes(text: &str, error: &dyn StdError) -> String {
    let mut text = text.to_owned();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Wrappers like to repeat what they wrap.
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

const CLOSED_PIPE: &str = "closed_pipe";
