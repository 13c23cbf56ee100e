//! The groups of a job: named ones, those of a file, or all groups of the app.

use std::{fs::File, path::PathBuf};

use chat_admin::{Admin, Input, InputError, Pages};
use chat_types::{
    GroupId, GroupType,
    group::{GetAppidGroupList, ListedGroup},
};
use clap::{ArgGroup, Args};
use futures_util::{
    StreamExt as _, TryFutureExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};

use super::{confirmation::Confirmation, stdin::open_input, unique::unique};
use crate::{
    error::Error,
    interrupt,
    job::JobOptions,
    output::Output,
    parsers::{group_id, group_type},
};

/// The groups of a job
#[derive(Debug, Args)]
#[command(next_help_heading = "Groups")]
#[command(group(ArgGroup::new("which_groups").required(true)))]
pub(super) struct Groups {
    /// GroupID of a group; repeat for several
    #[arg(long = "group", value_name = "GROUP", value_parser = group_id, group = "which_groups",
          allow_hyphen_values = true)]
    groups: Vec<GroupId>,

    /// File with one GroupID per line
    #[arg(long, value_name = "FILE", group = "which_groups")]
    groups_file: Option<PathBuf>,

    /// All groups of the app; the job can be resumed only while these stay the same
    #[arg(long, group = "which_groups")]
    all_groups: bool,

    #[command(flatten)]
    confirmation: Confirmation,

    /// With --all-groups: only groups of this type
    #[arg(long = "type", value_name = "TYPE", value_parser = group_type,
          conflicts_with_all = ["groups", "groups_file"])]
    group_type: Option<GroupType>,
}

impl Groups {
    /// Opens the list of groups.
    ///
    /// A file is read whole, so that a mistake is found before anything is sent. All groups of the
    /// app are read while the job runs, and only counted in a dry run.
    pub(super) async fn read(
        &self,
        admin: &Admin,
        options: &JobOptions,
        verb: &str,
        out: &Output,
    ) -> Result<Input<'static, GroupId>, Error> {
        if self.all_groups {
            options.check_can_be_planned(Some(
                "the groups of the app can change; write them to a --groups-file first",
            ))?;
            if !options.is_preview() && !options.resume {
                self.confirmation.ask(&format!("change all groups of the app ({verb})"))?;
            }
            let groups = self.all(admin);
            if options.run.dry_run {
                let count = groups.try_fold(0, |count, _| async move { Ok(count + 1) });
                let count = interrupt::cancelable_read(count.map_err(Error::from)).await?;
                return Ok(Input::new(stream::empty()).with_length(count));
            }
            return Ok(Input::new(groups));
        }
        let groups = match &self.groups_file {
            Some(path) => {
                options.check_report_is_not(path)?;
                let file = open_input(path)?;
                read_whole(file, path.display().to_string()).await?
            }
            None => self.groups.clone(),
        };
        let groups = unique(groups, "group", out);
        Ok(Input::new(stream::iter(groups.into_iter().map(Ok))))
    }

    fn all(&self, admin: &Admin) -> BoxStream<'static, Result<GroupId, InputError>> {
        let groups = admin.groups();
        let groups: Pages<GetAppidGroupList> = match &self.group_type {
            Some(group_type) => groups.list_of(group_type.clone()),
            None => groups.list(),
        };
        groups
            .items()
            .map_ok(|ListedGroup { group_id, .. }| group_id)
            .map_err(|error| {
                InputError::new("the list of all groups", &error).with_source(error.into_kind())
            })
            .boxed()
    }
}

async fn read_whole(file: File, name: String) -> Result<Vec<GroupId>, Error> {
    let groups = Input::lines(file, &name, group_id).into_stream();
    let groups: Vec<GroupId> = groups.take(MAX_IN_MEMORY + 1).try_collect().await?;
    match groups.len() {
        0 => Err(Error::input(format!("the list of groups in {name} is empty"))),
        1..=MAX_IN_MEMORY => Ok(groups),
        _ => Err(Error::input(format!("{name} has more than {MAX_IN_MEMORY} groups"))
            .with_hint("split it, or give --all-groups")),
    }
}

/// The length of a list of groups, which is held in memory.
const MAX_IN_MEMORY: usize = 100_000;
