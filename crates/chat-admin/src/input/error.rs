use std::{error::Error, fmt, io, sync::Arc};

/// Why a list cannot be read on. Nothing is known of what comes after.
#[derive(Clone, Debug)]
pub struct InputError {
    location: String,
    problem: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl InputError {
    /// A problem at a place, such as `members.txt, line 7`.
    pub fn new(location: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self { location: location.into(), problem: problem.to_string(), source: None }
    }

    /// The same with what brought it about.
    #[must_use]
    pub fn because(self, source: impl Error + Send + Sync + 'static) -> Self {
        Self { source: Some(Arc::new(source)), ..self }
    }

    pub(crate) fn unreadable(location: impl Into<String>, error: io::Error) -> Self {
        Self::new(location, format_args!("cannot be read: {error}")).because(error)
    }

    /// Where the list stopped making sense.
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
