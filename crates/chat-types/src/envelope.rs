//! The fields that all responses share.

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny},
};

use crate::ErrorCode;

/// The fields that responses of all endpoints share, read once per response and apart from its content.
///
/// Only [`ErrorCode::OK`] means success: some services omit `ActionStatus`, and others set it to `OK`
/// above failed items.
///
/// ```
/// use chat_types::{Envelope, ErrorCode};
///
/// let response = br#"{"ActionStatus":"FAIL","ErrorCode":10010,"ErrorInfo":"group not exist"}"#;
/// let envelope = Envelope::read(response)?;
/// assert_eq!(envelope.error_code, ErrorCode::GROUP_NOT_FOUND);
/// assert!(!envelope.is_success());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// `OK` or `FAIL`, if sent at all.
    #[serde(borrow, default)]
    pub action_status: Option<Cow<'a, str>>,
    /// The code that decides between success and failure.
    pub error_code: ErrorCode,
    /// The reason for a failure, in the service's words.
    #[serde(borrow, default)]
    pub error_info: Option<Cow<'a, str>>,
    /// Additional text from some older services.
    #[serde(borrow, default)]
    pub error_display: Option<Cow<'a, str>>,
    /// The ID of the request, by which the vendor's support finds it; only some services send one.
    #[serde(borrow, default, deserialize_with = "text")]
    pub request_id: Option<Cow<'a, str>>,
}

/// Reads a string; anything else counts as absent.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Value<'a> {
        Text(#[serde(borrow)] Cow<'a, str>),
        Other(IgnoredAny),
    }
    Ok(match Value::deserialize(deserializer)? {
        Value::Text(text) => Some(text),
        Value::Other(IgnoredAny) => None,
    })
}

/// Rejects JSON that is not an object. Serde would read an array as the fields of a struct in order.
pub(crate) fn expect_object(json: &[u8]) -> serde_json::Result<()> {
    let start = json.iter().find(|byte| !byte.is_ascii_whitespace());
    if start.is_some_and(|byte| *byte != b'{') {
        return Err(de::Error::custom("expected a JSON object"));
    }
    Ok(())
}

impl<'a> Envelope<'a> {
    /// Reads the shared fields of a response and skips all others.
    ///
    /// # Errors
    /// Returns an error if the response is not a JSON object with an `ErrorCode`.
    pub fn read(response: &'a [u8]) -> serde_json::Result<Self> {
        expect_object(response)?;
        serde_json::from_slice(response)
    }

    /// Returns whether the call succeeded.
    pub fn is_success(&self) -> bool {
        self.error_code == ErrorCode::OK
    }

    /// Returns the service's explanation of a failure; empty if it gave none.
    pub fn info(&self) -> &str {
        [&self.error_info, &self.error_display]
            .into_iter()
            .filter_map(|text| text.as_deref())
            .find(|text| !text.is_empty())
            .unwrap_or("")
    }
}
