use serde::{Deserialize, Serialize};

/// The value of a profile or relationship field: its tag decides which form it has.
///
/// ```
/// use chat_types::TagValue;
///
/// let value: TagValue = serde_json::from_str(r#""Gender_Type_Male""#)?;
/// assert_eq!(value.as_text(), Some("Gender_Type_Male"));
/// assert_eq!(serde_json::to_string(&TagValue::from(20001231))?, "20001231");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum TagValue {
    /// A text.
    Text(String),
    /// A whole number. Tags that hold one are refused when they are sent as text.
    Number(i64),
    /// A list of texts.
    List(Vec<String>),
    /// Any other form, kept whole.
    Other(serde_json::Value),
}

impl TagValue {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl From<&str> for TagValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for TagValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for TagValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl FromIterator<String> for TagValue {
    fn from_iter<I: IntoIterator<Item = String>>(texts: I) -> Self {
        Self::List(texts.into_iter().collect())
    }
}
