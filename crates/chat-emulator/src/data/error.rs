//! The error of a data directory.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

/// The error returned when the data directory cannot be used; see
/// [`EmulatorBuilder::data_dir`](crate::EmulatorBuilder::data_dir).
#[derive(Debug)]
pub struct DataError {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug, Error)]
pub(super) enum Kind {
    #[error("{0}")]
    Io(#[source] io::Error),
    #[error("another process uses the directory; stop it, or choose another directory")]
    InUse,
    #[error("written by another version of the emulator, in format {0}; use that version")]
    Version(String),
    #[error(
        "damaged at byte {offset}: {what}; restore the directory from a copy, or choose another \
         directory to start without its state"
    )]
    Damaged { offset: u64, what: String },
    #[error("missing, although later files exist; restore the directory from a copy")]
    Missing,
    #[error(
        "has the state of app {0}, which the emulator does not have; add the app, or choose another \
         directory"
    )]
    UnknownApp(u32),
}

impl DataError {
    pub(super) fn new(path: &Path, kind: Kind) -> Self {
        Self { path: path.to_owned(), kind }
    }

    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::new(path, Kind::Io(error))
    }

    pub(super) fn damaged(path: &Path, offset: usize, what: impl fmt::Display) -> Self {
        let (offset, what) = (offset as u64, what.to_string());
        Self::new(path, Kind::Damaged { offset, what })
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot use {}: {}", self.path.display(), self.kind)
    }
}

impl std::error::Error for DataError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.kind)
    }
}
