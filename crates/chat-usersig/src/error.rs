use std::{borrow::Cow, fmt};

use thiserror::Error;

/// The secret key is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the secret key is empty; copy it from the app's page in the console")]
#[non_exhaustive]
pub struct EmptyKey;

/// Why no UserSig was made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignError {
    /// The identifier is empty.
    #[error("the identifier is empty; pass the UserID that the UserSig is for")]
    EmptyIdentifier,
    /// The identifier holds a line feed, which could forge lines of the signed text.
    #[error("the identifier holds a line feed, which no UserID may; take it out")]
    LineFeed,
    /// The validity is 0 seconds.
    #[error("a UserSig of 0 seconds is never valid; pass a validity of at least 1 second")]
    NeverValid,
    /// It would expire after the last second that fits into 32 bits.
    #[error(
        "time {time} and validity {expire} add up to more than 4294967295, the last second that \
         fits into 32 bits; pass the time in Unix seconds (not milliseconds) and a shorter validity"
    )]
    #[non_exhaustive]
    TooLate {
        /// When it would be made, in Unix seconds.
        time: u64,
        /// How long it would be valid, in seconds.
        expire: u32,
    },
    /// A part, or the document as a whole, is longer than its limit.
    #[error("the {what} has {bytes} bytes, and the limit is {max}; shorten it")]
    #[non_exhaustive]
    TooLong {
        /// `identifier`, `room` or `document`.
        what: &'static str,
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        max: usize,
    },
    /// Writing or compressing the document failed, which no input is known to bring about.
    #[error("the UserSig could not be encoded: {0}; this is a defect of chat-usersig")]
    Encoding(String),
}

impl SignError {
    pub(crate) fn too_long(what: &'static str, bytes: usize, max: usize) -> Self {
        Self::TooLong { what, bytes, max }
    }
}

/// Why a UserSig is not accepted.
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
    /// The text is no UserSig of version 2.0.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// It names another app.
    #[error(
        "the UserSig is for SDKAppID {found}, not {expected}; make one for {expected} with the key \
         of that app"
    )]
    #[non_exhaustive]
    WrongApp {
        /// The app that was asked for.
        expected: u32,
        /// The app that it names.
        found: u32,
    },
    /// The signature does not match: made with another key, or changed since.
    #[error(
        "the UserSig does not verify: it was made with another key, or changed since; check that \
         the key is the one of this SDKAppID, complete and without white space around it"
    )]
    WrongKey,
    /// It was made for another account.
    #[error(
        "the UserSig is for the identifier {found:?}, not {expected:?}; make one for {expected:?}"
    )]
    #[non_exhaustive]
    WrongIdentifier {
        /// The UserID that was asked for.
        expected: String,
        /// The UserID that was signed.
        found: String,
    },
    /// It was valid once.
    #[error(
        "the UserSig expired at {at}, and it is {now} (Unix seconds); make a new one, and check \
         the clock if that does not help"
    )]
    #[non_exhaustive]
    Expired {
        /// The first second at which it is no longer valid.
        at: u64,
        /// The time that was given.
        now: u64,
    },
    /// It was made in the future.
    #[error(
        "the UserSig is valid from {from}, and it is {now} (Unix seconds); check the clocks of \
         both sides"
    )]
    #[non_exhaustive]
    NotYetValid {
        /// When it was made.
        from: u64,
        /// The time that was given.
        now: u64,
    },
}

impl VerifyError {
    /// The error code with which the service answers the same UserSig.
    ///
    /// | error | code |
    /// | --- | --- |
    /// | [`Expired`](Self::Expired) | 70001 |
    /// | [`Malformed`](Self::Malformed) | 70003 |
    /// | [`WrongKey`](Self::WrongKey) | 70009 |
    /// | [`WrongIdentifier`](Self::WrongIdentifier) | 70013 |
    /// | [`WrongApp`](Self::WrongApp) | 70014 |
    /// | [`NotYetValid`](Self::NotYetValid) | 70009; none is documented, and a new one from the same clock would be refused again |
    pub fn error_code(&self) -> u32 {
        match self {
            Self::Expired { .. } => 70001,
            Self::Malformed(_) => 70003,
            Self::WrongKey | Self::NotYetValid { .. } => 70009,
            Self::WrongIdentifier { .. } => 70013,
            Self::WrongApp { .. } => 70014,
        }
    }
}

/// A text that is no UserSig of version 2.0: damaged, cut off, or something else.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "the UserSig is malformed: {what}; check that it was copied and stored in full, or make a new \
     one"
)]
pub struct Malformed {
    step: Step,
    what: Cow<'static, str>,
}

impl Malformed {
    pub(crate) fn new(step: Step, what: impl Into<Cow<'static, str>>) -> Self {
        Self { step, what: what.into() }
    }

    /// How far reading came.
    pub fn step(&self) -> Step {
        self.step
    }

    /// What is wrong, as a clause without the advice of `Display`.
    pub fn what(&self) -> &str {
        &self.what
    }
}

/// The steps of reading a UserSig, outermost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The text: base64 with an alphabet of its own.
    Text,
    /// The compressed data: zlib.
    Compression,
    /// The document: a JSON object.
    Document,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Compression => "compression",
            Self::Document => "document",
        })
    }
}
