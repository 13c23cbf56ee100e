//! Ids as types of their own.

use thiserror::Error;

use crate::excerpt;

/// A string that is not a valid id of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("invalid {kind} {text:?}: {reason}")]
#[non_exhaustive]
pub struct InvalidId {
    /// The type of the id, such as `GroupId`.
    pub kind: &'static str,
    /// The invalid string, cut after its first 64 characters.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

impl InvalidId {
    pub(crate) fn new(kind: &'static str, text: &str, reason: impl Into<String>) -> Self {
        Self { kind, text: excerpt::prefix(text).to_owned(), reason: reason.into() }
    }
}

/// Checks what the specification requires of an id.
pub(crate) fn parse_id(
    kind: &'static str,
    text: &str,
    max_bytes: Option<usize>,
    printable_ascii: bool,
) -> Result<(), InvalidId> {
    if text.is_empty() {
        return Err(InvalidId::new(kind, text, "empty"));
    }
    if let Some(max) = max_bytes.filter(|max| text.len() > *max) {
        return Err(InvalidId::new(kind, text, format!("longer than {max} bytes")));
    }
    if printable_ascii && !text.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
        return Err(InvalidId::new(kind, text, "contains a character that is not printable ASCII"));
    }
    if text.chars().any(char::is_control) {
        return Err(InvalidId::new(kind, text, "contains a control character"));
    }
    Ok(())
}

/// Defines an id: a string type that is not confused with other strings.
///
/// Creating an id from a string never fails, because the service decides what it accepts. `parse`
/// applies the documented constraints, for strings that a person typed.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, max_bytes: $max:expr, printable_ascii: $ascii:expr) => {
        $(#[$doc])*
        #[derive(
            Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Creates an id without checking it; the service decides whether it accepts the id.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Creates an id after checking the documented constraints.
            ///
            /// # Errors
            /// Returns an error if the string is empty, is too long, or contains characters that
            /// the service refuses.
            pub fn parse(text: &str) -> Result<Self, $crate::InvalidId> {
                $crate::id::parse_id(stringify!($name), text, $max, $ascii)?;
                Ok(Self(text.to_owned()))
            }

            /// Returns the id as a string slice.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Returns the id as a string.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        /// Lists of strings are accepted where a list of IDs is.
        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                Self(text.clone())
            }
        }

        /// Does the same as [`parse`](Self::parse).
        impl std::str::FromStr for $name {
            type Err = $crate::InvalidId;

            fn from_str(text: &str) -> Result<Self, $crate::InvalidId> {
                Self::parse(text)
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

pub(crate) use text_id;
