//! Which groups something is done in: named ones, those of a file, or all of the app.

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

use crate::{
    error::Error,
    interrupt,
    job::JobOptions,
    members_file::once_each,
    output::Output,
    values::{group_id, group_type},
};

/// In which groups
#[derive(Debug, Args)]
#[command(next_help_heading = "Groups")]
#[command(group(ArgGroup::new("which_groups").required(true)))]
pub(crate) struct Groups {
    /// A group; once per group
    #[arg(long = "group", value_name = "GROUP", value_parser = group_id, group = "which_groups")]
    groups: Vec<GroupId>,

    /// File with one GroupID a line
    #[arg(long, value_name = "FILE", group = "which_groups")]
    groups_file: Option<PathBuf>,

    /// All groups of the app; a journal is refused if they have changed when the job goes on
    #[arg(long, group = "which_groups")]
    all_groups: bool,

    /// With --all-groups: only those of this type
    #[arg(long = "type", value_name = "TYPE", value_parser = group_type,
          conflicts_with_all = ["groups", "groups_file"])]
    group_type: Option<GroupType>,
}

impl Groups {
    /// Makes the groups ready. Those of a file are read whole, so that a mistake is found before
    /// anything is sent; all groups are read while the job runs, and only counted where nothing is
    /// to be sent.
    pub(crate) async fn read(
        &self,
        admin: &Admin,
        options: &JobOptions,
        out: &Output,
    ) -> Result<Input<'static, GroupId>, Error> {
        if self.all_groups {
            let groups = self.all(admin);
            if options.run.dry_run {
                let count = groups.try_fold(0, |count, _| async move { Ok(count + 1) });
                let count = interrupt::or_stop_reading(count.map_err(Error::from)).await?;
                return Ok(Input::new(stream::empty()).with_length(count));
            }
            return Ok(Input::new(groups));
        }
        let groups = match &self.groups_file {
            Some(path) => {
                options.check_report_is_not(path)?;
                let file = File::open(path).map_err(|error| Error::unreadable(path, &error))?;
                read_whole(file, path.display().to_string()).await?
            }
            None => self.groups.clone(),
        };
        let groups = once_each(groups, "groups", out);
        Ok(Input::new(stream::iter(groups.into_iter().map(Ok))))
    }

    fn all(&self, admin: &Admin) -> BoxStream<'static, Result<GroupId, InputError>> {
        let groups = admin.groups();
        let groups: Pages<GetAppidGroupList> = match &self.group_type {
            Some(group_type) => groups.list_of(group_type.clone()),
            None => groups.list(),
        };
        groups
            .map_ok(|ListedGroup { group_id, .. }| group_id)
            .map_err(|error| InputError::new("the list of all groups", &error).because(error))
            .boxed()
    }
}

async fn read_whole(file: File, name: String) -> Result<Vec<GroupId>, Error> {
    let groups = Input::lines(file, &name, group_id).into_stream();
    let groups: Vec<GroupId> = groups.take(KEPT + 1).try_collect().await?;
    match groups.len() {
        0 => Err(Error::input(format!("the list of groups in {name} is empty"))),
        1..=KEPT => Ok(groups),
        _ => Err(Error::input(format!("{name} has more than {KEPT} groups"))
            .with_hint("split it, or give --all-groups")),
    }
}

/// Groups of a file, which are held in memory.
const KEPT: usize = 100_000;
