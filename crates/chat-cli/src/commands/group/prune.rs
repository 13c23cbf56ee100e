//! `chatctl group prune`.

use clap::Args;

use super::target::Target;
use crate::{
    commands::args::{RemoveOptions, run_lookup_job},
    error::{Error, Exit},
    job::{ItemKind, JobLabel, JobOptions, RunOptions},
    output::Output,
    runtime::block_on,
    settings::Settings,
};

/// Remove members whose accounts no longer exist
///
/// All members are looked up before the first one is removed; members whose accounts exist are not
/// in the report. A dry run looks them up too and shows which members would be removed. Does not
/// work for audio-video groups. This job has no journal: run it again to do the rest.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group prune @TGS#aJRGC4MH6 --dry-run")]
pub(super) struct Prune {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    removal: RemoveOptions,

    #[command(flatten)]
    run: RunOptions,
}

impl Prune {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { target, removal, run } = self;
        let (admin, options) = (settings.admin()?, JobOptions::without_journal(run));
        let job = removal.apply(target.handle(&admin).remove_deleted_accounts());
        let (verb, item_kind) = ("pruning", ItemKind::LookedUpAccounts);
        let label = JobLabel { verb, is_piped: false, item_kind };
        block_on(run_lookup_job(job, label, &admin, &options, out))
    }
}
