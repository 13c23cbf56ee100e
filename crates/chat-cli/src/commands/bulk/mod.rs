//! `chatctl bulk`: long jobs, and the journals that they are resumed from.

mod import;
mod kick;
mod mute;
mod remove;
mod resume;
mod show;
mod unmute;

use clap::{Args, Subcommand};

use self::{
    import::Import, kick::Kick, mute::Mute, remove::Remove, resume::Resume, show::Show,
    unmute::Unmute,
};
use crate::{
    error::{Error, Exit},
    job::JobOptions,
    output::Output,
    runtime::block_on,
    settings::Settings,
};

/// Run jobs across groups, import data, and resume interrupted jobs
#[derive(Debug, Args)]
pub(crate) struct Bulk {
    #[command(subcommand)]
    pub(crate) action: Action,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    Mute(Mute),
    Unmute(Unmute),
    Remove(Remove),
    Kick(Kick),
    Import(Import),
    Resume(Resume),
    Show(Show),
}

impl Bulk {
    pub(crate) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        match self.action {
            Action::Mute(mute) => mute.run(settings, out),
            Action::Unmute(unmute) => unmute.run(settings, out),
            Action::Remove(remove) => remove.run(settings, out),
            Action::Kick(kick) => kick.run(settings, out),
            Action::Import(import) => import.run(settings, out),
            Action::Show(show) => block_on(show.run(out)),
            Action::Resume(_) => Err(Error::usage("a journal cannot resume another journal")),
        }
    }

    /// Returns the job options, if the command runs a job with a journal.
    pub(crate) fn job_options_mut(&mut self) -> Option<&mut JobOptions> {
        match &mut self.action {
            Action::Mute(mute) => Some(mute.job_options_mut()),
            Action::Unmute(unmute) => Some(unmute.job_options_mut()),
            Action::Remove(remove) => Some(remove.job_options_mut()),
            Action::Import(import) => Some(import.job_options_mut()),
            Action::Kick(_) | Action::Resume(_) | Action::Show(_) => None,
        }
    }
}
