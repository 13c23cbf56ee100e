//! The digest by which a journal recognizes its input.

use std::io;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest as _, Sha256};

use super::canonical;

/// Identifies an input up to the end of a chunk: a hash over the items of the chunk and the digest of
/// the chunk before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digest([u8; 16]);

impl Digest {
    /// Returns the digest after further items, which are JSON values one after another.
    ///
    /// The digest is that of their [canonical form](canonical), so that a job can resume in a program
    /// that was built with other features of serde_json.
    pub(crate) fn after(self, items: &[u8]) -> io::Result<Self> {
        let mut text = Vec::with_capacity(items.len() + 1);
        canonical::append(items, &mut text)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(&text);
        let mut digest = Self::default();
        for (byte, from) in digest.0.iter_mut().zip(hash.finalize()) {
            *byte = from;
        }
        Ok(digest)
    }
}

/// Written in hexadecimal.
impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", u128::from_be_bytes(self.0)))
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let number = u128::from_str_radix(&text, 16).map_err(D::Error::custom)?;
        Ok(Self(number.to_be_bytes()))
    }
}
