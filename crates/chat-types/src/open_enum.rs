//! Enumerations that keep values the documentation does not list.

use std::fmt;

use crate::excerpt;

/// A string that the documentation does not list for an enumeration.
///
/// It is only created by reading, so it never holds a listed value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Returns the string as the service sent it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An integer that the documentation does not list for an enumeration.
///
/// It is only created by reading, so it never holds a listed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnknownInteger(i64);

impl UnknownInteger {
    pub(crate) const fn new(number: i64) -> Self {
        Self(number)
    }

    /// Returns the integer as the service sent it.
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// A string that is parsed as one of the listed values of an enumeration, and is none.
///
/// ```
/// use chat_types::GroupType;
///
/// let error = "Club".parse::<GroupType>().unwrap_err();
/// assert!(error.to_string().starts_with("unknown GroupType \"Club\"; expected one of Private, "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UnknownName {
    kind: &'static str,
    text: String,
    names: &'static [&'static str],
}

impl UnknownName {
    pub(crate) fn new(kind: &'static str, text: &str, names: &'static [&'static str]) -> Self {
        Self { kind, text: excerpt::prefix(text).to_owned(), names }
    }

    /// Returns the listed values, as written on the wire.
    pub fn names(&self) -> &'static [&'static str] {
        self.names
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, text, names } = self;
        write!(f, "unknown {kind} {text:?}; expected one of {}", names.join(", "))
    }
}

/// Implements serde, string conversions, and `Display` for an open enumeration of strings.
///
/// The implementations are the same for every enumeration; the generated code only lists variants.
macro_rules! open_string_enum {
    ($name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        impl $name {
            /// Every listed value.
            pub const VARIANTS: &'static [Self] = &[$(Self::$variant),+];

            /// Every listed value, as written on the wire.
            pub const NAMES: &'static [&'static str] = &[$($text),+];

            /// Returns the value on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(unknown) => unknown.as_str(),
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    _ => Self::Other($crate::UnknownValue::new(text)),
                }
            }
        }

        /// Reads a listed value, in any case. For what a person typed: unlike `From<&str>`, it does
        /// not keep unknown values.
        impl std::str::FromStr for $name {
            type Err = $crate::UnknownName;

            fn from_str(text: &str) -> Result<Self, $crate::UnknownName> {
                let index = Self::NAMES.iter().position(|name| name.eq_ignore_ascii_case(text));
                index
                    .and_then(|index| Self::VARIANTS.get(index).cloned())
                    .ok_or_else(|| $crate::UnknownName::new(stringify!($name), text, Self::NAMES))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Ok(Self::from(&*text))
            }
        }
    };
}

/// Implements serde, integer conversions, and `Display` for an open enumeration of integers.
macro_rules! open_integer_enum {
    ($name:ident { $($variant:ident = $number:literal),+ $(,)? }) => {
        impl $name {
            /// Every listed value.
            pub const VARIANTS: &'static [Self] = &[$(Self::$variant),+];

            /// Every listed value, as written on the wire.
            pub const VALUES: &'static [i64] = &[$($number),+];

            /// Returns the value on the wire.
            pub const fn number(self) -> i64 {
                match self {
                    $(Self::$variant => $number,)+
                    Self::Other(unknown) => unknown.get(),
                }
            }
        }

        impl std::fmt::Display for $name {
            /// Writes the value on the wire.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.number().fmt(f)
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                match number {
                    $($number => Self::$variant,)+
                    _ => Self::Other($crate::UnknownInteger::new(number)),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.number())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::lenient::number(deserializer).map(|number: i64| Self::from(number))
            }
        }
    };
}

pub(crate) use {open_integer_enum, open_string_enum};
