//! The rules for IDs that callers choose.

use thiserror::Error;

/// The rules for an ID that a caller chooses for something new, such as a topic or an official account.
///
/// ```
/// use chat_types::{Endpoint, official_account::CreateOfficialAccount};
///
/// let mut fields = CreateOfficialAccount::SPEC.request.iter();
/// let rules = fields.find_map(|field| field.custom_id).ok_or("no custom ID")?;
/// assert!(rules.check("@TOA#_library").is_ok());
/// let error = rules.check("library").unwrap_err();
/// assert_eq!(error.to_string(), "it must start with `@TOA#_`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CustomIdSpec {
    /// The string before the part of the ID that is its own.
    pub marker: &'static str,
    /// Whether the ID starts with the marker; otherwise the ID of what contains it precedes the marker.
    pub is_prefix: bool,
    /// The string there in an ID that the service assigns, which a custom ID must not have.
    pub assigned_marker: Option<&'static str>,
    /// Whether only the characters from space to tilde are allowed.
    pub printable_ascii: bool,
}

impl CustomIdSpec {
    /// Checks an ID.
    ///
    /// # Errors
    /// Returns the first rule that the ID breaks.
    pub fn check(&self, id: &str) -> Result<(), InvalidCustomId> {
        let Self { marker, is_prefix, assigned_marker, printable_ascii } = *self;
        let has = |marker: &str| {
            if is_prefix { id.starts_with(marker) } else { id.contains(marker) }
        };
        if !has(marker) {
            return Err(InvalidCustomId::MissingMarker { marker, is_prefix });
        }
        if let Some(marker) = assigned_marker.filter(|marker| has(marker)) {
            return Err(InvalidCustomId::AssignedMarker { marker, is_prefix });
        }
        if printable_ascii && !id.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(InvalidCustomId::NotPrintableAscii);
        }
        Ok(())
    }
}

/// The rule that a custom ID breaks.
///
/// It displays as a clause about the ID, such as ``it must start with `@PMG#_` ``.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidCustomId {
    /// Every ID of this kind has the marker.
    #[error("it must {} `{marker}`", verb(*is_prefix))]
    MissingMarker {
        /// The marker.
        marker: &'static str,
        /// Whether it must be at the start.
        is_prefix: bool,
    },
    /// Only IDs that the service assigns have this marker.
    #[error("a custom ID must not {} `{marker}`", verb(*is_prefix))]
    AssignedMarker {
        /// The marker.
        marker: &'static str,
        /// Whether it must not be at the start.
        is_prefix: bool,
    },
    /// A character is not printable ASCII.
    #[error("it contains a character that is not printable ASCII")]
    NotPrintableAscii,
}

fn verb(is_prefix: bool) -> &'static str {
    if is_prefix { "start with" } else { "contain" }
}
