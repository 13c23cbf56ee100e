//! `chatctl profile`: named settings of apps.

mod add;
mod list;
mod name;
mod remove;
mod select;

use clap::{Args, Subcommand};

use self::{add::Add, list::List, remove::Remove, select::Use};
use crate::{
    error::{Error, Exit},
    output::Output,
    settings::SettingsOptions,
};

/// Keep the settings of apps under names
///
/// A profile holds the region or the endpoint, the SDKAppID, the admin account and where the secret
/// key is. Options take precedence over the environment, the environment over the profile, and the
/// profile over the defaults. Profiles are in chatctl/profiles.toml of the configuration directory
/// (XDG_CONFIG_HOME, or ~/.config; on Windows AppData\Roaming).
#[derive(Debug, Args)]
pub(crate) struct ProfileCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Add(Add),
    List(List),
    Use(Use),
    Remove(Remove),
}

impl ProfileCommand {
    pub(crate) fn run(self, settings: &SettingsOptions, out: &mut Output) -> Result<Exit, Error> {
        match self.action {
            Action::Add(add) => add.run(settings, out),
            Action::List(list) => list.run(out),
            Action::Use(select) => select.run(out),
            Action::Remove(remove) => remove.run(out),
        }
    }
}
