//! Runs a job: its plan or its progress, a report at the end, and the exit code that follows.

mod bar;
mod command_line;
mod groups;
mod list;
mod options;
mod plan;
mod preview;
mod recovery;
mod report;
mod report_file;
mod subject;
mod tally;

use chat_admin::{Chunk, End, Job, Running, Source};

pub(crate) use self::{
    bar::Bar,
    command_line::CommandLine,
    groups::GroupsJob,
    list::ListJob,
    options::{JobOptions, RunOptions},
    plan::DryRun,
    preview::preview,
    subject::{Over, Subject},
};
use self::{recovery::Recovery, report::Report, report_file::ReportFile, tally::Tally};
use crate::{
    error::{Error, Exit},
    interrupt::Interrupts,
    output::Output,
};

/// Runs a job, or prints its plan, and prints the report.
pub(crate) async fn run<S: Source>(
    job: Job<S>,
    subject: Subject,
    options: &JobOptions,
    out: &mut Output,
) -> Result<Exit, Error> {
    let job = options.run.apply(job);
    let plan = job.plan();
    if options.run.dry_run {
        DryRun::of_plan(&plan, options)?.print(out)?;
        return Ok(Exit::Done);
    }
    let mut file = options.report_file()?;
    let journal = options.open_journal()?;
    let recovery = Recovery::of(journal.as_ref(), &plan, subject);
    let mut running = match journal {
        Some(journal) => job.journal(journal).start(),
        None => job.start(),
    };
    let mut tally = Tally::new(subject.over);
    let written = watch(&mut running, subject.doing, &mut tally, file.as_mut(), out).await;
    let end = running.end().cloned().unwrap_or(End::Stopped);
    let progress = running.progress();
    if let End::Broken(error) = &end
        && progress.summary.calls == 0
    {
        return Err(Error::before_job(error));
    }
    // A job that was stopped before its first call has a report too.
    let written = written.and_then(|()| file.as_mut().map_or(Ok(()), ReportFile::begin));
    let report = Report::new(subject.over, &plan, progress, end, tally, recovery, options);
    out.despite_closed_pipe(|out| report.print(out))?;
    match written {
        Ok(()) => report.exit(),
        Err(error) => Err(report.cut_short(&error)),
    }
}

/// Looks on until the job has ended. The error is that of the report.
///
/// Ctrl-C lets the calls under way end; a second one gives them up.
async fn watch<C: Chunk>(
    running: &mut Running<'_, C>,
    doing: &'static str,
    tally: &mut Tally,
    mut file: Option<&mut ReportFile>,
    out: &Output,
) -> Result<(), Error> {
    let mut interrupts = Interrupts::listen();
    let bar = Bar::new(out, doing, running.progress().total);
    let stop = running.stop_handle();
    let mut is_interrupted = false;
    let mut written = Ok(());
    loop {
        tokio::select! {
            chunk = running.next() => {
                let Some(chunk) = chunk else { break };
                bar.show(&running.progress());
                tally.add(&chunk.items);
                if let Some(Err(error)) = file.as_mut().map(|file| file.write(&chunk.items)) {
                    // What is no longer written down should not be done either.
                    stop.stop();
                    file = None;
                    written = Err(error);
                }
            }
            () = interrupts.next() => {
                if is_interrupted {
                    stop.cancel();
                } else {
                    stop.stop();
                    bar.above(|| out.note(WAITING));
                }
                is_interrupted = true;
            }
        }
    }
    bar.clear();
    written
}

const WAITING: &str = "interrupted: waiting for the calls under way; again to give them up";
