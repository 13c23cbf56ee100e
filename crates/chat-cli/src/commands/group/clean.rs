use clap::Args;

use super::Target;
use crate::{
    commands::wait_for,
    error::{Error, Exit},
    job::{self, JobOptions, Over, RunOptions, Subject},
    output::Output,
    removal::Removal,
    settings::Settings,
};

/// Remove members whose accounts do not exist any more
///
/// All members are looked up before the first one is removed; the others are not in the report. A
/// dry run looks them up too, and shows who would be removed. Not for audio-video groups. It has no
/// journal: running it again does what is left.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group clean @TGS#aJRGC4MH6 --dry-run")]
pub(super) struct Clean {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    removal: Removal,

    #[command(flatten)]
    run: RunOptions,
}

impl Clean {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { target, removal, run } = self;
        let (admin, options) = (settings.admin()?, JobOptions::without_journal(run));
        let job = removal.apply(target.of(&admin).remove_deleted_accounts());
        let over = Over::AccountsLookedUp;
        let subject = Subject { doing: "cleaning", is_piped: false, over };
        wait_for(async move {
            if options.run.dry_run {
                return job::preview(job, admin.client(), over, &options, out).await;
            }
            job::run(job, subject, &options, out).await
        })
    }
}
