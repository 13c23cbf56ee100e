//! Jobs over a list of accounts in several groups.

use chat_admin::{Batch, ManyGroups};
use chat_types::{Batched, UserId};
use clap::Args;

use super::{accounts::Accounts, groups::Groups};
use crate::{
    error::{Error, Exit},
    job::{self, ItemKind, JobLabel, JobOptions},
    output::Output,
    runtime::block_on,
    settings::Settings,
};

/// A list of accounts, the groups in which the job handles each of them, and how it is run
#[derive(Debug, Args)]
pub(crate) struct GroupsJob {
    #[command(flatten)]
    accounts: Accounts,

    #[command(flatten)]
    groups: Groups,

    #[command(flatten)]
    pub(crate) options: JobOptions,
}

impl GroupsJob {
    /// Reads both lists, creates a job over them and runs that.
    pub(crate) fn run<E: Batched + 'static>(
        self,
        verb: &'static str,
        settings: &Settings,
        out: &mut Output,
        job: impl FnOnce(ManyGroups<'static>, Vec<UserId>) -> Batch<'static, E>,
    ) -> Result<Exit, Error> {
        let Self { accounts, groups, options } = self;
        let (is_piped, item_kind) = (accounts.is_piped(), ItemKind::Accounts);
        let admin = settings.admin()?;
        block_on(async move {
            if let Some(file) = accounts.file() {
                options.check_report_is_not(file)?;
            }
            let accounts = accounts.read_whole(settings, &options, out).await?;
            let groups = groups.read(&admin, &options, verb, out).await?;
            let job = job(admin.groups().these(groups), accounts);
            job::run(job, JobLabel { verb, is_piped, item_kind }, &options, out).await
        })
    }
}
