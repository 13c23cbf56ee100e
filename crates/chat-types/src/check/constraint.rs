//! The constraints that a request can violate.

use std::fmt;

use thiserror::Error;

use crate::spec::{InvalidCustomGroupId, InvalidCustomId};

/// A documented constraint, and the value that violates it.
///
/// It displays as a clause that follows the name of the field, such as `must be an integer, found a
/// string`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Constraint {
    /// The request must be a JSON object.
    #[error("the request is not a JSON object: {0}")]
    Json(String),
    /// A required field must be present.
    #[error("is required")]
    Required,
    /// A field must have its JSON type.
    #[error("must be {expected}, found {found}")]
    Type {
        /// The documented type, such as `an integer`.
        expected: &'static str,
        /// The type found.
        found: &'static str,
    },
    /// An array must not have too many items.
    #[error("has {found} items, at most {max} are allowed in one call")]
    MaxItems {
        /// The largest number of items allowed.
        max: u32,
        /// The number of items found.
        found: usize,
    },
    /// A string must not be too long.
    #[error("has {found} bytes, at most {max} are allowed")]
    MaxBytes {
        /// The largest number of bytes allowed.
        max: u32,
        /// The number of bytes found.
        found: usize,
    },
    /// A number must be within its bounds.
    #[error("must be {}, found {found}", Bounds { min: *min, max: *max })]
    Range {
        /// The smallest number allowed.
        min: Option<i64>,
        /// The largest number allowed.
        max: Option<i64>,
        /// The number found.
        found: i128,
    },
    /// A string must be one of the documented values.
    #[error("must be one of {}, found {found:?}", allowed.join(", "))]
    OneOf {
        /// The documented values.
        allowed: &'static [&'static str],
        /// The string found, cut after its first 64 characters.
        found: String,
    },
    /// An integer must be one of the documented values.
    #[error("must be one of {}, found {found}", Integers(allowed))]
    OneOfIntegers {
        /// The documented values.
        allowed: &'static [i64],
        /// The integer found.
        found: i128,
    },
    /// Exactly one field of a set must be present.
    #[error("exactly one of {} must be sent", fields.join(", "))]
    ExactlyOneOf {
        /// The set of fields.
        fields: &'static [&'static str],
    },
    /// At least one field of a set must be present.
    #[error("at least one of {} must be sent", fields.join(", "))]
    AtLeastOneOf {
        /// The set of fields.
        fields: &'static [&'static str],
    },
    /// A custom ID must have the form that its kind requires.
    #[error("is not allowed: {0}")]
    CustomId(InvalidCustomId),
    /// A custom group ID must have the form that its group type requires.
    #[error("is not allowed: {0}")]
    CustomGroupId(Box<InvalidCustomGroupId>),
    /// The body of a webhook must be that of the webhook it is taken for.
    #[error("names {found}: this is the body of another webhook")]
    OtherWebhook {
        /// The webhook that the body names.
        found: String,
    },
    /// The specification must know the field. Only a strict check reports this.
    #[error("is not a field of this request")]
    KnownField,
}

struct Bounds {
    min: Option<i64>,
    max: Option<i64>,
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (Some(min), Some(max)) => write!(f, "between {min} and {max}"),
            (Some(min), None) => write!(f, "at least {min}"),
            (None, Some(max)) => write!(f, "at most {max}"),
            (None, None) => f.write_str("an integer"),
        }
    }
}

struct Integers<'a>(&'a [i64]);

impl fmt::Display for Integers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, integer) in self.0.iter().enumerate() {
            write!(f, "{}{integer}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
