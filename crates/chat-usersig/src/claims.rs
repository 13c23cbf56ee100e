//! The content of a UserSig.

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
