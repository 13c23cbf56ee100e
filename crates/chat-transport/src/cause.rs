//! The source chain of an error, kept as text.
//!
//! Errors of HTTP and TLS libraries change with their versions, and some print the URL of the
//! request, and with it the UserSig. So each level of their chain is kept as text, which can be
//! redacted.

use std::{error::Error as StdError, fmt, io};

use crate::redact::redact_text;

/// One level of a source chain.
pub(crate) struct Cause {
    text: String,
    /// The number of an error of the operating system.
    os_error: Option<i32>,
    source: Option<Box<Self>>,
}

impl Cause {
    pub(crate) fn of(error: &(dyn StdError + 'static)) -> Self {
        Self::with_depth(error, MAX_DEPTH)
    }

    fn with_depth(error: &(dyn StdError + 'static), depth: usize) -> Self {
        let source = error.source().filter(|_| depth > 0);
        Self {
            text: error.to_string(),
            os_error: error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error),
            source: source.map(|source| Box::new(Self::with_depth(source, depth - 1))),
        }
    }

    /// Returns whether this process or machine has no more file descriptors.
    pub(crate) fn is_out_of_file_descriptors(&self) -> bool {
        let is_limit = self.os_error.is_some_and(|number| FILE_LIMIT_ERRORS.contains(&number));
        is_limit || self.source.as_ref().is_some_and(|source| source.is_out_of_file_descriptors())
    }

    pub(crate) fn redact(&mut self, secret: &str) {
        redact_text(&mut self.text, secret);
        if let Some(source) = &mut self.source {
            source.redact(secret);
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Cause {
    /// Shows the texts of the whole chain.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)?;
        match &self.source {
            Some(source) => write!(f, ": {source:?}"),
            None => Ok(()),
        }
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// `ENFILE` and `EMFILE`, which have these numbers on Linux, macOS and the BSDs, and `WSAEMFILE` of
/// Windows.
const FILE_LIMIT_ERRORS: &[i32] = if cfg!(windows) { &[10_024] } else { &[23, 24] };

/// Deeper than any library nests its errors.
const MAX_DEPTH: usize = 16;
