use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::EmptyKey;

/// The secret key of an app, as the console shows it.
///
/// Its characters are the key as they stand: it is not decoded from hexadecimal, and nothing is
/// trimmed. Whoever reads it from a file takes the line feed off.
///
/// The key is wiped when it is dropped, each clone for itself, and no text shows it: `Debug`
/// prints `SecretKey(..)`, and there is no `Display` and no `Serialize`.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<String>);

impl SecretKey {
    /// Takes the key over.
    ///
    /// A `String` is moved, so that no copy of it is left behind; a `&str` is copied.
    ///
    /// # Errors
    ///
    /// An empty text is refused: it is a setting that nobody filled in.
    pub fn new(text: impl Into<String>) -> Result<Self, EmptyKey> {
        let text = text.into();
        if text.is_empty() {
            return Err(EmptyKey);
        }
        Ok(Self(text.into()))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Zeroize for SecretKey {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for SecretKey {}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}
