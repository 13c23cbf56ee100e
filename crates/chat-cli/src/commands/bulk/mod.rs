//! Jobs that have a journal, whatever they do.

mod resume;
mod show;

use clap::{Args, Subcommand};

use self::{resume::Resume, show::Show};
use crate::{
    cli::{Cli, Command},
    error::{Error, Exit},
    output::Output,
};

/// Jobs over many accounts: go on with one that was cut off, look at its journal
#[derive(Debug, Args)]
pub(crate) struct Bulk {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
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
    pub(crate) fn run(self, out: &mut Output) -> Result<Exit, Error> {
        match self.action {
            Action::Show(show) => show.run(out),
            Action::Resume(_) => Err(Error::usage("a journal does not lead to another one")),
        }
    }
}
