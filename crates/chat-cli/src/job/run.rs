//! Runs one job and watches it.

use chat_admin::{Chunk, End, Job, Running, Source};

use super::{
    bar::Bar, dry_run::DryRun, failure_summary::FailureSummary, label::JobLabel,
    options::JobOptions, report::Report, report_file::ReportFile, resume_hint::ResumeHint,
};
use crate::{
    error::{Error, Exit},
    interrupt::Interrupts,
    output::Output,
};

/// Runs a job and prints its report, or prints its plan if this is a dry run.
pub(crate) async fn run<S: Source>(
    job: Job<S>,
    label: JobLabel,
    options: &JobOptions,
    out: &mut Output,
) -> Result<Exit, Error> {
    let job = options.run.apply(job);
    let plan = job.plan();
    let calls = DryRun::calls_to_json(&plan);
    options.check_applied_plan(&calls)?;
    if options.is_preview() {
        if label.is_piped {
            options.check_can_be_planned(Some("the list comes from standard input"))?;
        }
        options.write_plan(&calls, out)?;
        DryRun::from_plan(&plan, options).await?.print(out)?;
        return Ok(Exit::Done);
    }
    let mut file = options.report_file()?;
    let journal = options.open_journal().await?;
    let hint = ResumeHint::new(journal.as_ref(), &plan, label);
    let mut running = match journal {
        Some(journal) => job.journal(journal).start(),
        None => job.start(),
    };
    let mut failures = FailureSummary::default();
    let written = watch(&mut running, label.verb, &mut failures, file.as_mut(), out).await;
    let end = running.end().cloned().unwrap_or(End::Stopped);
    let progress = running.progress();
    if let End::Broken(error) = &end
        && progress.summary.calls == 0
    {
        return Err(Error::before_job(error));
    }
    // A job that was stopped before its first call has a report too.
    let written = written.and_then(|()| file.as_mut().map_or(Ok(()), ReportFile::begin));
    let report = Report::new(label.item_kind, &plan, progress, end, failures, hint, options);
    out.ignoring_closed_pipe(|out| report.print(out))?;
    match written {
        Ok(()) => report.exit(),
        Err(error) => Err(report.stopped_by(&error)),
    }
}

/// Watches a job to its end. The error is that of the report file.
///
/// The first Ctrl-C lets the calls in flight finish; the second cancels them.
async fn watch<C: Chunk>(
    running: &mut Running<'_, C>,
    verb: &'static str,
    failures: &mut FailureSummary,
    mut file: Option<&mut ReportFile>,
    out: &Output,
) -> Result<(), Error> {
    let mut interrupts = Interrupts::listen();
    let bar = Bar::new(out, verb, running.progress().total);
    let stop = running.stop_handle();
    let mut is_interrupted = false;
    let mut written = Ok(());
    loop {
        tokio::select! {
            chunk = running.next() => {
                let Some(chunk) = chunk else { break };
                bar.show(&running.progress());
                failures.add(&chunk.items);
                if let Some(Err(error)) = file.as_mut().map(|file| file.write(&chunk.items)) {
                    // What can no longer be reported must not be done either.
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
                    bar.suspend(|| out.note(WAITING));
                }
                is_interrupted = true;
            }
        }
    }
    bar.clear();
    written
}

const WAITING: &str =
    "interrupted: waiting for the calls in flight; press Ctrl-C again to cancel them";
