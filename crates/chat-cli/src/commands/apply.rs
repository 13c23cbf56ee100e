//! `chatctl apply`.

use std::path::PathBuf;

use clap::{Args, Parser};

use crate::{
    commands::stored::{enter_directory, parse, show},
    error::Error,
    job::{JobOptions, JournalLocation, PlanFile, RunOptions},
    output::Output,
    settings::SettingsOptions,
};

/// Carry out a plan that --plan wrote, unchanged
///
/// Runs the command line of the plan. If a file that it reads has changed since, or its calls are
/// no longer the same, nothing is sent and the exit code is 8. Connection options given here take
/// precedence over the stored ones.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl apply mute.plan --journal mute.journal")]
pub(crate) struct Apply {
    /// The plan
    #[arg(value_name = "PLAN")]
    plan: PathBuf,

    /// Record requests and outcomes in this file, or in Redis at redis://HOST:PORT/DB/KEY
    #[arg(long, value_name = "FILE", value_parser = JournalLocation::parser())]
    journal: Option<JournalLocation>,

    #[command(flatten)]
    run: RunOptions,
}

impl Apply {
    /// Parses the command line `C` of the plan, and makes its job follow the plan.
    pub(crate) fn stored_command<C: Parser>(
        mut self,
        settings: &mut SettingsOptions,
        out: &Output,
        job_options: impl FnOnce(&mut C) -> Option<&mut JobOptions>,
    ) -> Result<C, Error> {
        let plan = PlanFile::read(&self.plan)?;
        let stored = plan.command_line();
        show("applying", stored, out);
        let mut command: C = parse(stored)?;
        let journal = self.journal.as_mut().and_then(JournalLocation::file_mut);
        let files = journal.into_iter().chain(self.run.report_mut()).chain(settings.files_mut());
        enter_directory(stored, true, files, out)?;
        let Some(options) = job_options(&mut command) else {
            let message = format!("the command line in the plan does not run a job: {stored}");
            return Err(Error::usage(message));
        };
        options.apply(plan, self.journal, self.run);
        Ok(command)
    }
}
