use std::io;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest as _, Sha256};

/// Tells an input from every other: of each chunk, over its items and all items before them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digest([u8; 16]);

/// A digest in the making.
pub(crate) struct Digesting(Sha256);

impl Digest {
    /// Starts on what follows.
    pub(crate) fn go_on(self) -> Digesting {
        let mut sha = Sha256::new();
        sha.update(self.0);
        Digesting(sha)
    }
}

impl Digesting {
    pub(crate) fn finish(self) -> Digest {
        let mut digest = Digest::default();
        for (byte, from) in digest.0.iter_mut().zip(self.0.finalize()) {
            *byte = from;
        }
        digest
    }
}

impl io::Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

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
