use std::borrow::Cow;

use serde::{Deserialize, de};

use crate::ErrorCode;

/// The four fields that every response shares. Read once per answer, apart from its content.
///
/// Success is [`ErrorCode::OK`] and nothing else: `ActionStatus` is left out by some services and
/// says `OK` over failed items in others.
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
    /// `OK` or `FAIL` where it is sent at all.
    #[serde(borrow, default)]
    pub action_status: Option<Cow<'a, str>>,
    /// What decides between success and failure.
    pub error_code: ErrorCode,
    /// Reason of a failure, in the service's words.
    #[serde(borrow, default)]
    pub error_info: Option<Cow<'a, str>>,
    /// Further text of some older services.
    #[serde(borrow, default)]
    pub error_display: Option<Cow<'a, str>>,
}

/// serde would take a list for the fields of a struct in their order.
pub(crate) fn expect_object(json: &[u8]) -> serde_json::Result<()> {
    let start = json.iter().find(|byte| !byte.is_ascii_whitespace());
    if start.is_some_and(|byte| *byte != b'{') {
        return Err(de::Error::custom("expected a JSON object"));
    }
    Ok(())
}

impl<'a> Envelope<'a> {
    /// Reads the shared fields of a response and skips everything else.
    ///
    /// # Errors
    /// When the response is not a JSON object with an `ErrorCode`.
    pub fn read(response: &'a [u8]) -> serde_json::Result<Self> {
        expect_object(response)?;
        serde_json::from_slice(response)
    }

    /// Whether the call succeeded.
    pub fn is_success(&self) -> bool {
        self.error_code == ErrorCode::OK
    }

    /// The service's words about a failure; empty when it gave none.
    pub fn info(&self) -> &str {
        [&self.error_info, &self.error_display]
            .into_iter()
            .filter_map(|text| text.as_deref())
            .find(|text| !text.is_empty())
            .unwrap_or("")
    }
}
