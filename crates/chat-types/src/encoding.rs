//! Repairs JSON whose encoding is invalid but unambiguous.

use std::borrow::Cow;

/// Returns JSON from the service without two faults that parsers reject, although their meaning is not
/// in doubt:
///
/// - a byte order mark before the JSON is removed;
/// - control characters inside strings, as in the data of custom message elements, are escaped.
///
/// JSON without these faults is returned as it is. Everything else that is invalid stays invalid,
/// because to accept it would be to guess: bytes that are not UTF-8, trailing commas, unquoted names.
/// The types of this crate accept `null` for an array, and digits in a string for an integer.
///
/// Clients of this project apply this to each response. A receiver of webhooks applies it to the body
/// before it reads it:
///
/// ```
/// use chat_types::{repair_encoding, webhook::c2c::CallbackAfterSendMsg};
///
/// let body = b"\xEF\xBB\xBF{\"From_Account\":\"peter\",\"To_Account\":\"leckie\",\"MsgKey\":\"a\tb\"}";
/// let message: CallbackAfterSendMsg = serde_json::from_slice(&repair_encoding(body))?;
/// assert_eq!(message.from_account.as_str(), "peter");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn repair_encoding(json: &[u8]) -> Cow<'_, [u8]> {
    let json = json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(json);
    if !json.iter().any(u8::is_ascii_control) {
        return Cow::Borrowed(json);
    }
    let mut repaired = Vec::new();
    let mut copied = 0;
    let mut position = Position::Outside;
    for (index, &byte) in json.iter().enumerate() {
        position = match (position, byte) {
            (Position::Outside, b'"') => Position::Inside,
            (Position::Inside, b'"') => Position::Outside,
            (Position::Inside, b'\\') => Position::Escaped,
            (Position::Inside, 0..0x20) => {
                repaired.extend_from_slice(&json[copied..index]);
                repaired.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
                copied = index + 1;
                Position::Inside
            }
            (Position::Escaped, _) => Position::Inside,
            (position, _) => position,
        };
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    repaired.extend_from_slice(&json[copied..]);
    Cow::Owned(repaired)
}

/// Where a byte is: outside of strings, inside of one, or after a backslash inside of one.
#[derive(Clone, Copy)]
enum Position {
    Outside,
    Inside,
    Escaped,
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
