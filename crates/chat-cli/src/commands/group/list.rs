//! `chatctl group list`.

use chat_admin::Admin;
use chat_types::GroupType;
use clap::Args;

use super::listing::print_list;
use crate::{
    error::{Error, Exit},
    output::Output,
    parsers::group_type,
};

/// List the IDs of all groups of the app
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group list --type Community")]
pub(super) struct List {
    /// List only groups of this type
    #[arg(long = "type", value_name = "TYPE", value_parser = group_type)]
    group_type: Option<GroupType>,
}

impl List {
    pub(super) async fn run(self, admin: &Admin, out: &mut Output) -> Result<Exit, Error> {
        let groups = admin.groups();
        let ids = match self.group_type {
            Some(group_type) => groups.list_of(group_type),
            None => groups.list(),
        };
        print_list(ids.items(), |entry| vec![entry.group_id.to_string()], out).await
    }
}
