//! `chatctl bulk resume`.

use clap::{Args, Parser};

use crate::{
    commands::stored::{enter_directory, parse, show},
    complete,
    error::Error,
    job::{CommandLine, JobOptions, JournalLocation, RunOptions},
    output::Output,
    runtime::block_on,
    settings::SettingsOptions,
};

/// Resume an interrupted job
///
/// Runs the command line that the journal stores once more. Items that are done stay done. Calls
/// that were in flight are repeated where that is safe, and items that failed for a reason that may
/// have passed are retried. A list that came from standard input has to be piped in again. A job
/// whose journal is in Redis can be resumed on another machine: where the directory in which it was
/// started does not exist, its relative paths are those of the current one.
///
/// Connection options given here take precedence over the environment, and both over the stored
/// ones; output options are not stored.
///
/// A journal is like a script: it says which command runs, and which files that reads and writes.
/// Only resume journals that you trust. The command is shown before the first call, as is every
/// part of the connection that comes from the journal.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl bulk resume mute.journal")]
pub(crate) struct Resume {
    /// Journal of the job, a file or redis://HOST:PORT/DB/KEY
    #[arg(value_name = "JOURNAL", value_parser = JournalLocation::parser(),
          add = complete::journals())]
    journal: JournalLocation,

    #[command(flatten)]
    run: RunOptions,
}

impl Resume {
    /// Parses the command line `C` that the journal stores, and makes it resume the job.
    ///
    /// Enters the directory in which the job was started, so that the relative paths of its command
    /// line keep their meaning. Those in `settings`, which were given now, become absolute before.
    ///
    /// `job_options` returns the options of a command that runs a job. The command line's type is a
    /// parameter because this command is itself a part of it.
    pub(crate) fn stored_command<C: Parser>(
        mut self,
        settings: &mut SettingsOptions,
        out: &Output,
        job_options: impl FnOnce(&mut C) -> Option<&mut JobOptions>,
    ) -> Result<C, Error> {
        let journal = block_on(self.journal.read(Error::read_journal))?;
        let stored = CommandLine::from_note(&journal.note).ok_or_else(|| {
            let journal = &self.journal;
            Error::usage(format!("the journal {journal} does not store a command line of chatctl"))
                .with_hint("resume the job with the program that started it")
        })?;
        show("resuming", &stored, out);
        let mut command: C = parse(&stored)?;
        let Self { journal, run } = &mut self;
        let is_file = journal.file().is_some();
        let files = journal.file_mut().into_iter().chain(run.report_mut());
        enter_directory(&stored, is_file, files.chain(settings.files_mut()), out)?;
        let Some(options) = job_options(&mut command) else {
            let message = format!("the command line in the journal does not run a job: {stored}");
            return Err(Error::usage(message));
        };
        options.resume(self.journal, self.run);
        Ok(command)
    }
}
