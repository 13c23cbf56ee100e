//! Jobs over a list of accounts.

use chat_admin::{Batch, Input};
use chat_types::{Batched, UserId};
use clap::Args;

use super::accounts::Accounts;
use crate::{
    error::{Error, Exit},
    job::{self, ItemKind, JobLabel, JobOptions},
    output::Output,
    runtime::block_on,
    settings::Settings,
};

/// A list of accounts, and how the job over it is run
#[derive(Debug, Args)]
pub(crate) struct ListJob {
    #[command(flatten)]
    accounts: Accounts,

    #[command(flatten)]
    pub(crate) options: JobOptions,
}

impl ListJob {
    /// Reads the list, creates a job over it and runs that.
    pub(crate) fn run<'a, E: Batched + 'a>(
        self,
        verb: &'static str,
        settings: &Settings,
        out: &mut Output,
        job: impl FnOnce(Input<'static, UserId>) -> Batch<'a, E>,
    ) -> Result<Exit, Error> {
        let Self { accounts, options } = self;
        let (is_piped, item_kind) = (accounts.is_piped(), ItemKind::Accounts);
        block_on(async move {
            if let Some(file) = accounts.file() {
                options.check_report_is_not(file)?;
            }
            let list = accounts.read(settings, &options, out).await?;
            job::run(job(list), JobLabel { verb, is_piped, item_kind }, &options, out).await
        })
    }
}
