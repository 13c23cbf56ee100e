//! The options of a job on the command line.

use std::{
    cell::RefCell,
    num::NonZeroU16,
    path::{Path, PathBuf},
    time::Duration,
};

use chat_admin::{Job, Journal, Source, Summary};
use clap::{
    Args,
    builder::{PathBufValueParser, TypedValueParser as _},
};
use serde_json::Value;

use super::{
    command_line::CommandLine,
    journal_location::JournalLocation,
    plan_file::PlanFile,
    report_file::{ReportFile, ReportPath},
};
use crate::{error::Error, output::Output, parsers};

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

    /// Write what the job would do to this file, and change nothing; `chatctl apply FILE` does it
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    plan: Option<PathBuf>,

    /// What a plan says, if this run applies one.
    #[arg(skip)]
    applied: Option<PlanFile>,

    /// The files that the job reads.
    #[arg(skip)]
    inputs: RefCell<Vec<PathBuf>>,

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
        let (plan, applied, inputs) = Default::default();
        Self { journal: None, resume: false, plan, applied, inputs, run }
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

    /// Returns whether the job is only described, and not run.
    pub(crate) fn is_preview(&self) -> bool {
        self.run.dry_run || self.plan.is_some()
    }

    /// Makes the job do what a plan says.
    pub(crate) fn apply(
        &mut self,
        plan: PlanFile,
        journal: Option<JournalLocation>,
        run: RunOptions,
    ) {
        self.plan = None;
        self.applied = Some(plan);
        self.journal = journal.or(self.journal.take());
        self.run.dry_run = run.dry_run;
        self.run.report = run.report.or(self.run.report.take());
        self.run.concurrency = run.concurrency.or(self.run.concurrency);
        self.run.retry_for = run.retry_for.or(self.run.retry_for);
    }

    /// Returns an error if a plan was requested of a job whose calls are known only while it runs.
    pub(crate) fn check_can_be_planned(&self, why_not: Option<&str>) -> Result<(), Error> {
        match (why_not, &self.plan) {
            (Some(why_not), Some(_)) => {
                Err(Error::usage(format!("cannot write a plan: {why_not}"))
                    .with_hint("use --dry-run"))
            }
            _ => Ok(()),
        }
    }

    /// Writes the plan, if one was requested.
    pub(crate) fn write_plan(&self, calls: &Value, out: &Output) -> Result<(), Error> {
        let Some(path) = &self.plan else { return Ok(()) };
        PlanFile::new(calls.clone(), &self.inputs.borrow())?.write(path)?;
        let path = path.display();
        out.note(format_args!("wrote the plan; `chatctl apply {path}` carries it out"));
        Ok(())
    }

    /// Returns an error if the job is not the one of the plan that this run applies.
    pub(super) fn check_applied_plan(&self, calls: &Value) -> Result<(), Error> {
        self.applied.as_ref().map_or(Ok(()), |plan| plan.check(calls))
    }

    /// Notes a file that the job reads, and returns an error if the report would overwrite it.
    pub(crate) fn check_report_is_not(&self, file: &Path) -> Result<(), Error> {
        self.inputs.borrow_mut().push(file.to_owned());
        self.check_report_differs_from(file)
    }

    fn check_report_differs_from(&self, file: &Path) -> Result<(), Error> {
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
            self.check_report_differs_from(journal)?;
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
