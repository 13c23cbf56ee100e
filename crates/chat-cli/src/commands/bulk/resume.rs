use std::{env, path::PathBuf};

use chat_admin::Journal;
use clap::Args;

use crate::{
    cli::Cli,
    error::Error,
    job::{CommandLine, RunOptions},
    output::OutputOptions,
    settings::SettingsOptions,
};

/// Go on with a job that was cut off
///
/// Runs the command line that the journal holds once more: what is done stays done, what was under
/// way is sent again where that is safe, the rest is sent, and so is what failed for a reason that
/// may have passed. A list that came from standard input has to be piped in again. Options of the
/// connection that are given here win over those in the journal; how the output looks is said here.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl bulk resume mute.journal")]
pub(crate) struct Resume {
    /// The journal
    #[arg(value_name = "JOURNAL")]
    journal: PathBuf,

    #[command(flatten)]
    run: RunOptions,
}

impl Resume {
    /// The command line in the journal, with what is given now.
    pub(super) fn noted_command(
        mut self,
        mut settings: SettingsOptions,
        output: OutputOptions,
    ) -> Result<Cli, Error> {
        let journal = Journal::read(&self.journal)?;
        let noted = CommandLine::from_note(&journal.note).ok_or_else(|| {
            let journal = self.journal.display();
            Error::usage(format!("the journal {journal} holds no command line of this program"))
                .with_hint("go on with it by what began it")
        })?;
        let mut cli = noted.parse()?;
        self.enter_directory(&noted, &mut settings)?;
        let Some(options) = cli.command.job_options_mut() else {
            let message = format!("the journal holds a command line that runs no job: {noted}");
            return Err(Error::usage(message));
        };
        options.resume(self.journal, self.run);
        Ok(Cli { settings: settings.or(cli.settings), output, ..cli })
    }

    /// Makes relative paths in the noted command line mean what they meant.
    fn enter_directory(
        &mut self,
        noted: &CommandLine,
        settings: &mut SettingsOptions,
    ) -> Result<(), Error> {
        let Some(directory) = noted.directory() else { return Ok(()) };
        if env::current_dir().is_ok_and(|current| current == directory) {
            return Ok(());
        }
        let mut given_now = [&mut self.journal]
            .into_iter()
            .chain(self.run.report_mut())
            .chain(settings.files_mut());
        let entered = given_now
            .try_for_each(|path| std::path::absolute(&*path).map(|absolute| *path = absolute))
            .and_then(|()| env::set_current_dir(directory));
        entered.map_err(|error| {
            let directory = directory.display();
            Error::input(format!("the directory {directory} cannot be entered: {error}"))
                .with_hint("the job began there, and paths in its command line may be relative")
        })
    }
}
