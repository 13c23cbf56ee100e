use clap::Args;

use crate::{
    commands::wait_for,
    error::{Error, Exit},
    job::{self, JobOptions, Over, RunOptions, Subject},
    members_file::Accounts,
    output::Output,
    removal::Removal,
    settings::Settings,
};

/// Remove accounts from every group that they are in, audio-video groups excepted
///
/// The groups of all accounts are looked up before anybody is removed; an account that is in no group
/// is not in the report. A dry run looks the groups up too, and shows who would be removed from
/// where. It has no journal: running it again does what is left.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl bulk expel --members-file spammers.txt --dry-run")]
pub(super) struct Expel {
    #[command(flatten)]
    removal: Removal,

    #[command(flatten)]
    accounts: Accounts,

    #[command(flatten)]
    run: RunOptions,
}

impl Expel {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { removal, accounts, run } = self;
        let (admin, options) = (settings.admin()?, JobOptions::without_journal(run));
        let over = Over::AccountsLookedUp;
        let subject = Subject { doing: "removing", is_piped: accounts.is_piped(), over };
        wait_for(async move {
            if let Some(file) = accounts.file() {
                options.check_report_is_not(file)?;
            }
            let accounts = accounts.read_whole(settings, &options, out).await?;
            let job = removal.apply(admin.accounts().remove_from_all_groups(accounts));
            if options.run.dry_run {
                return job::preview(job, admin.client(), over, &options, out).await;
            }
            job::run(job, subject, &options, out).await
        })
    }
}
