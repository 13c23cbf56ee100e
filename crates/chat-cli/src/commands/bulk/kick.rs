//! `chatctl bulk kick`.

use clap::Args;

use crate::{
    commands::args::{Accounts, RemoveOptions, run_lookup_job},
    error::{Error, Exit},
    job::{ItemKind, JobLabel, JobOptions, RunOptions},
    output::Output,
    runtime::block_on,
    settings::Settings,
};

/// Remove accounts from every group that they are in, except audio-video groups
///
/// The groups of all accounts are looked up before the first account is removed; an account that is
/// in no group is not in the report. A dry run looks the groups up too and shows who would be
/// removed from which. This job has no journal: run it again to do the rest.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl bulk kick --members-file spammers.txt --dry-run")]
pub(crate) struct Kick {
    #[command(flatten)]
    removal: RemoveOptions,

    #[command(flatten)]
    accounts: Accounts,

    #[command(flatten)]
    run: RunOptions,
}

impl Kick {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { removal, accounts, run } = self;
        let (admin, options) = (settings.admin()?, JobOptions::without_journal(run));
        let (verb, item_kind) = ("removing", ItemKind::LookedUpAccounts);
        let label = JobLabel { verb, is_piped: accounts.is_piped(), item_kind };
        block_on(async move {
            if let Some(file) = accounts.file() {
                options.check_report_is_not(file)?;
            }
            let accounts = accounts.read_whole(settings, &options, out).await?;
            let job = removal.apply(admin.accounts().remove_from_all_groups(accounts));
            run_lookup_job(job, label, &admin, &options, out).await
        })
    }
}
