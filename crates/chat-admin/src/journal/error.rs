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
            Kind::JobMismatch { .. } | Kind::InputChanged { .. } | Kind::InputShorter { .. }
        )
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
            Kind::Io { action, error } => write!(f, "the file cannot be {action}: {error}"),
            Kind::InvalidJournal { line, problem } => {
                write!(f, "line {line} is not a line of a journal: {problem}")
            }
            Kind::JobMismatch { what, found, expected } => write!(
                f,
                "belongs to another job: its {what} is {found}, not {expected}; nothing was sent"
            ),
            Kind::InputChanged { chunk, first_item } => write!(
                f,
                "the input has changed since the earlier run: the items up to the end of chunk \
                 {chunk}, which starts at item {first_item}, differ; provide the same input, or \
                 start a new job"
            ),
            Kind::InputShorter { items } => write!(
                f,
                "the input has changed since the earlier run: it ends after {items} items, and the \
                 earlier run sent more; provide the same input, or start a new job"
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
