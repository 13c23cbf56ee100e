use chat_admin::Admin;
use chat_types::{
    ErrorCode, GroupId,
    group::{GetGroupInfo, GroupInfoFilter},
};
use clap::Args;

use crate::{
    commands::wait_for,
    error::{Error, Exit},
    interrupt,
    job::{self, JobOptions, Over, Subject},
    output::Output,
    settings::Settings,
    values::{group_id, new_group_id},
};

/// Copy a group into a new one: profile, messages and members
///
/// As far as both `group export` and `bulk import` can carry them; `group export` says what that
/// leaves out. The group should not change meanwhile: a journal is refused if it has when the job
/// goes on. A dry run reads the group and counts the calls.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl group copy @TGS#aJRGC4MH6 stargazers --journal copy.journal"
)]
pub(super) struct Copy {
    /// The group
    #[arg(value_name = "FROM", value_parser = group_id)]
    from: GroupId,

    /// Id of the new group, of which there must be none yet
    #[arg(value_name = "TO", value_parser = new_group_id)]
    to: GroupId,

    #[command(flatten)]
    options: JobOptions,
}

impl Copy {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { from, to, options } = self;
        let admin = settings.admin()?;
        let over = Over::Records;
        let subject = Subject { doing: "copying", is_piped: false, over };
        wait_for(async move {
            if !options.resume {
                interrupt::or_stop_reading(refuse_existing(&admin, &to)).await?;
            }
            let job = admin.group(from).copy_to(to);
            if options.run.dry_run {
                return job::preview(job, admin.client(), over, &options, out).await;
            }
            job::run(job, subject, &options, out).await
        })
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.options
    }
}

/// An import takes a group that is there for the one that it made itself, and writes into it.
async fn refuse_existing(admin: &Admin, to: &GroupId) -> Result<(), Error> {
    let filter = GroupInfoFilter::new().group_base_info_filter(["Type"]);
    let request = GetGroupInfo::new([to]).response_filter(filter);
    let response = admin.client().call(&request).await?.into_body();
    if response.group_info.iter().all(|info| info.error_code != ErrorCode::OK) {
        return Ok(());
    }
    Err(Error::usage(format!("the group {to} is there already")).with_hint(
        "copy to another id; with --journal and --resume a copy that was cut off goes on",
    ))
}
