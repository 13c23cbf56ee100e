//! Reading the claims of a UserSig.

use crate::{Claims, DecodeError, document::Document, encoding};

/// Reads the claims of a UserSig without verifying them.
///
/// This needs no key and proves nothing: anyone can write any claims. Only
/// [`Signer::verify`](crate::Signer::verify) checks that they are genuine.
///
/// # Errors
///
/// Returns an error if the text is not a UserSig of version 2.0: [`DecodeError::Ecdsa`] for the
/// older format.
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
