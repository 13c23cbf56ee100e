//! Error messages with their causes.

use std::error::Error as StdError;

/// Returns the message and those of the error's sources on one line.
pub(super) fn with_causes(message: &str, error: &dyn StdError) -> String {
    let mut message = message.to_owned();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        // Wrappers tend to repeat what they wrap.
        if !message.contains(&text) {
            message.push_str(": ");
            message.push_str(&text);
        }
        source = cause.source();
    }
    message
}
