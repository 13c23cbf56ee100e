//! `chatctl group copy`.

use chat_admin::Admin;
use chat_types::{
    ErrorCode, GroupId,
    group::{GetGroupInfo, GroupInfo, GroupInfoFilter},
};
use clap::Args;

use crate::{
    commands::args::run_lookup_job,
    error::{Error, Exit},
    interrupt,
    job::{ItemKind, JobLabel, JobOptions},
    output::Output,
    parsers::{group_id, new_group_id},
    runtime::block_on,
    settings::Settings,
};

/// Copy a group into a new one: profile, messages and members
///
/// Copies what `group export` can read and `bulk import` can write; `group export` lists what is
/// omitted. The group should not change meanwhile: if it has, the job cannot be resumed. A dry run
/// reads the group and counts the calls.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl group copy @TGS#aJRGC4MH6 stargazers --journal copy.journal"
)]
pub(super) struct Copy {
    /// GroupID of the group
    #[arg(value_name = "FROM", value_parser = group_id)]
    from: GroupId,

    /// GroupID of the new group, which must not exist yet
    #[arg(value_name = "TO", value_parser = new_group_id)]
    to: GroupId,

    #[command(flatten)]
    options: JobOptions,
}

impl Copy {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { from, to, options } = self;
        let admin = settings.admin()?;
        let (verb, item_kind) = ("copying", ItemKind::Records);
        let label = JobLabel { verb, is_piped: false, item_kind };
        block_on(async move {
            if !options.resume {
                interrupt::cancelable_read(check_is_new(&admin, &to)).await?;
            }
            let job = admin.group(from).copy_to(to);
            run_lookup_job(job, label, &admin, &options, out).await
        })
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.options
    }
}

/// Returns an error if the group exists. An import would take it for the group that an earlier run
/// created, and write into it.
async fn check_is_new(admin: &Admin, to: &GroupId) -> Result<(), Error> {
    let filter = GroupInfoFilter::new().group_base_info_filter(["Type"]);
    let request = GetGroupInfo::new([to]).response_filter(filter);
    let response = admin.client().call(&request).await?.into_body();
    let groups = response.group_info;
    let exists = |info: &GroupInfo| info.group_id == *to && info.error_code == ErrorCode::OK;
    // An entry that cannot be read may be that of the group.
    if groups.unrecognized().is_empty() && !groups.iter().any(exists) {
        return Ok(());
    }
    Err(Error::usage(format!("the group {to} already exists"))
        .with_hint("copy to another ID, or resume an interrupted copy with --journal and --resume"))
}
