//! The error of a list that cannot be read to its end.

use std::{error::Error, fmt, io, sync::Arc};

/// Why a list cannot be read any further. Nothing is known about the items after that point.
#[derive(Clone, Debug)]
pub struct InputError {
    location: String,
    problem: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl InputError {
    /// Creates an error at a location such as `members.txt, line 7`.
    pub fn new(location: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self { location: location.into(), problem: problem.to_string(), source: None }
    }

    /// Adds the error that caused this one, as its [`source`](Error::source).
    #[must_use]
    pub fn with_source(self, source: impl Error + Send + Sync + 'static) -> Self {
        Self { source: Some(Arc::new(source)), ..self }
    }

    pub(crate) fn unreadable(location: impl Into<String>, error: io::Error) -> Self {
        Self::new(location, format_args!("cannot be read: {error}")).with_source(error)
    }

    /// Returns where in the list the problem is.
    pub fn location(&self) -> &str {
        &self.location
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location, self.problem)
    }
}

impl Error for InputError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as &(dyn Error + 'static))
    }
}
