//! Values of profile and relationship fields.

use serde::{Deserialize, Serialize};

/// The value of a profile or relationship field, whose tag determines its JSON type.
///
/// ```
/// use chat_types::TagValue;
///
/// let value: TagValue = serde_json::from_str(r#""Gender_Type_Male""#)?;
/// assert_eq!(value.as_str(), Some("Gender_Type_Male"));
/// assert_eq!(serde_json::to_string(&TagValue::from(20001231))?, "20001231");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum TagValue {
    /// A string.
    String(String),
    /// An integer. The service refuses a string for the tags that hold one.
    Integer(i64),
    /// An array of strings.
    Array(Vec<String>),
    /// Any other JSON value, kept as received.
    Other(serde_json::Value),
}

impl TagValue {
    /// Returns the string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(string) => Some(string),
            _ => None,
        }
    }

    /// Returns the integer, if it is one.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(*integer),
            _ => None,
        }
    }
}

impl From<&str> for TagValue {
    fn from(string: &str) -> Self {
        Self::String(string.to_owned())
    }
}

impl From<String> for TagValue {
    fn from(string: String) -> Self {
        Self::String(string)
    }
}

impl From<i64> for TagValue {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

impl FromIterator<String> for TagValue {
    fn from_iter<I: IntoIterator<Item = String>>(strings: I) -> Self {
        Self::Array(strings.into_iter().collect())
    }
}
