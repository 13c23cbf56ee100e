//! The error of a journal.

use std::{fmt, io, sync::Arc, time::Duration};

use super::location::Location;
#[cfg(feature = "redis")]
use super::redis::RedisProblem;

/// Why a journal cannot be used.
#[derive(Clone, Debug)]
pub struct JournalError {
    location: Location,
    kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    AlreadyExists,
    NotFound,
    InUse {
        /// When another process can take over, unless the lease is renewed. A file has no lease.
        lease_ends_in: Option<Duration>,
    },
    /// A directory, a pipe or a device.
    NotAFile,
    /// The first line, which describes the job, is not complete.
    Incomplete,
    /// The file could not be created, opened, locked, read or written.
    Io {
        action: &'static str,
        error: Arc<io::Error>,
    },
    #[cfg(feature = "redis")]
    Redis(RedisProblem),
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
    pub(crate) fn new(location: impl Into<Location>, kind: Kind) -> Self {
        Self { location: location.into(), kind }
    }

    pub(crate) fn io(
        location: impl Into<Location>,
        action: &'static str,
        error: io::Error,
    ) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::AlreadyExists => Kind::AlreadyExists,
            io::ErrorKind::NotFound => Kind::NotFound,
            _ => Kind::Io { action, error: Arc::new(error) },
        };
        Self::new(location, kind)
    }

    /// Returns whether a journal already exists, which a new job must not overwrite.
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

    /// Returns whether another process has taken over a journal in Redis, because this one did not reach
    /// the server for longer than its lease.
    #[cfg(feature = "redis")]
    pub fn is_lease_lost(&self) -> bool {
        matches!(self.kind, Kind::Redis(RedisProblem::LeaseLost))
    }

    /// Returns whether the journal could not be read or written.
    pub fn is_io(&self) -> bool {
        matches!(self.kind, Kind::Io { .. })
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = self.location.noun();
        write!(f, "journal {}: ", self.location)?;
        match &self.kind {
            Kind::AlreadyExists => {
                write!(f, "the {noun} already exists; resume its job, or choose another {noun}")
            }
            Kind::NotFound => write!(f, "{noun} not found"),
            Kind::InUse { lease_ends_in: None } => {
                f.write_str("in use by another process; wait for it to end")
            }
            Kind::InUse { lease_ends_in: Some(time) } => write!(
                f,
                "in use by another process; wait for it to end, or, if it was killed, for {} s until \
                 its lease ends",
                time.as_secs() + 1
            ),
            #[cfg(feature = "redis")]
            Kind::Redis(problem) => problem.fmt(f),
            Kind::NotAFile => f.write_str("not a regular file"),
            Kind::Incomplete => f.write_str(
                "it ends before its first line is complete, so it does not say what the job is; nothing \
                 of the job was sent",
            ),
            Kind::Io { action: "written", error } => write!(
                f,
                "the {noun} cannot be written: {error}; outcomes that it lacks count as unknown when the \
                 job resumes"
            ),
            Kind::Io { action, error } => write!(f, "the {noun} cannot be {action}: {error}"),
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
