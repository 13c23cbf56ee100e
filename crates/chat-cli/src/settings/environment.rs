//! Environment variables.

use std::ffi::OsString;

use crate::error::Error;

/// Returns a variable as a string; an empty one counts as not set.
pub(crate) fn string_variable(name: &str) -> Result<Option<String>, Error> {
    variable(name)
        .map(|value| {
            value
                .into_string()
                .map_err(|_| Error::configuration(format!("{name} is not valid UTF-8")))
        })
        .transpose()
}

/// Returns the password of a Redis server, for a URL that has none.
pub(crate) fn redis_password() -> Result<Option<String>, Error> {
    string_variable("CHAT_REDIS_PASSWORD")
}

/// Returns a variable; an empty one counts as not set.
pub(super) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
