//! The options of a job on the command line.

use std::{
    num::NonZeroU16,
    path::{Path, PathBuf},
    time::Duration,
};

use chat_admin::{Job, Journal, Source, Summary};
use clap::{
    Args,
    builder::{PathBufValueParser, TypedValueParser as _},
};

use super::{
    command_line::CommandLine,
    journal_location::JournalLocation,
    report_file::{ReportFile, ReportPath},
};
use crate::{error::Error, parsers};

/// How a job is run
#[derive(Debug, Args)]
#[command(next_help_heading = "Job")]
pub(crate) struct JobOptions {
    /// Record requests and outcomes in this file, or in Redis at redis://HOST:PORT/DB/KEY, so that an
    /// interrupted job can be resumed. Redis must have appendonly yes and appendfsync always
    /// [env: CHAT_REDIS_PASSWORD, for a URL without a password]
    #[arg(long, value_name = "FILE", value_parser = JournalLocation::parser())]
    pub(crate) journal: Option<JournalLocation>,

    /// Resume the job of the journal, or begin it if the journal is empty; the input must be the same
    #[arg(long, requires = "journal")]
    pub(crate) resume: bool,

    #[command(flatten)]
    pub(crate) run: RunOptions,
}

/// What may differ between runs of the same job
#[derive(Debug, Args)]
#[command(next_help_heading = "Job")]
pub(crate) struct RunOptions {
    /// Print what the job would do, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Write the outcome of every item to this .jsonl or .csv file, replacing it
    #[arg(long, value_name = "FILE",
          value_parser = PathBufValueParser::new().try_map(ReportPath::new))]
    report: Option<ReportPath>,

    /// Maximum number of concurrent calls; quota and latency may allow fewer [default: 256]
    #[arg(long, value_name = "N",
          value_parser = parsers::integer(NonZeroU16::MIN, NonZeroU16::MAX))]
    concurrency: Option<NonZeroU16>,

    /// How long to retry while the service is busy or, after a first response, unreachable, and calls
    /// that are safe to repeat after any interruption, such as 90s or 15m [default: 60s]
    #[arg(long, value_name = "TIME", value_parser = parsers::time_limit)]
    retry_for: Option<Duration>,
}

impl JobOptions {
    /// Returns the options of a job that has no journal.
    pub(crate) fn without_journal(run: RunOptions) -> Self {
        Self { journal: None, resume: false, run }
    }

    /// Makes the job resume its journal, with the options of this run where they are given.
    pub(crate) fn resume(&mut self, journal: JournalLocation, run: RunOptions) {
        self.journal = Some(journal);
        self.resume = true;
        self.run.dry_run = run.dry_run;
        self.run.report = run.report.or(self.run.report.take());
        self.run.concurrency = run.concurrency.or(self.run.concurrency);
        self.run.retry_for = run.retry_for.or(self.run.retry_for);
    }

    /// Returns an error if the report would overwrite this input of the job.
    pub(crate) fn check_report_is_not(&self, file: &Path) -> Result<(), Error> {
        match &self.run.report {
            Some(report) if report.is_same_file(file) => {
                let file = file.display();
                Err(Error::usage(format!("the report would overwrite {file}"))
                    .with_hint("give --report another file"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn report_file(&self) -> Result<Option<ReportFile>, Error> {
        if let Some(journal) = self.journal.as_ref().and_then(JournalLocation::file) {
            self.check_report_is_not(journal)?;
        }
        self.run.report.as_ref().map(ReportPath::open).transpose()
    }

    pub(super) fn report_path(&self) -> Option<&Path> {
        self.run.report.as_ref().map(ReportPath::path)
    }

    /// Returns the outcomes in the journal to resume.
    pub(super) async fn earlier(&self) -> Result<Option<Summary>, Error> {
        match &self.journal {
            Some(journal) if self.resume => {
                Ok(Some(journal.read(Error::resumed_journal).await?.summary))
            }
            _ => Ok(None),
        }
    }

    pub(super) async fn open_journal(&self) -> Result<Option<Journal>, Error> {
        let Some(journal) = &self.journal else { return Ok(None) };
        let note = CommandLine::of_this_process()?.to_note();
        let journal = if self.resume { journal.resume().await? } else { journal.create().await? };
        Ok(Some(journal.with_note(note)))
    }
}

impl RunOptions {
    pub(super) fn apply<S: Source>(&self, job: Job<S>) -> Job<S> {
        let job = match self.concurrency {
            Some(calls) => job.concurrency(usize::from(calls.get())),
            None => job,
        };
        match self.retry_for {
            Some(retry_for) => job.retry_for(retry_for),
            None => job,
        }
    }

    /// Returns the path of the report, for a caller that changes the current directory.
    pub(crate) fn report_mut(&mut self) -> Option<&mut PathBuf> {
        self.report.as_mut().map(ReportPath::path_mut)
    }
}
