//! The error of a plan that cannot be played.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

/// The error returned for a plan that cannot be read or played; see
/// [`FaultPlan`](crate::FaultPlan).
///
/// The message names the path of the mistake, such as `rules[2].fault.status`.
#[derive(Debug)]
pub struct FaultPlanError {
    kind: Kind,
    file: Option<PathBuf>,
}

#[derive(Debug, Error)]
enum Kind {
    #[error("cannot be read: {0}")]
    Read(#[source] io::Error),
    #[error("longer than {0} bytes")]
    TooLarge(usize),
    #[error("{path}: {error}")]
    Json {
        path: String,
        #[source]
        error: serde_json::Error,
    },
    #[error("{path}: {problem}")]
    Invalid { path: String, problem: String },
}

impl FaultPlanError {
    pub(super) fn read(path: &Path, error: io::Error) -> Self {
        Self { kind: Kind::Read(error), file: Some(path.to_owned()) }
    }

    pub(super) fn too_large(max: usize) -> Self {
        Self { kind: Kind::TooLarge(max), file: None }
    }

    pub(super) fn json(error: serde_path_to_error::Error<serde_json::Error>) -> Self {
        let path = match error.path().to_string() {
            path if path == "." => "the plan".to_owned(),
            path => path,
        };
        Self { kind: Kind::Json { path, error: error.into_inner() }, file: None }
    }

    pub(super) fn trailing(error: serde_json::Error) -> Self {
        Self { kind: Kind::Json { path: "after the plan".to_owned(), error }, file: None }
    }

    pub(super) fn invalid(path: String, problem: String) -> Self {
        Self { kind: Kind::Invalid { path, problem }, file: None }
    }

    pub(super) fn in_file(self, path: &Path) -> Self {
        Self { file: Some(path.to_owned()), ..self }
    }
}

impl fmt::Display for FaultPlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "invalid fault plan {}: {}", file.display(), self.kind),
            None => write!(f, "invalid fault plan: {}", self.kind),
        }
    }
}

impl std::error::Error for FaultPlanError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.kind)
    }
}
