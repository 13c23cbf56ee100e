//! `chatctl group`: groups and their members.

mod add;
mod ban;
mod banned;
mod copy;
mod create;
mod destroy;
mod export;
mod list;
mod listing;
mod members;
mod mute;
mod muted;
mod prune;
mod remove;
mod show;
mod target;
mod unban;
mod unmute;

use clap::{Args, Subcommand};

use self::{
    add::Add, ban::Ban, banned::Banned, copy::Copy, create::Create, destroy::Destroy,
    export::Export, list::List, members::Members, mute::Mute, muted::Muted, prune::Prune,
    remove::Remove, show::Show, unban::Unban, unmute::Unmute,
};
use crate::{
    error::{Error, Exit},
    job::JobOptions,
    output::Output,
    runtime::block_on,
    settings::Settings,
};

/// Manage groups and their members
#[derive(Debug, Args)]
pub(crate) struct Group {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Create(Create),
    List(List),
    Show(Show),
    Destroy(Destroy),
    Members(Members),
    Add(Add),
    Remove(Remove),
    Mute(Mute),
    Unmute(Unmute),
    Muted(Muted),
    Ban(Ban),
    Unban(Unban),
    Banned(Banned),
    Prune(Prune),
    Export(Export),
    Copy(Copy),
}

impl Group {
    pub(crate) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        match self.action {
            Action::Create(create) => block_on(create.run(settings, out)),
            Action::List(list) => block_on(list.run(&settings.admin()?, out)),
            Action::Show(show) => block_on(show.run(&settings.admin()?, out)),
            Action::Destroy(destroy) => block_on(destroy.run(settings, out)),
            Action::Members(members) => block_on(members.run(&settings.admin()?, out)),
            Action::Add(add) => add.run(settings, out),
            Action::Remove(remove) => remove.run(settings, out),
            Action::Mute(mute) => mute.run(settings, out),
            Action::Unmute(unmute) => unmute.run(settings, out),
            Action::Muted(muted) => block_on(muted.run(&settings.admin()?, out)),
            Action::Ban(ban) => ban.run(settings, out),
            Action::Unban(unban) => unban.run(settings, out),
            Action::Banned(banned) => block_on(banned.run(&settings.admin()?, out)),
            Action::Prune(prune) => prune.run(settings, out),
            Action::Export(export) => block_on(export.run(&settings.admin()?, out)),
            Action::Copy(copy) => copy.run(settings, out),
        }
    }

    /// Returns the job options, if the command runs a job with a journal.
    pub(crate) fn job_options_mut(&mut self) -> Option<&mut JobOptions> {
        match &mut self.action {
            Action::Add(add) => Some(add.job_options_mut()),
            Action::Remove(remove) => Some(remove.job_options_mut()),
            Action::Mute(mute) => Some(mute.job_options_mut()),
            Action::Unmute(unmute) => Some(unmute.job_options_mut()),
            Action::Ban(ban) => Some(ban.job_options_mut()),
            Action::Unban(unban) => Some(unban.job_options_mut()),
            Action::Copy(copy) => Some(copy.job_options_mut()),
            Action::Create(_)
            | Action::List(_)
            | Action::Show(_)
            | Action::Destroy(_)
            | Action::Members(_)
            | Action::Muted(_)
            | Action::Banned(_)
            | Action::Prune(_)
            | Action::Export(_) => None,
        }
    }
}
