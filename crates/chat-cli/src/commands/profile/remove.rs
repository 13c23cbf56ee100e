//! `chatctl profile remove`.

use std::fs;

use clap::Args;

use super::name::{name_parser, own_key_file};
use crate::{
    error::{Error, Exit},
    output::Output,
    settings::Profiles,
};

/// Remove a profile, and its key if `profile add` stored that
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl profile remove staging")]
pub(super) struct Remove {
    /// Name of the profile
    #[arg(value_name = "PROFILE", value_parser = name_parser())]
    name: String,
}

impl Remove {
    pub(super) fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let mut profiles = Profiles::read()?;
        let profile = profiles.get(&self.name)?.clone();
        profiles.profiles.remove(&self.name);
        if profiles.current.as_ref() == Some(&self.name) {
            profiles.current = None;
        }
        profiles.write()?;
        let key = own_key_file(&self.name)?;
        if profile.secret_key_file.as_ref() == Some(&key) {
            fs::remove_file(&key).map_err(|error| {
                Error::configuration(format!("cannot remove the key {}: {error}", key.display()))
            })?;
        }
        out.note(format_args!("removed the profile {}", self.name));
        Ok(Exit::Done)
    }
}
