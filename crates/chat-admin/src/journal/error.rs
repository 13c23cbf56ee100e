//! The error of a journal.

use std::{fmt, io, path::PathBuf, sync::Arc};

/// Why a journal cannot be used.
#[derive(Clone, Debug)]
pub struct JournalError {
    path: PathBuf,
    kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    AlreadyExists,
    NotFound,
    InUse,
    /// A directory, a pipe or a device.
    NotAFile,
    /// The first line, which describes the job, is not complete.
    Incomplete,
    /// The file could not be created, opened, locked, read or written.
    Io {
        action: &'static str,
        error: Arc<io::Error>,
    },
    InvalidJournal {
        line: u64,
        problem: String,
    },
    /// The job has another app, request or batch size.
    JobMismatch {
        what: &'static str,
        found: String,
        expected: String,
    },
    /// The input as a whole is another one.
    InputReplaced {
        bytes_before: u64,
        bytes_now: u64,
    },
    InputChanged {
        chunk: u64,
        first_item: u64,
    },
    InputShorter {
        items: u64,
    },
}

impl JournalError {
    pub(crate) fn new(path: impl Into<PathBuf>, kind: Kind) -> Self {
        Self { path: path.into(), kind }
    }

    pub(crate) fn io(path: impl Into<PathBuf>, action: &'static str, error: io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::AlreadyExists => Kind::AlreadyExists,
            io::ErrorKind::NotFound => Kind::NotFound,
            _ => Kind::Io { action, error: Arc::new(error) },
        };
        Self::new(path, kind)
    }

    /// Returns whether a file already exists, which a new job must not overwrite.
    pub fn already_exists(&self) -> bool {
        matches!(self.kind, Kind::AlreadyExists)
    }

    /// Returns whether the journal to resume does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind, Kind::NotFound)
    }

    /// Returns whether the journal belongs to another job, or to the same job with another input.
    pub fn is_job_mismatch(&self) -> bool {
        matches!(
            self.kind,
            Kind::JobMismatch { .. }
                | Kind::InputReplaced { .. }
                | Kind::InputChanged { .. }
                | Kind::InputShorter { .. }
        )
    }

    /// Returns whether the journal ends before its first line is complete, so that it does not say what
    /// its job is. Nothing of the job was sent; to start the job with this file again is safe.
    pub fn is_incomplete(&self) -> bool {
        matches!(self.kind, Kind::Incomplete)
    }

    /// Returns whether the file could not be read or written.
    pub fn is_io(&self) -> bool {
        matches!(self.kind, Kind::Io { .. })
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "journal {}: ", self.path.display())?;
        match &self.kind {
            Kind::AlreadyExists => {
                f.write_str("the file already exists; resume its job, or choose another path")
            }
            Kind::NotFound => f.write_str("file not found"),
            Kind::InUse => f.write_str("in use by another process; wait for it to end"),
            Kind::NotAFile => f.write_str("not a regular file"),
            Kind::Incomplete => f.write_str(
                "it ends before its first line is complete, so it does not say what the job is; nothing \
                 of the job was sent",
            ),
            Kind::Io { action: "written", error } => write!(
                f,
                "the file cannot be written: {error}; outcomes that it lacks count as unknown when the \
                 job resumes"
            ),
            Kind::Io { action, error } => write!(f, "the file cannot be {action}: {error}"),
            Kind::InvalidJournal { line, problem } => {
                write!(f, "line {line} is not a line of a journal: {problem}")
            }
            Kind::JobMismatch { what, found, expected } => write!(
                f,
                "belongs to another job: its {what} is {found}, not {expected}; nothing was sent"
            ),
            Kind::InputReplaced { bytes_before, bytes_now } if bytes_before == bytes_now => write!(
                f,
                "the input has changed since the job began: it has other content of {bytes_now} bytes; \
                 provide the same input, or start a new job; nothing was sent"
            ),
            Kind::InputReplaced { bytes_before, bytes_now } => write!(
                f,
                "the input has changed since the job began: it has {bytes_now} bytes, not \
                 {bytes_before}; provide the same input, or start a new job; nothing was sent"
            ),
            Kind::InputChanged { chunk, first_item } => write!(
                f,
                "the input has changed since the earlier run: the items up to the end of chunk \
                 {chunk}, which starts at item {first_item}, differ; provide the same input, or \
                 start a new job; nothing was sent"
            ),
            Kind::InputShorter { items } => write!(
                f,
                "the input has changed since the earlier run: it ends after {items} items, and the \
                 earlier run sent more; provide the same input, or start a new job; nothing was sent"
            ),
        }
    }
}

impl std::error::Error for JournalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Io { error, .. } => Some(&**error),
            _ => None,
        }
    }
}
