//! Where a journal is.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// Where a journal is, as errors name it.
#[derive(Clone, Debug)]
pub(crate) enum Location {
    File(PathBuf),
    /// The URL of a key, without its login.
    #[cfg(feature = "redis")]
    Redis(String),
}

impl Location {
    /// Returns what holds the journal.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            #[cfg(feature = "redis")]
            Self::Redis(_) => "key",
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            #[cfg(feature = "redis")]
            Self::Redis(url) => f.write_str(url),
        }
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<&PathBuf> for Location {
    fn from(path: &PathBuf) -> Self {
        Self::File(path.clone())
    }
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&Self> for Location {
    fn from(location: &Self) -> Self {
        location.clone()
    }
}
