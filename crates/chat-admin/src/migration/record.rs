//! The records of a file.

use chat_types::{
    GroupId,
    account::AccountToImport,
    group::{ImportGroup, MemberToImport},
    message::GroupMsgToImport,
};
use serde::Serialize;

use crate::migration::ExportSummary;

/// One line of a file: an object with a single key, which is the type of the record.
///
/// The fields have the names and constraints of the request that imports them, so the documentation
/// page of that endpoint describes them in full.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Record {
    /// `chat_export`: the start of an export, with the version of the format.
    #[serde(rename = "chat_export")]
    Header(u32),
    /// `account`: an account to register.
    Account(AccountToImport),
    /// `group`: a group to create. Its `GroupId` is always present.
    Group(Box<ImportGroup>),
    /// `message`: a message of the group.
    Message(InGroup<GroupMsgToImport>),
    /// `member`: a member of the group other than its owner.
    Member(InGroup<MemberToImport>),
    /// `summary`: the end of an export, with what it contains and what it omits.
    Summary(Box<ExportSummary>),
}

/// An item of a group, together with the id of the group.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct InGroup<T> {
    /// The group.
    #[serde(rename = "GroupId")]
    pub group_id: GroupId,
    /// The item.
    #[serde(flatten)]
    pub item: T,
}

impl<T> InGroup<T> {
    /// Creates an item of a group.
    pub fn new(group_id: impl Into<GroupId>, item: T) -> Self {
        Self { group_id: group_id.into(), item }
    }
}

impl Record {
    /// The version of the format that this code reads and writes.
    pub const VERSION: u32 = 1;

    /// The record types, which are the keys of the objects.
    pub const TYPES: &'static [&'static str] =
        &["chat_export", "account", "group", "message", "member", "summary"];

    /// Returns the type of the record, which is its key, such as `message`.
    pub fn record_type(&self) -> &'static str {
        match self {
            Self::Header(_) => "chat_export",
            Self::Account(_) => "account",
            Self::Group(_) => "group",
            Self::Message(_) => "message",
            Self::Member(_) => "member",
            Self::Summary(_) => "summary",
        }
    }
}

/// The longest line that is read, about ninety times the size of the largest message.
pub const MAX_LINE_BYTES: u64 = 1_048_576;
