//! What no scenario shows, and why.

use serde::Deserialize;

use crate::InvalidFamily;

/// Documented behavior or codes that no scenario shows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Untested {
    /// The endpoint, as `service/command`; `None` if this holds for all.
    pub endpoint: Option<String>,
    /// The codes.
    #[serde(default)]
    pub codes: Vec<i64>,
    /// The beginnings of the documented sentences.
    #[serde(default)]
    pub behavior: Vec<String>,
    /// Why no scenario shows them.
    pub reason: String,
}

/// Returns what no scenario shows, and why.
///
/// # Errors
/// When the file does not follow the format. The tests of this crate make sure that it does.
pub fn untested() -> Result<Vec<Untested>, InvalidFamily> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        untested: Vec<Untested>,
    }

    let file: Result<File, _> = toml::from_str(include_str!("../untested.toml"));
    file.map(|file| file.untested).map_err(|error| InvalidFamily::new("untested.toml", &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_about_something_and_has_a_reason() {
        for entry in untested().unwrap() {
            assert!(!entry.codes.is_empty() || !entry.behavior.is_empty(), "{entry:?}");
            assert!(!entry.reason.is_empty() && !entry.reason.ends_with('.'), "{entry:?}");
        }
    }
}
