//! What lies behind an error, as text alone.
//!
//! Errors of HTTP and TLS libraries change with their versions and some print the URL they were
//! about, and with it the UserSig. So each level of their chain is kept as its text, which can be
//! cleaned.

use std::{error::Error as StdError, fmt};

/// One level of a chain of causes.
pub(crate) struct Cause {
    text: String,
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
            source: source.map(|source| Box::new(Self::with_depth(source, depth - 1))),
        }
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
    /// The texts of the whole chain.
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

/// Takes a secret out of a string, as it stands and percent-encoded.
pub(crate) fn redact_text(text: &mut String, secret: &str) {
    for form in written_forms(secret) {
        if text.contains(&*form) {
            *text = text.replace(&*form, REDACTED);
        }
    }
}

/// The same for bytes that need not be text; `None` when the secret is not in them.
pub(crate) fn redact_bytes(bytes: &[u8], secret: &str) -> Option<Vec<u8>> {
    // A UserSig is ASCII: taking bytes for characters neither hides nor invents one.
    let is_in = |form: &str| bytes.windows(form.len()).any(|window| window == form.as_bytes());
    let found: Vec<_> = written_forms(secret).into_iter().filter(|form| is_in(form)).collect();
    if found.is_empty() {
        return None;
    }
    let mut clean = bytes.to_vec();
    for form in found {
        clean = replace(&clean, form.as_bytes());
    }
    Some(clean)
}

fn replace(bytes: &[u8], form: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after_first)) = rest.split_first() {
        match rest.strip_prefix(form) {
            Some(after) => {
                clean.extend_from_slice(REDACTED.as_bytes());
                rest = after;
            }
            None => {
                clean.push(*first);
                rest = after_first;
            }
        }
    }
    clean
}

/// A UserSig needs no percent-encoding, but some software encodes its asterisks all the same. The
/// padding at its end gives nothing away.
fn written_forms(secret: &str) -> Vec<String> {
    let secret = secret.trim_end_matches('_');
    if secret.is_empty() {
        return Vec::new();
    }
    let mut forms = vec![secret.to_owned(), secret.replace('*', "%2A"), secret.replace('*', "%2a")];
    forms.dedup();
    forms
}

const REDACTED: &str = "[usersig]";

/// Deeper than any library nests its errors.
const MAX_DEPTH: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_out_in_every_way_it_may_be_written() {
        for written in ["eJw*x-", "eJw%2Ax-", "eJw%2ax-"] {
            let mut text = format!("a {written} b {written}%5F");
            let bytes = redact_bytes(text.as_bytes(), "eJw*x-_").unwrap();
            redact_text(&mut text, "eJw*x-_");
            assert_eq!(text, "a [usersig] b [usersig]%5F");
            assert_eq!(bytes, text.as_bytes());
        }
    }

    #[test]
    fn bytes_without_the_secret_stay_as_they_are() {
        assert_eq!(redact_bytes(b"\xff\xfe eJw", "eJw*x-_"), None);
    }
}
