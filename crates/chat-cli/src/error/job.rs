//! Errors of jobs, lists and journals.

use std::{error::Error as _, path::Path};

use chat_admin::{
    InputError, JobError, JournalError, PageError, PageErrorKind, migration::ExportError,
};

use super::{Error, causes::with_causes, exit::Exit};

impl Error {
    /// A job could not start: nothing was sent.
    pub(crate) fn before_job(error: &JobError) -> Self {
        match error {
            JobError::Journal(error) => error.clone().into(),
            JobError::Input(error) => error.clone().into(),
            other => Self::input(other.to_string()),
        }
    }

    /// The journal of a new job could not be created: nothing was sent.
    pub(crate) fn new_journal(error: &JournalError) -> Self {
        let this = Self::from(error.clone());
        if error.already_exists() {
            this.with_hint(
                "`chatctl bulk show FILE` shows its job; the same command with --resume resumes it",
            )
        } else {
            this
        }
    }

    /// The file of a new journal could not be created: nothing was sent.
    pub(crate) fn new_journal_file(error: &JournalError, path: &Path) -> Self {
        let this = Self::new_journal(error);
        if error.is_not_found() {
            let message =
                format!("cannot create the journal {}: no such directory", path.display());
            this.with_message(message).with_hint("create the directory, or give --journal another")
        } else {
            this
        }
    }

    /// The journal of a job that --resume resumes cannot be used: nothing was sent.
    pub(crate) fn resumed_journal(error: JournalError) -> Self {
        let is_not_found = error.is_not_found();
        let this = Self::read_journal(error);
        if is_not_found {
            this.with_hint("check the path; to start a new journal, leave --resume out")
        } else {
            this
        }
    }

    /// The journal of a job that is shown or resumed cannot be read: nothing was sent.
    pub(crate) fn read_journal(error: JournalError) -> Self {
        let is_incomplete = error.is_incomplete();
        let this = Self::from(error);
        if is_incomplete {
            this.with_hint("run the command of the job again, with `--resume` added")
        } else {
            this
        }
    }

    /// Returns whether an input could not be read because a call failed, so that the input itself
    /// is not at fault.
    pub(crate) fn is_call_failure(error: &InputError) -> bool {
        Self::call_failure(error).is_some()
    }

    fn call_failure(error: &InputError) -> Option<Self> {
        let source = error.source()?;
        let of_page = || source.downcast_ref::<PageErrorKind>().map(Self::from);
        of_page().or_else(|| source.downcast_ref::<ExportError>().map(Self::from))
    }
}

/// For an input that is read before the job: nothing was sent yet.
impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        Self::call_failure(&error)
            .unwrap_or_else(|| Self::input(with_causes(&error.to_string(), &error)))
    }
}

/// For a journal that is opened, by a command that may have no option for it: nothing was sent yet.
impl From<JournalError> for Error {
    fn from(error: JournalError) -> Self {
        let exit = if error.is_job_mismatch() { Exit::Changed } else { Exit::Usage };
        let this = Self::new(exit, "journal", error.to_string());
        if error.is_not_found() {
            this.with_hint("check the path")
        } else if error.is_job_mismatch() {
            this.with_hint("`chatctl bulk show FILE` shows its job")
        } else {
            this
        }
    }
}

impl From<&PageErrorKind> for Error {
    fn from(error: &PageErrorKind) -> Self {
        match error.call() {
            Some(call) => call.into(),
            None => Self::new(Exit::NoResponse, "paging", error.to_string()),
        }
    }
}

impl<C> From<PageError<C>> for Error {
    fn from(error: PageError<C>) -> Self {
        Self::from(error.kind())
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
