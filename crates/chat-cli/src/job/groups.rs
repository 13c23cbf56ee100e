use chat_admin::{Batch, ManyGroups};
use chat_types::{Batched, UserId};
use clap::Args;

use super::{JobOptions, Over, Subject};
use crate::{
    commands::wait_for,
    error::{Error, Exit},
    groups_file::Groups,
    members_file::Accounts,
    output::Output,
    settings::Settings,
};

/// A list of accounts, the groups in all of which something is done to them, and how the job is run
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
    /// Reads both lists, makes a job out of them and runs that.
    pub(crate) fn run<E: Batched + 'static>(
        self,
        doing: &'static str,
        settings: &Settings,
        out: &mut Output,
        job: impl FnOnce(ManyGroups<'static>, Vec<UserId>) -> Batch<'static, E>,
    ) -> Result<Exit, Error> {
        let Self { accounts, groups, options } = self;
        let subject = Subject { doing, is_piped: accounts.is_piped(), over: Over::Accounts };
        let admin = settings.admin()?;
        wait_for(async move {
            if let Some(file) = accounts.file() {
                options.check_report_is_not(file)?;
            }
            let accounts = accounts.read_whole(settings, &options, out).await?;
            let groups = groups.read(&admin, &options, out).await?;
            let job = job(admin.groups().these(groups), accounts);
            super::run(job, subject, &options, out).await
        })
    }
}
