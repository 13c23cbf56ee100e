use std::{convert::Infallible, fmt, str::FromStr};

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A finished UserSig: as good as a password until it expires.
///
/// It comes from [`Signer::sign`](crate::Signer::sign), or holds one that was received, which is
/// then not checked yet. The text is wiped when it is dropped, each clone for itself. `Debug`
/// prints `UserSig(..)`, and there is no `Display` and no `Serialize`: [`as_str`](Self::as_str) is
/// the one way to the text.
#[derive(Clone)]
pub struct UserSig(Zeroizing<String>);

impl UserSig {
    /// The text, which goes into a URL as it is: none of its characters needs percent-encoding.
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
