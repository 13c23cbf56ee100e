//! The secret key and the CA, read from short files. No error shows any of the key.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Read},
    path::Path,
};

use chat_usersig::SecretKey;
use zeroize::Zeroizing;

use crate::{error::Error, output::warn};

/// Reads the secret key from a file.
pub(crate) fn key_from_file(path: &Path) -> Result<SecretKey, Error> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
    warn_if_others_can_read(&file, &name);
    let text = read_key(file).map_err(|error| unreadable(&name, &error))?;
    parse_key(&name, &text)
}

/// Reads the secret key from standard input.
pub(super) fn key_from_stdin() -> Result<SecretKey, Error> {
    let text =
        read_key(io::stdin().lock()).map_err(|error| unreadable("standard input", &error))?;
    parse_key("standard input", &text)
}

/// Reads the secret key from what a program prints.
pub(super) fn key_from_reader(name: &str, source: impl Read) -> Result<SecretKey, Error> {
    let text = read_key(source).map_err(|error| unreadable(name, &error))?;
    parse_key(name, &text)
}

/// Reads the secret key from a variable.
pub(super) fn key_from_environment(variable: &str) -> Result<SecretKey, Error> {
    let text = std::env::var_os(variable).ok_or_else(|| {
        Error::configuration("the secret key is not set").with_hint(format!(
            "set --secret-key-file or {variable}; the app's page in the console shows the key"
        ))
    })?;
    parse_variable(variable, text)
}

/// Reads a secret key from an environment variable.
pub(crate) fn key_from_variable(name: &str) -> Result<SecretKey, Error> {
    let text = std::env::var_os(name).ok_or_else(|| {
        Error::configuration(format!("the environment variable {name} is not set"))
            .with_hint("set it to the secret key of the app")
    })?;
    parse_variable(name, text)
}

fn parse_variable(name: &str, text: OsString) -> Result<SecretKey, Error> {
    let text = text.into_string().map_err(|text| {
        drop(Zeroizing::new(text.into_encoded_bytes()));
        Error::configuration(format!("{name} is not valid UTF-8"))
    })?;
    parse_key(name, &Zeroizing::new(text))
}

/// Reads PEM certificates.
pub(super) fn certificates(path: &Path) -> Result<Vec<u8>, Error> {
    File::open(path)
        .and_then(|file| read_at_most(file, MAX_CA_FILE))
        .map_err(|error| Error::unreadable(path, &error))
}

/// Parses a key without what editors add to it: a byte order mark, white space and line endings.
fn parse_key(source: &str, text: &str) -> Result<SecretKey, Error> {
    let invalid = |what: &str| {
        Error::configuration(format!("the secret key in {source} {what}"))
            .with_hint("copy it from the app's page in the console")
    };
    let key = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if key.is_empty() {
        return Err(invalid("is empty"));
    }
    if key.contains(['\r', '\n']) {
        return Err(invalid("has more than one line"));
    }
    if key.contains(char::is_control) {
        return Err(invalid("contains a control character"));
    }
    SecretKey::new(key).map_err(|error| Error::configuration(error.to_string()))
}

/// Warns about a key file that other users of this machine can read.
#[cfg(unix)]
fn warn_if_others_can_read(file: &File, name: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    const GROUP_AND_OTHERS: u32 = 0o044;
    let is_readable = |metadata: std::fs::Metadata| {
        metadata.is_file() && metadata.permissions().mode() & GROUP_AND_OTHERS != 0
    };
    if file.metadata().is_ok_and(is_readable) {
        warn(format_args!(
            "other users of this machine can read the secret key in {name}; make it private with \
             chmod 600"
        ));
    }
}

#[cfg(not(unix))]
fn warn_if_others_can_read(_: &File, _: &str) {}

fn unreadable(source: &str, error: &io::Error) -> Error {
    Error::configuration(format!("cannot read the secret key from {source}: {error}"))
}

fn read_key(source: impl Read) -> io::Result<Zeroizing<String>> {
    let bytes = read_at_most(source, MAX_KEY)?;
    String::from_utf8(bytes).map(Zeroizing::new).map_err(|error| {
        drop(Zeroizing::new(error.into_bytes()));
        io::Error::new(io::ErrorKind::InvalidData, "not valid UTF-8")
    })
}

/// Reads to the end of a short file. The buffer is never reallocated, so it leaves no copies.
fn read_at_most(source: impl Read, max: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(max + 1);
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    source.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > max {
        drop(Zeroizing::new(bytes));
        let message = format!("longer than {max} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(bytes)
}

/// A key has 64 characters.
const MAX_KEY: usize = 4 * 1024;

const MAX_CA_FILE: usize = 1024 * 1024;
