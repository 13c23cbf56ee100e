//! A finished UserSig.

use std::{convert::Infallible, fmt, str::FromStr};

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A UserSig, which is as secret as a password until it expires.
///
/// [`Signer::sign`](crate::Signer::sign) creates one. A UserSig converted from a string is not
/// verified. The text and each clone of it are erased from memory when dropped. `Debug` writes
/// `UserSig(..)`, and neither `Display` nor `Serialize` is implemented: only
/// [`as_str`](Self::as_str) returns the text.
#[derive(Clone)]
pub struct UserSig(Zeroizing<String>);

impl UserSig {
    /// Returns the text. It can go into a URL unchanged: no character needs percent-encoding.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for UserSig {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl FromStr for UserSig {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.to_owned().into())
    }
}

impl Zeroize for UserSig {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for UserSig {}

impl fmt::Debug for UserSig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserSig(..)")
    }
}
