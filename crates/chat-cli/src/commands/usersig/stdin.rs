//! A UserSig from standard input.

use std::io::{self, Read as _};

use zeroize::Zeroizing;

use crate::error::Error;

/// Reads the UserSig on standard input, without the white space around it.
pub(super) fn read_user_sig() -> Result<Zeroizing<String>, Error> {
    let unreadable =
        |why: &str| Error::input(format!("cannot read a UserSig from standard input: {why}"));
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_USER_SIG));
    io::stdin()
        .lock()
        .take(MAX_USER_SIG as u64)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error.to_string()))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| unreadable("not valid UTF-8"))?.trim();
    if text.is_empty() {
        return Err(unreadable("it is empty"));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

/// Longer than any UserSig that can be parsed.
const MAX_USER_SIG: usize = 256 * 1024;
