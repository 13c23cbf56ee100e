//! What the generated readers accept: the schemas of what is received follow from it.

use super::{Direction, Field, Type};

/// The integers that a type in Rust holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Integers {
    /// `u32`
    Unsigned32,
    /// `u64`
    Unsigned64,
    /// `i64`
    Signed64,
}

impl Integers {
    pub(crate) const fn min(self) -> i64 {
        match self {
            Self::Unsigned32 | Self::Unsigned64 => 0,
            Self::Signed64 => i64::MIN,
        }
    }

    pub(crate) const fn max(self) -> u64 {
        match self {
            Self::Unsigned32 => u32::MAX as u64,
            Self::Unsigned64 => u64::MAX,
            Self::Signed64 => i64::MAX as u64,
        }
    }
}

impl Field {
    /// Whether the reader accepts an object without it.
    pub(crate) fn may_be_absent(&self, direction: Direction) -> bool {
        let attrs = self.attrs(direction);
        attrs.default || (self.is_option() && attrs.reader.is_none())
    }

    /// Whether the reader accepts null in its place. The schema of an array that is only received says
    /// so by itself.
    pub(crate) fn may_be_null(&self, direction: Direction) -> bool {
        let reader = self.attrs(direction).reader;
        self.is_option() || reader.is_some_and(|reader| !NEVER_NULL.contains(&reader))
    }
}

impl Type {
    /// The integers that it holds.
    pub(crate) fn integers(&self) -> Option<Integers> {
        match self {
            Self::U32 | Self::Seconds | Self::MuteTime => Some(Integers::Unsigned32),
            Self::U64 | Self::UnixSeconds | Self::UnixMillis => Some(Integers::Unsigned64),
            Self::I64 | Self::Flag | Self::ErrorCode | Self::Verdict(..) | Self::IntegerEnum(_) => {
                Some(Integers::Signed64)
            }
            _ => None,
        }
    }

    /// The integers that it accepts as a string of digits too: types of their own read both forms,
    /// plain integers only as fields.
    pub(crate) fn integers_or_digits(&self) -> Option<Integers> {
        self.integers().filter(|_| !matches!(self, Self::U32 | Self::U64 | Self::I64))
    }
}

/// The functions of `crate::lenient` that refuse null.
const NEVER_NULL: [&str; 3] = ["number", "string", "boolean"];
