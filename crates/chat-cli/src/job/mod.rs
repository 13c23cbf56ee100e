//! Runs jobs: a plan or progress, a report at the end, and the exit code that follows from it.
//!
//! [`run()`] runs a job and [`preview()`] makes its dry run. Commands build the job and label it
//! with a [`JobLabel`]; nothing in here knows any command.

mod bar;
mod command_line;
mod dry_run;
mod failure_summary;
mod journal_location;
mod label;
mod lookup;
mod options;
mod plan_file;
mod preview;
mod report;
mod report_file;
mod resume_hint;
mod run;

pub(crate) use self::{
    bar::Bar,
    command_line::CommandLine,
    dry_run::DryRun,
    journal_location::JournalLocation,
    label::{ItemKind, JobLabel},
    options::{JobOptions, RunOptions},
    plan_file::PlanFile,
    preview::preview,
    run::run,
};
