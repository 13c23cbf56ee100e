//! The token that the service and the receiver share.

use std::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

/// The token that is set in the console together with the URL of the webhooks.
///
/// It is erased when it is dropped, and its `Debug` output does not reveal it.
///
/// ```
/// use chat_webhook::Token;
///
/// let token = Token::new("xxxxyyyy")?;
/// assert_eq!(format!("{token:?}"), "Token(..)");
/// # Ok::<(), chat_webhook::TokenError>(())
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

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
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
    #[error("the token has {length} characters, at most 128 are allowed")]
    #[non_exhaustive]
    TooLong {
        /// Its length in characters.
        length: usize,
    },
}

const MAX_LENGTH: usize = 128;
