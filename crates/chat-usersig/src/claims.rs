use crate::{Malformed, document::Document, encoding};

/// What a UserSig says about itself. It never holds the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claims {
    /// The UserID that it was made for.
    pub identifier: String,
    /// The app that it was made for.
    pub sdk_app_id: u32,
    /// When it was made, in Unix seconds.
    pub time: u64,
    /// How long it is valid, in seconds from [`time`](Self::time).
    pub expire: u64,
    /// The bytes that were signed along, if any; see
    /// [`Signer::sign_private_map_key`](crate::Signer::sign_private_map_key).
    pub userbuf: Option<Vec<u8>>,
}

impl Claims {
    /// The first second at which it is no longer valid, in Unix seconds.
    pub fn expires_at(&self) -> u64 {
        self.time.saturating_add(self.expire)
    }
}

/// Says what a UserSig holds, without a key.
///
/// This proves nothing: anybody can write any claims. Only
/// [`Signer::verify`](crate::Signer::verify) tells whether they are true.
///
/// # Errors
///
/// A text that is no UserSig of version 2.0 is [`Malformed`].
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
/// # Ok::<(), chat_usersig::Malformed>(())
/// ```
pub fn inspect(user_sig: &str) -> Result<Claims, Malformed> {
    read(user_sig).map(|(claims, _)| claims)
}

/// The claims, and the HMAC that shall prove them.
pub(crate) fn read(user_sig: &str) -> Result<(Claims, [u8; 32]), Malformed> {
    let json = encoding::unpack(user_sig)?;
    Document::read(&json)?.into_parts()
}
