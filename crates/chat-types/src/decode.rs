//! Decodes what the service sends.

use serde::de::DeserializeOwned;

use crate::entries::read_whole;

/// Decodes a response or the body of a webhook.
///
/// Returns exactly what [`serde_json::from_slice`] returns, but sooner for types with
/// [`Entries`](crate::Entries): it assumes that every entry matches its type, and looks at them one by
/// one only if that fails.
///
/// # Errors
///
/// Fails if `json` is invalid, or if anything but an entry of an array does not match `T`.
///
/// # Examples
///
/// ```
/// use chat_types::{decode, group::GetGroupMemberInfoResponse};
///
/// let response: GetGroupMemberInfoResponse = decode(br#"{"MemberList":[{"Member_Account":"peter"}]}"#)?;
/// assert_eq!(response.member_list[0].member_account.as_str(), "peter");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn decode<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    read_whole(|| serde_json::from_slice(json)).or_else(|_| serde_json::from_slice(json))
}
