//! Jobs whose dry run reads all that the job would read.

use chat_admin::{Admin, Job, Source};

use crate::{
    error::{Error, Exit},
    job::{self, JobLabel, JobOptions},
    output::Output,
};

/// Runs a job whose calls are known only once it has looked them up, or previews it in a dry run.
pub(crate) async fn run_lookup_job<S: Source>(
    job: Job<S>,
    label: JobLabel,
    admin: &Admin,
    options: &JobOptions,
    out: &mut Output,
) -> Result<Exit, Error> {
    options.check_can_be_planned(Some("the job looks up what it does"))?;
    if options.run.dry_run {
        return job::preview(job, admin.client(), label.item_kind, options, out).await;
    }
    job::run(job, label, options, out).await
}
