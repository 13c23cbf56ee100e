//! `chatctl profile use`.

use clap::Args;

use super::name::name_parser;
use crate::{
    error::{Error, Exit},
    output::Output,
    settings::Profiles,
};

/// Make a profile the current one, which is in effect where none is chosen
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl profile use staging")]
pub(super) struct Use {
    /// Name of the profile
    #[arg(value_name = "PROFILE", value_parser = name_parser())]
    name: String,
}

impl Use {
    pub(super) fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let mut profiles = Profiles::read()?;
        profiles.get(&self.name)?;
        out.note(format_args!("{} is now the current profile", self.name));
        profiles.current = Some(self.name);
        profiles.write()?;
        Ok(Exit::Done)
    }
}
