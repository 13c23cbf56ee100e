//! The name of a profile, which is also that of the file of its key.

use std::path::PathBuf;

use clap::builder::ValueParser;

use crate::{error::Error, settings::directory};

/// Returns the path of a key that was typed for a profile.
pub(super) fn own_key_file(name: &str) -> Result<PathBuf, Error> {
    Ok(directory()?.join(format!("{name}.key")))
}

/// Returns a parser of names that are also good names of files.
pub(super) fn name_parser() -> ValueParser {
    ValueParser::from(|text: &str| {
        let is_valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let is_name = (1..=64).contains(&text.len()) && text.chars().all(is_valid);
        if is_name {
            return Ok(text.to_owned());
        }
        Err("expected at most 64 letters, digits, hyphens and underscores".to_owned())
    })
}
