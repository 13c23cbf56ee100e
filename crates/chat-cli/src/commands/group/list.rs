//! `chatctl group list`.

use std::collections::HashMap;

use chat_admin::Admin;
use chat_types::{
    Endpoint as _, ErrorCode, GroupId, GroupType, UnixSeconds, UserId,
    group::{GetGroupInfo, GroupInfo, GroupInfoFilter, ListedGroup},
};
use clap::Args;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use serde::Serialize;

use super::listing::{Limit, time_cell};
use crate::{
    error::{Error, Exit},
    output::{Column, Output},
    parsers::group_type,
};

/// List the groups of the app with their names, types and sizes
///
/// The profiles of the groups are read 50 at a time. With --ids or --output name, only the IDs are
/// read, thousands at a time.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group list --type Community --name market")]
pub(super) struct List {
    /// List only groups of this type
    #[arg(long = "type", value_name = "TYPE", value_parser = group_type)]
    group_type: Option<GroupType>,

    /// List only groups whose name contains this, in any case
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    name: Option<String>,

    /// List only groups of this owner
    #[arg(long, value_name = "ACCOUNT", allow_hyphen_values = true)]
    owner: Option<UserId>,

    /// List only the IDs, without reading the profiles of the groups
    #[arg(long, conflicts_with_all = ["name", "owner"])]
    ids: bool,

    #[command(flatten)]
    limit: Limit,
}

impl List {
    pub(super) async fn run(self, admin: &Admin, out: &mut Output) -> Result<Exit, Error> {
        let groups = admin.groups();
        let listed = match self.group_type.clone() {
            Some(group_type) => groups.list_of(group_type),
            None => groups.list(),
        };
        let listed = listed.items().map_err(Error::from);
        if self.ids || out.is_name() && self.name.is_none() && self.owner.is_none() {
            return self.limit.print(listed, &IDS, out).await;
        }
        let limit = self.limit;
        let rows = with_profiles(admin, listed).try_filter(|row| {
            let matches = self.matches(row);
            async move { matches }
        });
        limit.print(rows, &COLUMNS, out).await
    }

    fn matches(&self, row: &Row) -> bool {
        let lowercase = |text: &String| text.to_lowercase();
        let has_name = self.name.as_ref().map(lowercase).is_none_or(|name| {
            row.name.as_ref().map(lowercase).is_some_and(|of_group| of_group.contains(&name))
        });
        has_name && (self.owner.is_none() || self.owner == row.owner_account)
    }
}

/// A group of the list. The fields have the names of the service.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    group_id: GroupId,
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    group_type: Option<GroupType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member_num: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_member_num: Option<u32>,
    #[serde(rename = "Owner_Account", skip_serializing_if = "Option::is_none")]
    owner_account: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_time: Option<UnixSeconds>,
}

impl Row {
    fn new(group_id: GroupId, info: GroupInfo) -> Self {
        let GroupInfo { group_type, name, member_num, max_member_num, .. } = info;
        let GroupInfo { owner_account, create_time, .. } = info;
        Self { group_id, group_type, name, member_num, max_member_num, owner_account, create_time }
    }
}

/// Reads the profiles of listed groups. A group that was disbanded meanwhile is left out.
fn with_profiles(
    admin: &Admin,
    listed: impl Stream<Item = Result<ListedGroup, Error>>,
) -> impl Stream<Item = Result<Row, Error>> {
    let max = GetGroupInfo::SPEC.batch.as_ref().and_then(|batch| batch.max).unwrap_or(1);
    // An error ends the list after the groups before it.
    let chunks = listed.try_chunks(max as usize).map(|chunk| match chunk {
        Ok(chunk) => (chunk, None),
        Err(error) => (error.0, Some(error.1)),
    });
    chunks
        .then(move |(chunk, error)| async move {
            let ids: Vec<GroupId> = chunk.into_iter().map(|listed| listed.group_id).collect();
            let rows = profiles(admin, ids).await;
            let rows = match rows {
                Ok(rows) => rows.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            };
            stream::iter(rows.into_iter().chain(error.map(Err)))
        })
        .flatten()
}

async fn profiles(admin: &Admin, ids: Vec<GroupId>) -> Result<Vec<Row>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let filter = GroupInfoFilter::new().group_base_info_filter(FIELDS);
    let request = GetGroupInfo::new(&ids).response_filter(filter);
    let infos = admin.client().call(&request).await?.into_body().group_info;
    let mut infos: HashMap<GroupId, GroupInfo> =
        infos.into_iter().map(|info| (info.group_id.clone(), info)).collect();
    let row = |id: GroupId| match infos.remove(&id) {
        Some(info) if info.error_code == ErrorCode::OK => Some(Row::new(id, info)),
        Some(_) => None,
        // An entry that cannot be read.
        None => Some(Row::new(id, GroupInfo::default())),
    };
    Ok(ids.into_iter().filter_map(row).collect())
}

fn text<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

const FIELDS: [&str; 6] =
    ["Type", "Name", "MemberNum", "MaxMemberNum", "Owner_Account", "CreateTime"];

const IDS: [Column<ListedGroup>; 1] =
    [Column::new("GROUP", "GroupId", |group| group.group_id.to_string())];

const COLUMNS: [Column<Row>; 7] = [
    Column::new("GROUP", "GroupId", |row| row.group_id.to_string()),
    Column::new("TYPE", "Type", |row| text(row.group_type.as_ref())),
    Column::new("MEMBERS", "MemberNum", |row| text(row.member_num.as_ref())),
    Column::new("NAME", "Name", |row| text(row.name.as_ref())),
    Column::new("OWNER", "Owner_Account", |row: &Row| text(row.owner_account.as_ref())).wide(),
    Column::new("MAX MEMBERS", "MaxMemberNum", |row: &Row| text(row.max_member_num.as_ref()))
        .wide(),
    Column::new("CREATED", "CreateTime", |row: &Row| time_cell(row.create_time)).wide(),
];
