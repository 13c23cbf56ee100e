//! The content of a UserSig.

use crate::{DecodeError, document::Document, encoding};

/// The content of a UserSig, without its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claims {
    /// The UserID it was signed for.
    pub identifier: String,
    /// The app it was signed for.
    pub sdk_app_id: u32,
    /// When it was signed, in Unix seconds.
    pub time: u64,
    /// How long it is valid, in seconds since [`time`](Self::time).
    pub expire: u64,
    /// Additional bytes covered by the signature, if any; see
    /// [`Signer::sign_private_map_key`](crate::Signer::sign_private_map_key).
    pub userbuf: Option<Vec<u8>>,
}

impl Claims {
    /// Returns the first second at which it is no longer valid, in Unix seconds.
    pub fn expires_at(&self) -> u64 {
        self.time.saturating_add(self.expire)
    }
}

/// Reads the claims of a UserSig without verifying them.
///
/// This needs no key and proves nothing: anyone can write any claims. Only
/// [`Signer::verify`](crate::Signer::verify) checks that they are genuine.
///
/// # Errors
///
/// Returns an error if the text is not a UserSig of version 2.0.
///
/// # Examples
///
/// ```
/// let claims = chat_usersig::inspect(
///     "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkSg1h4sUp2YkFBZkpQFFDEwMIMITKpVYUZBalgmSgAiW\
///      ZuWCuOVShAcyQzHSQqVX6ZmGZbommBQWBjt7*hkFezpbB2Zbuvt755pmWTl5G4T76QRUZgeVmYem2SrUAYPUu1g__",
/// )?;
/// assert_eq!(claims.identifier, "u1");
/// assert_eq!(claims.expires_at(), 1_700_000_001);
/// # Ok::<(), chat_usersig::DecodeError>(())
/// ```
pub fn inspect(user_sig: &str) -> Result<Claims, DecodeError> {
    decode(user_sig).map(|(claims, _)| claims)
}

/// Returns the claims, and the HMAC to verify them against.
pub(crate) fn decode(user_sig: &str) -> Result<(Claims, [u8; 32]), DecodeError> {
    let json = encoding::decode(user_sig)?;
    Document::read(&json)?.into_parts()
}
