//! `chatctl bulk resume`.

use std::env;

use clap::{Args, Parser};

use crate::{
    arguments::Arguments,
    error::Error,
    job::{CommandLine, JobOptions, JournalLocation, RunOptions},
    output::{Output, one_line},
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
    #[arg(value_name = "JOURNAL", value_parser = JournalLocation::parser())]
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
        show(&stored, out);
        let mut command: C = parse(&stored)?;
        self.enter_directory(&stored, settings, out)?;
        let Some(options) = job_options(&mut command) else {
            let message = format!("the command line in the journal does not run a job: {stored}");
            return Err(Error::usage(message));
        };
        options.resume(self.journal, self.run);
        Ok(command)
    }

    fn enter_directory(
        &mut self,
        stored: &CommandLine,
        settings: &mut SettingsOptions,
        out: &Output,
    ) -> Result<(), Error> {
        let Some(directory) = stored.directory() else { return Ok(()) };
        if env::current_dir().is_ok_and(|current| current == directory) {
            return Ok(());
        }
        if self.journal.file().is_none() && !directory.exists() {
            let text = format!("{} does not exist here; staying in this one", directory.display());
            out.note(one_line(&text));
            return Ok(());
        }
        let mut given_now = self
            .journal
            .file_mut()
            .into_iter()
            .chain(self.run.report_mut())
            .chain(settings.files_mut());
        let entered = given_now
            .try_for_each(|path| std::path::absolute(&*path).map(|absolute| *path = absolute))
            .and_then(|()| env::set_current_dir(directory));
        entered.map_err(|error| {
            let directory = directory.display();
            Error::input(format!("cannot enter the directory {directory}: {error}")).with_hint(
                "the job was started there, and its command line may have relative paths",
            )
        })
    }
}

/// Shows what is about to run, with every file that it reads and writes.
fn show(stored: &CommandLine, out: &Output) {
    let directory = stored.directory().map(|directory| directory.display().to_string());
    let location = directory.map(|directory| format!(" in {directory}")).unwrap_or_default();
    let text = format!("resuming{location}: {stored}");
    out.note(one_line(&text));
}

fn parse<C: Parser>(stored: &CommandLine) -> Result<C, Error> {
    Arguments::from_stored(stored.arguments()).parse().map_err(|failure| {
        let error = failure.to_error();
        Error::usage(format!("invalid command line in the journal: {}", error.message()))
    })
}
