//! Errors of signing, verifying, and decoding.

use std::{borrow::Cow, fmt};

use thiserror::Error;

/// The secret key is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the secret key is empty; copy it from the app's page in the console")]
#[non_exhaustive]
pub struct EmptyKey;

/// Why a UserSig could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignError {
    /// The identifier is empty.
    #[error("the identifier is empty; pass the UserID to sign for")]
    EmptyIdentifier,
    /// The identifier contains a line feed, which could forge lines of the signing input.
    #[error("the identifier contains a line feed, which no UserID may; remove it")]
    LineFeed,
    /// The validity period is 0 seconds.
    #[error("the validity period is 0 seconds; pass at least 1 second")]
    ZeroValidity,
    /// The UserSig would expire after the last second that fits into 32 bits.
    #[error(
        "time {time} plus validity period {expire} exceeds 4294967295, the last second that fits \
         into 32 bits; pass the time in Unix seconds (not milliseconds) and a shorter period"
    )]
    #[non_exhaustive]
    ExpiryOutOfRange {
        /// When it would be signed, in Unix seconds.
        time: u64,
        /// How long it would be valid, in seconds.
        expire: u32,
    },
    /// A field, or the document as a whole, is longer than its limit.
    #[error("the {field} has {bytes} bytes, at most {max} are allowed; shorten it")]
    #[non_exhaustive]
    TooLong {
        /// `identifier`, `room`, or `document`.
        field: &'static str,
        /// Its length in bytes.
        bytes: usize,
        /// The largest length allowed.
        max: usize,
    },
    /// Encoding or compressing the document failed, which no input is known to cause.
    #[error("failed to encode the UserSig: {0}; this is a bug in chat-usersig")]
    Encoding(String),
}

impl SignError {
    pub(crate) fn too_long(field: &'static str, bytes: usize, max: usize) -> Self {
        Self::TooLong { field, bytes, max }
    }
}

/// Why a UserSig was rejected.
///
/// ```
/// use chat_usersig::{SecretKey, Signer, VerifyError};
///
/// let signer = Signer::new(1_400_000_001, SecretKey::new("the key that the console shows")?);
/// let user_sig = signer.sign("alice", 1_700_000_000, 60)?;
///
/// let error = signer.verify(user_sig.as_str(), None, 1_700_000_060).unwrap_err();
/// assert!(matches!(error, VerifyError::Expired { at: 1_700_000_060, .. }));
/// assert_eq!(error.error_code(), 70001);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The text is not a UserSig of version 2.0.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// It is for another app.
    #[error(
        "the UserSig is for SDKAppID {found}, not {expected}; sign one for {expected} with the key \
         of that app"
    )]
    #[non_exhaustive]
    WrongApp {
        /// The app it should be for.
        expected: u32,
        /// The app it is for.
        found: u32,
    },
    /// The signature does not match: another key signed it, or it was changed since.
    #[error(
        "the signature does not match: the UserSig was signed with another key, or changed since; \
         check that the key belongs to this SDKAppID and is complete, without white space around it"
    )]
    WrongKey,
    /// It is for another account.
    #[error(
        "the UserSig is for the identifier {found:?}, not {expected:?}; sign one for {expected:?}"
    )]
    #[non_exhaustive]
    WrongIdentifier {
        /// The UserID it should be for.
        expected: String,
        /// The UserID it is for.
        found: String,
    },
    /// It is no longer valid.
    #[error(
        "the UserSig expired at {at}, and it is now {now} (Unix seconds); sign a new one, and check \
         the clock if that does not help"
    )]
    #[non_exhaustive]
    Expired {
        /// The first second at which it is no longer valid.
        at: u64,
        /// The time passed to [`verify`](crate::Signer::verify).
        now: u64,
    },
    /// It was signed in the future.
    #[error(
        "the UserSig is not valid until {from}, and it is now {now} (Unix seconds); check the clocks \
         of both sides"
    )]
    #[non_exhaustive]
    NotYetValid {
        /// When it was signed.
        from: u64,
        /// The time passed to [`verify`](crate::Signer::verify).
        now: u64,
    },
}

impl VerifyError {
    /// Returns the error code that the service returns for the same UserSig.
    ///
    /// | error | code |
    /// | --- | --- |
    /// | [`Expired`](Self::Expired) | 70001 |
    /// | [`Decode`](Self::Decode) | 70003 |
    /// | [`WrongKey`](Self::WrongKey) | 70009 |
    /// | [`WrongIdentifier`](Self::WrongIdentifier) | 70013 |
    /// | [`WrongApp`](Self::WrongApp) | 70014 |
    /// | [`NotYetValid`](Self::NotYetValid) | 70009: no code is documented, and a new UserSig from the same clock would be refused again |
    pub fn error_code(&self) -> u32 {
        match self {
            Self::Expired { .. } => 70001,
            Self::Decode(_) => 70003,
            Self::WrongKey | Self::NotYetValid { .. } => 70009,
            Self::WrongIdentifier { .. } => 70013,
            Self::WrongApp { .. } => 70014,
        }
    }
}

/// Why a text could not be decoded as a UserSig of version 2.0.
///
/// ```
/// use chat_usersig::{DecodeError, Layer, inspect};
///
/// let error = inspect("eJx").unwrap_err();
/// assert!(matches!(error, DecodeError::Malformed { layer: Layer::Base64, .. }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// It is corrupt, truncated, or something else.
    #[error(
        "malformed UserSig: {reason}; check that it was copied and stored in full, or sign a new one"
    )]
    #[non_exhaustive]
    Malformed {
        /// The layer that could not be decoded.
        layer: Layer,
        /// What is wrong.
        reason: Cow<'static, str>,
    },
    /// It is complete, and in the format that apps created before 19 July 2019 can still use, which
    /// is signed with ECDSA and a private key in PEM form.
    #[error(
        "unsupported UserSig: an older format, signed with ECDSA; only version 2.0 (HMAC-SHA256) is \
         supported: switch the app to it in the console, and sign a new one with its secret key"
    )]
    Ecdsa,
    /// Its `TLS.ver` is not 2.0.
    #[error(
        "unsupported UserSig: `TLS.ver` is {version:?}, and only version 2.0 is supported; sign a \
         new one"
    )]
    #[non_exhaustive]
    UnsupportedVersion {
        /// The version that it states.
        version: String,
    },
}

impl DecodeError {
    pub(crate) fn malformed(layer: Layer, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Malformed { layer, reason: reason.into() }
    }

    /// Returns the layer that could not be decoded. It is [`Layer::Json`] for an unsupported format.
    pub fn layer(&self) -> Layer {
        match self {
            Self::Malformed { layer, .. } => *layer,
            Self::Ecdsa | Self::UnsupportedVersion { .. } => Layer::Json,
        }
    }
}

/// The layers of a UserSig, outermost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// The text: base64 with a custom alphabet.
    Base64,
    /// The compressed data: a zlib stream.
    Zlib,
    /// The document: a JSON object.
    Json,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base64 => "base64",
            Self::Zlib => "zlib",
            Self::Json => "JSON",
        })
    }
}
