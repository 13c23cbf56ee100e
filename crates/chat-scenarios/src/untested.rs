//! What no scenario shows, and why.

use serde::Deserialize;

use crate::InvalidFamily;

/// Documented behavior, codes or webhooks that no scenario shows.
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
    /// The names of webhooks, or their beginnings up to the period.
    #[serde(default)]
    pub webhooks: Vec<String>,
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
            let Untested { codes, behavior, webhooks, .. } = &entry;
            let is_about_nothing = codes.is_empty() && behavior.is_empty() && webhooks.is_empty();
            assert!(!is_about_nothing, "{entry:?}");
            assert!(!entry.reason.is_empty() && !entry.reason.ends_with('.'), "{entry:?}");
        }
    }
}
