//! What identifies a whole input.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::InputError;

/// Identifies the whole content of an input, so that a job resumes only with the same one.
///
/// A [journal](crate::Journal) stores it when a job begins. A job that resumes compares it before its
/// first call, and so notices a change anywhere in the input. Without it, only the part of the input
/// that earlier runs have sent is compared.
///
/// ```
/// use chat_admin::Fingerprint;
///
/// # fn main() -> std::io::Result<()> {
/// let before = Fingerprint::of_reader("peter\nleckie\n".as_bytes())?;
/// let after = Fingerprint::of_reader("peter\njared\n".as_bytes())?;
/// assert_ne!(before, after);
/// assert_eq!(before.bytes(), 13);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fingerprint {
    bytes: u64,
    /// The first half of the SHA-256 digest, in hexadecimal.
    digest: String,
}

impl Fingerprint {
    /// Reads a reader to its end.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn of_reader(mut reader: impl Read) -> io::Result<Self> {
        let mut hash = Sha256::new();
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut bytes = 0;
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => {
                    hash.update(&buffer[..read]);
                    bytes += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let digest = hash.finalize();
        let digest = digest.iter().take(DIGEST_BYTES).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { bytes, digest })
    }

    /// Reads a file. Returns `None` for what is not a regular file and may yield its content only once,
    /// such as a named pipe.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn of_file(path: impl AsRef<Path>) -> io::Result<Option<Self>> {
        let path = path.as_ref();
        if !path.metadata()?.is_file() {
            return Ok(None);
        }
        Self::of_reader(File::open(path)?).map(Some)
    }

    /// Returns the length of the input in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// Where the fingerprint of an input comes from.
#[derive(Clone, Debug, Default)]
pub(crate) enum FingerprintSource {
    #[default]
    Unknown,
    Known(Fingerprint),
    /// The file at this path, which is read when the fingerprint is needed.
    File(PathBuf),
}

impl FingerprintSource {
    /// Returns the fingerprint, if there is one.
    pub(crate) fn read(&self) -> Result<Option<Fingerprint>, InputError> {
        match self {
            Self::Unknown => Ok(None),
            Self::Known(fingerprint) => Ok(Some(fingerprint.clone())),
            Self::File(path) => Fingerprint::of_file(path)
                .map_err(|error| InputError::unreadable(path.display().to_string(), error)),
        }
    }
}

const BUFFER_BYTES: usize = 64 * 1_024;
const DIGEST_BYTES: usize = 16;
