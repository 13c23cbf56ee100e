//! The secret key of an app.

use std::{fmt, str::FromStr};

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::EmptyKey;

/// The secret key of an app, as the console shows it.
///
/// The characters themselves are the key: it is not decoded from hexadecimal, and it is not trimmed.
/// When you read it from a file, remove the line feed at the end.
///
/// The key and each clone of it are erased from memory when dropped. Nothing prints the key: `Debug`
/// writes `SecretKey(..)`, and neither `Display` nor `Serialize` is implemented.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<String>);

impl SecretKey {
    /// Creates a secret key.
    ///
    /// A `String` is moved, so that no copy of it remains in memory; a `&str` is copied.
    ///
    /// # Errors
    ///
    /// Returns an error if the key is empty, which usually means that a setting is missing.
    pub fn new(key: impl Into<String>) -> Result<Self, EmptyKey> {
        let key = key.into();
        if key.is_empty() {
            return Err(EmptyKey);
        }
        Ok(Self(key.into()))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Does the same as [`SecretKey::new`], so that a setting can be parsed like any other.
impl FromStr for SecretKey {
    type Err = EmptyKey;

    fn from_str(key: &str) -> Result<Self, EmptyKey> {
        Self::new(key)
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
