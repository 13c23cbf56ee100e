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
    CommandLine,
    report_file::{ReportFile, ReportPath},
};
use crate::{duration, error::Error};

/// How a job is run
#[derive(Debug, Args)]
#[command(next_help_heading = "Job")]
pub(crate) struct JobOptions {
    /// Write down what was sent and what came back, so that the job can go on after whatever ends it
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,

    /// Go on with the job that the journal is of; the input must be the same
    #[arg(long, requires = "journal")]
    pub(crate) resume: bool,

    #[command(flatten)]
    pub(crate) run: RunOptions,
}

/// What may differ from run to run of the same job
#[derive(Debug, Args)]
#[command(next_help_heading = "Job")]
pub(crate) struct RunOptions {
    /// Print what it would do, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Write what became of each item to a file, which is replaced: .jsonl or .csv
    #[arg(long, value_name = "FILE",
          value_parser = PathBufValueParser::new().try_map(ReportPath::new))]
    report: Option<ReportPath>,

    /// At most so many calls under way at once; quota and latency may ask for fewer [default: 256]
    #[arg(long, value_name = "N")]
    concurrency: Option<NonZeroU16>,

    /// For how long to try again when the service is busy, or was there and is away, such as 90s or
    /// 15m [default: 60s]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    retry_for: Option<Duration>,
}

impl JobOptions {
    /// Of a job that cannot go on from a journal.
    pub(crate) fn without_journal(run: RunOptions) -> Self {
        Self { journal: None, resume: false, run }
    }

    /// The same job from its journal, with what is wanted of this run.
    pub(crate) fn resume(&mut self, journal: PathBuf, run: RunOptions) {
        self.journal = Some(journal);
        self.resume = true;
        self.run.dry_run = run.dry_run;
        self.run.report = run.report.or(self.run.report.take());
        self.run.concurrency = run.concurrency.or(self.run.concurrency);
        self.run.retry_for = run.retry_for.or(self.run.retry_for);
    }

    /// The report would take the place of what the job is made of.
    pub(crate) fn check_report_is_not(&self, file: &Path) -> Result<(), Error> {
        match &self.run.report {
            Some(report) if report.is(file) => {
                let file = file.display();
                Err(Error::usage(format!("the report would replace {file}"))
                    .with_hint("give --report another file"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn report_file(&self) -> Result<Option<ReportFile>, Error> {
        if let Some(journal) = &self.journal {
            self.check_report_is_not(journal)?;
        }
        self.run.report.as_ref().map(ReportPath::open).transpose()
    }

    pub(super) fn report_path(&self) -> Option<&Path> {
        self.run.report.as_ref().map(ReportPath::path)
    }

    /// What the journal that is to be gone on with has.
    pub(super) fn earlier(&self) -> Result<Option<Summary>, Error> {
        match &self.journal {
            Some(journal) if self.resume => Ok(Some(Journal::read(journal)?.summary)),
            _ => Ok(None),
        }
    }

    pub(super) fn open_journal(&self) -> Result<Option<Journal>, Error> {
        let Some(path) = &self.journal else { return Ok(None) };
        let note = CommandLine::of_this_process()?.to_note();
        let journal = if self.resume { Journal::resume(path) } else { Journal::create(path) };
        Ok(Some(journal?.with_note(note)))
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

    /// The file that it would write, to be found again from another directory.
    pub(crate) fn report_mut(&mut self) -> Option<&mut PathBuf> {
        self.report.as_mut().map(ReportPath::path_mut)
    }
}
