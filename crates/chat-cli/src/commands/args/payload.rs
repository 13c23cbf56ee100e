//! Payloads from files and standard input.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::stdin::STANDARD_INPUT;
use crate::{error::Error, settings::Settings};

/// Reads a whole payload; `-` is standard input.
pub(crate) fn read_payload(path: &Path) -> Result<Vec<u8>, Error> {
    let mut payload = Vec::new();
    let limit = MAX_PAYLOAD + 1;
    let is_stdin = path == Path::new("-");
    let read = if is_stdin {
        io::stdin().lock().take(limit).read_to_end(&mut payload)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut payload))
    };
    let name = if is_stdin { Path::new(STANDARD_INPUT) } else { path };
    read.map_err(|error| Error::unreadable(name, &error))?;
    if payload.len() as u64 > MAX_PAYLOAD {
        let name = name.display();
        return Err(Error::input(format!("{name} is longer than {MAX_PAYLOAD} bytes")));
    }
    Ok(payload)
}

/// Reads the value of `--data`: JSON, `@FILE`, or `-` for standard input.
pub(crate) fn read_payload_argument(data: &str, settings: &Settings) -> Result<Vec<u8>, Error> {
    if data == "-" && settings.takes_standard_input() {
        return Err(Error::usage("standard input cannot provide both the key and the request")
            .with_hint("give --secret-key-file a path, or set CHAT_SECRET_KEY"));
    }
    match data.strip_prefix('@') {
        Some(path) => read_payload(Path::new(path)),
        None if data == "-" => read_payload(Path::new("-")),
        None => Ok(data.as_bytes().to_vec()),
    }
}

/// The client's limit for a response.
const MAX_PAYLOAD: u64 = 32 * 1024 * 1024;
