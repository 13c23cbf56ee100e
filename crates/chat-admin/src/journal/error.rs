use std::{fmt, io, path::PathBuf, sync::Arc};

/// Why a journal cannot be used.
#[derive(Clone, Debug)]
pub struct JournalError {
    path: PathBuf,
    kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Exists,
    NotThere,
    Busy,
    File { doing: &'static str, error: Arc<io::Error> },
    InvalidJournal { line: u64, problem: String },
    OtherJob { what: &'static str, found: String, wanted: String },
    OtherInput { chunk: u64, first: u64 },
    ShorterInput { items: u64 },
}

impl JournalError {
    pub(crate) fn new(path: impl Into<PathBuf>, kind: Kind) -> Self {
        Self { path: path.into(), kind }
    }

    pub(crate) fn file(path: impl Into<PathBuf>, doing: &'static str, error: io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::AlreadyExists => Kind::Exists,
            io::ErrorKind::NotFound => Kind::NotThere,
            _ => Kind::File { doing, error: Arc::new(error) },
        };
        Self::new(path, kind)
    }

    /// Whether there is a journal already, which a new job must not write over.
    pub fn already_exists(&self) -> bool {
        matches!(self.kind, Kind::Exists)
    }

    /// Whether there is no journal that a job could go on from.
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind, Kind::NotThere)
    }

    /// Whether the journal belongs to another job, or to the same with another input.
    pub fn is_job_mismatch(&self) -> bool {
        matches!(
            self.kind,
            Kind::OtherJob { .. } | Kind::OtherInput { .. } | Kind::ShorterInput { .. }
        )
    }

    /// Whether the file could not be written or read.
    pub fn is_io(&self) -> bool {
        matches!(self.kind, Kind::File { .. })
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "journal {}: ", self.path.display())?;
        match &self.kind {
            Kind::Exists => f.write_str(
                "it is there already; resume the job that it is of, or choose another file",
            ),
            Kind::NotThere => f.write_str("there is no such file"),
            Kind::Busy => f.write_str("another process uses it; wait for it to end"),
            Kind::File { doing, error } => write!(f, "it cannot be {doing}: {error}"),
            Kind::InvalidJournal { line, problem } => {
                write!(f, "line {line} is no line of a journal: {problem}")
            }
            Kind::OtherJob { what, found, wanted } => write!(
                f,
                "it is of another job: its {what} is {found} and not {wanted}; nothing was sent"
            ),
            Kind::OtherInput { chunk, first } => write!(
                f,
                "the input is another one than before: something in the items up to the end of \
                 chunk {chunk}, which begins at item {first}, has changed; give the same input as \
                 before, or begin a new job"
            ),
            Kind::ShorterInput { items } => write!(
                f,
                "the input is another one than before: it ends after {items} items, and more of \
                 them were sent; give the same input as before, or begin a new job"
            ),
        }
    }
}

impl std::error::Error for JournalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::File { error, .. } => Some(&**error),
            _ => None,
        }
    }
}
