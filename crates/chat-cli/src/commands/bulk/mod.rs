//! Jobs that are longer than a call, and what their journals hold.

mod expel;
mod groups;
mod import;
mod resume;
mod show;

use clap::{Args, Subcommand};

use self::{
    expel::Expel,
    groups::{Mute, Remove, Unmute},
    import::Import,
    resume::Resume,
    show::Show,
};
use crate::{
    cli::{Cli, Command},
    error::{Error, Exit},
    job::JobOptions,
    output::Output,
    settings::Settings,
};

/// Jobs across groups: moderate, import; go on with a job that was cut off, look at its journal
#[derive(Debug, Args)]
pub(crate) struct Bulk {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Mute(Mute),
    Unmute(Unmute),
    Remove(Remove),
    Expel(Expel),
    Import(Import),
    Resume(Resume),
    Show(Show),
}

/// The command line that is meant: the noted one where a journal is to be gone on with.
pub(crate) fn resolve(cli: Cli) -> Result<Cli, Error> {
    match cli.command {
        Command::Bulk(Bulk { action: Action::Resume(resume) }) => {
            resume.noted_command(cli.settings, cli.output)
        }
        command => Ok(Cli { command, ..cli }),
    }
}

impl Bulk {
    pub(crate) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        match self.action {
            Action::Mute(mute) => mute.run(settings, out),
            Action::Unmute(unmute) => unmute.run(settings, out),
            Action::Remove(remove) => remove.run(settings, out),
            Action::Expel(expel) => expel.run(settings, out),
            Action::Import(import) => import.run(settings, out),
            Action::Show(show) => show.run(out),
            Action::Resume(_) => Err(Error::usage("a journal does not lead to another one")),
        }
    }

    /// How it runs its job, where it runs one with a journal.
    pub(crate) fn job_options_mut(&mut self) -> Option<&mut JobOptions> {
        match &mut self.action {
            Action::Mute(mute) => Some(mute.job_options_mut()),
            Action::Unmute(unmute) => Some(unmute.job_options_mut()),
            Action::Remove(remove) => Some(remove.job_options_mut()),
            Action::Import(import) => Some(import.job_options_mut()),
            Action::Expel(_) | Action::Resume(_) | Action::Show(_) => None,
        }
    }
}
