//! The token that the service and the app's server share, and the signature of a webhook.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{UnixSeconds, limits::MAX_WEBHOOK_TOKEN_CHARACTERS};

/// The token that is set in the console together with the URL of the webhooks.
///
/// It is erased when it is dropped, and its `Debug` output does not reveal it.
///
/// ```
/// use chat_types::{UnixSeconds, webhook::Token};
///
/// let token = Token::new("xxxxyyyy")?;
/// assert_eq!(format!("{token:?}"), "Token(..)");
///
/// let sign = token.sign(UnixSeconds::new(1_669_872_112));
/// assert_eq!(sign, "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061");
/// assert!(token.verifies("1669872112", &sign));
/// # Ok::<(), chat_types::webhook::TokenError>(())
/// ```
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// Creates a token of 1 to 128 characters.
    ///
    /// # Errors
    /// When it is empty or longer.
    pub fn new(token: impl Into<String>) -> Result<Self, TokenError> {
        let token = Zeroizing::new(token.into());
        match token.chars().count() {
            0 => Err(TokenError::Empty),
            length if length > MAX_LENGTH => Err(TokenError::TooLong { length }),
            _ => Ok(Self(token)),
        }
    }

    /// Returns the `Sign` of a webhook that is sent at this time: 64 lowercase hexadecimal digits.
    ///
    /// It covers the time only, neither the body nor the other parameters of the URL.
    pub fn sign(&self, request_time: UnixSeconds) -> String {
        let digest = self.digest(&request_time.get().to_string());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Returns whether a `Sign`, in either case, was made with this token for these digits of
    /// `RequestTime`. The comparison takes the same time for all signatures of the right length.
    ///
    /// The caller checks the age of `RequestTime`.
    pub fn verifies(&self, request_time: &str, sign: &str) -> bool {
        let Some(sign) = decode_hex(sign) else { return false };
        self.digest(request_time).ct_eq(&sign).into()
    }

    fn digest(&self, request_time: &str) -> [u8; DIGEST_LENGTH] {
        Sha256::new().chain_update(self.0.as_bytes()).chain_update(request_time).finalize().into()
    }
}

/// Reads 32 bytes in hexadecimal, in either case.
fn decode_hex(text: &str) -> Option<[u8; DIGEST_LENGTH]> {
    let mut bytes = [0; DIGEST_LENGTH];
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if text.len() != 2 * bytes.len() {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(digits[0])? << 4 | digit(digits[1])?;
    }
    Some(bytes)
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// Why a token is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It is empty.
    #[error("the token is empty; copy it from the webhook settings in the console")]
    Empty,
    /// It is longer than 128 characters.
    #[error("the token has {length} characters, at most {MAX_LENGTH} are allowed")]
    #[non_exhaustive]
    TooLong {
        /// Its length in characters.
        length: usize,
    },
}

const MAX_LENGTH: usize = MAX_WEBHOOK_TOKEN_CHARACTERS as usize;

const DIGEST_LENGTH: usize = 32;
