use chat_admin::{Batch, Input};
use chat_types::{Batched, UserId};
use clap::Args;

use super::{JobOptions, Over, Subject};
use crate::{
    commands::wait_for,
    error::{Error, Exit},
    members_file::Accounts,
    output::Output,
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
    /// Reads the list, makes a job out of it and runs that.
    pub(crate) fn run<'a, E: Batched + 'a>(
        self,
        doing: &'static str,
        settings: &Settings,
        out: &mut Output,
        job: impl FnOnce(Input<'static, UserId>) -> Batch<'a, E>,
    ) -> Result<Exit, Error> {
        let Self { accounts, options } = self;
        let subject = Subject { doing, is_piped: accounts.is_piped(), over: Over::Accounts };
        wait_for(async move {
            if let Some(file) = accounts.file() {
                options.check_report_is_not(file)?;
            }
            let list = accounts.read(settings, &options, out).await?;
            super::run(job(list), subject, &options, out).await
        })
    }
}
