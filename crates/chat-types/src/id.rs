use thiserror::Error;

/// A text that cannot be an id of this kind.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{text:?} is no {kind}: {reason}")]
#[non_exhaustive]
pub struct InvalidId {
    /// What it should have been, such as `GroupId`.
    pub kind: &'static str,
    /// The refused text, shortened to its first characters.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl InvalidId {
    pub(crate) fn new(kind: &'static str, text: &str, reason: &'static str) -> Self {
        const SHOWN: usize = 64;
        Self { kind, text: text.chars().take(SHOWN).collect(), reason }
    }
}

/// What the specification demands of an id, checked by `parse`.
pub(crate) fn parse_id(
    kind: &'static str,
    text: &str,
    max_bytes: Option<usize>,
    printable_ascii: bool,
) -> Result<(), InvalidId> {
    if text.is_empty() {
        return Err(InvalidId::new(kind, text, "it is empty"));
    }
    if max_bytes.is_some_and(|max| text.len() > max) {
        return Err(InvalidId::new(kind, text, "it is too long"));
    }
    if printable_ascii && !text.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
        return Err(InvalidId::new(kind, text, "only printable ASCII characters are allowed"));
    }
    if text.chars().any(char::is_control) {
        return Err(InvalidId::new(kind, text, "it holds a control character"));
    }
    Ok(())
}

/// Declares an id: a text that is not mixed up with other texts.
///
/// Making one from a text never fails, because the service decides what it takes; `parse` applies
/// the documented rules to what a person typed.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, max_bytes: $max:expr, printable_ascii: $ascii:expr) => {
        $(#[$doc])*
        #[derive(
            Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Holds a text as it is; the service decides whether it takes it.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Applies the documented rules to a text from outside.
            ///
            /// # Errors
            /// When the text is empty, too long, or has characters that the service refuses.
            pub fn parse(text: &str) -> Result<Self, $crate::InvalidId> {
                $crate::id::parse_id(stringify!($name), text, $max, $ascii)?;
                Ok(Self(text.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, owned.
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
