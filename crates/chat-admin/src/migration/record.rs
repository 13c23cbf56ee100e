use std::ops::Not;

use chat_types::{
    Batched, Endpoint, GroupId,
    account::{AccountToImport, MultiaccountImport},
    check::{Constraint, Violation},
    group::{ImportGroup, ImportGroupMember, MemberToImport},
    message::{GroupMsgToImport, ImportGroupMsg},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::migration::RecordErrorKind;

/// One line of a file: what it says, by the one key of its object.
///
/// Fields have the names and the bounds of the request that imports them, so an endpoint's page says
/// all there is to say about them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Record {
    /// `chat_export`: begins an export and tells the version of the format.
    #[serde(rename = "chat_export")]
    Header(u32),
    /// `account`: an account to register.
    Account(AccountToImport),
    /// `group`: a group to create. Its `GroupId` is always there.
    Group(Box<ImportGroup>),
    /// `message`: a message of the group.
    Message(InGroup<GroupMsgToImport>),
    /// `member`: a member of the group other than its owner.
    Member(InGroup<MemberToImport>),
    /// `summary`: ends an export and tells what is in it and what is not.
    Summary(Box<ExportSummary>),
}

/// Something in a group, beside the group's id.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct InGroup<T> {
    /// The group.
    #[serde(rename = "GroupId")]
    pub group_id: GroupId,
    /// What is in it.
    #[serde(flatten)]
    pub item: T,
}

impl<T> InGroup<T> {
    /// An item of a group.
    pub fn new(group_id: impl Into<GroupId>, item: T) -> Self {
        Self { group_id: group_id.into(), item }
    }
}

/// What an export holds, and what of the group it does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExportSummary {
    /// Accounts written.
    pub accounts: u64,
    /// Messages written.
    pub messages: u64,
    /// Members written; the owner stands in the group's record and is not counted.
    pub members: u64,
    /// What could not be carried over.
    #[serde(default)]
    pub omitted: Omitted,
}

/// What the group has and the import endpoints cannot take. All zero or empty when nothing is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Omitted {
    /// Messages that had been deleted or had expired.
    #[serde(skip_serializing_if = "is_zero")]
    pub holes: u64,
    /// Messages that had been recalled.
    #[serde(skip_serializing_if = "is_zero")]
    pub recalled: u64,
    /// Messages by the system, such as notices of who joined.
    #[serde(skip_serializing_if = "is_zero")]
    pub system_messages: u64,
    /// Messages without a sender or a time, or marked in a way that is not documented.
    #[serde(skip_serializing_if = "is_zero")]
    pub unreadable_messages: u64,
    /// Messages that are written with the time of the message before, which was later.
    #[serde(skip_serializing_if = "is_zero")]
    pub times_raised: u64,
    /// Messages that are written without their random number, as it needs more than 32 bits.
    #[serde(skip_serializing_if = "is_zero")]
    pub randoms: u64,
    /// Messages whose priority was not the normal one. Imported messages have none.
    #[serde(skip_serializing_if = "is_zero")]
    pub priorities: u64,
    /// Accounts that are written without nickname and picture because the service would not show
    /// them; most likely they are deleted.
    #[serde(skip_serializing_if = "is_zero")]
    pub profiles: u64,
    /// Members with a name of their own in the group.
    #[serde(skip_serializing_if = "is_zero")]
    pub name_cards: u64,
    /// Members with custom fields.
    #[serde(skip_serializing_if = "is_zero")]
    pub member_custom_fields: u64,
    /// Members who are muted now.
    #[serde(skip_serializing_if = "is_zero")]
    pub mutes: u64,
    /// Members who chose not to be notified of every message.
    #[serde(skip_serializing_if = "is_zero")]
    pub receive_options: u64,
    /// Members who have not read everything. All imported members have.
    #[serde(skip_serializing_if = "is_zero")]
    pub unread_counts: u64,
    /// Members whose role is none of those that are documented; written as ordinary members.
    #[serde(skip_serializing_if = "is_zero")]
    pub roles: u64,
    /// Attributes of the group.
    #[serde(skip_serializing_if = "is_zero")]
    pub attributes: u64,
    /// Whether the service refused to show the group's attributes.
    #[serde(skip_serializing_if = "Not::not")]
    pub attributes_unread: bool,
    /// Settings of the group, by their names in `get_group_info`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub group_settings: Vec<String>,
    /// Whether the group's custom fields could not be read, since the service sends them in one
    /// answer with the members unless it is told their names
    /// ([`Export::custom_fields`](crate::migration::Export::custom_fields)).
    #[serde(skip_serializing_if = "Not::not")]
    pub custom_fields_unread: bool,
}

impl Record {
    /// The version of the format that this code reads and writes.
    pub const VERSION: u32 = 1;

    /// The keys that say what a record is.
    pub const KINDS: &'static [&'static str] =
        &["chat_export", "account", "group", "message", "member", "summary"];

    /// Reads one line, without its line break.
    ///
    /// # Errors
    /// When it is no JSON object with one known key, or a field breaks a documented rule of the
    /// request that would import it, or is not known there.
    pub fn parse(line: &[u8]) -> Result<Self, RecordErrorKind> {
        let object: Map<String, Value> = serde_json::from_slice(line)
            .map_err(|error| RecordErrorKind::InvalidJson(error.to_string()))?;
        let mut entries = object.into_iter();
        let (Some((key, body)), None) = (entries.next(), entries.next()) else {
            return Err(RecordErrorKind::NotOneKey);
        };
        match key.as_str() {
            "chat_export" => read_header(&body),
            "account" => read_item::<MultiaccountImport>("account", body).map(Self::Account),
            "group" => read_group(body),
            "message" => read_in_group::<ImportGroupMsg>("message", body).map(Self::Message),
            "member" => read_in_group::<ImportGroupMember>("member", body).map(Self::Member),
            "summary" => serde_json::from_value(body).map(Self::Summary).map_err(|error| {
                RecordErrorKind::Value { kind: "summary", reason: error.to_string() }
            }),
            _ => Err(RecordErrorKind::UnknownKind(key)),
        }
    }

    /// The key that says what it is, such as `message`.
    pub fn kind(&self) -> &'static str {
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

fn read_header(version: &Value) -> Result<Record, RecordErrorKind> {
    match version.as_u64() {
        Some(version) if version == u64::from(Record::VERSION) => {
            Ok(Record::Header(Record::VERSION))
        }
        _ => Err(RecordErrorKind::Version(version.to_string())),
    }
}

fn read_group(body: Value) -> Result<Record, RecordErrorKind> {
    let group: ImportGroup = read_request("group", body, "")?;
    if group.group_id.is_none() {
        // Optional to the service, which then makes up an id that no message could name.
        return Err(RecordErrorKind::Field {
            kind: "group",
            path: "GroupId".to_owned(),
            constraint: Constraint::Required,
            doc_page: ImportGroup::SPEC.doc_page,
        });
    }
    Ok(Record::Group(Box::new(group)))
}

fn read_item<E: Batched + DeserializeOwned>(
    kind: &'static str,
    item: Value,
) -> Result<E::Item, RecordErrorKind> {
    first_item::<E>(kind, Map::new(), item)
}

fn read_in_group<E: Batched + DeserializeOwned>(
    kind: &'static str,
    mut item: Value,
) -> Result<InGroup<E::Item>, RecordErrorKind> {
    let mut request = Map::new();
    if let Some(group) = item.as_object_mut().and_then(|fields| fields.remove(GROUP_ID)) {
        request.insert(GROUP_ID.to_owned(), group);
    }
    let group_id = request.get(GROUP_ID).and_then(Value::as_str).map(GroupId::from);
    let item = first_item::<E>(kind, request, item)?;
    // The rules of the request are kept by now, and they demand it.
    Ok(InGroup { group_id: group_id.unwrap_or_default(), item })
}

/// Reads an item as the only one of a request, so that the request's rules are those of the item.
fn first_item<E: Batched + DeserializeOwned>(
    kind: &'static str,
    mut request: Map<String, Value>,
    item: Value,
) -> Result<E::Item, RecordErrorKind> {
    let list = E::BATCH.field;
    request.insert(list.to_owned(), Value::Array(vec![item]));
    let request: E = read_request(kind, Value::Object(request), &format!("{list}[0]"))?;
    let item = request.items().first().cloned();
    item.ok_or_else(|| RecordErrorKind::Value { kind, reason: "it is empty".to_owned() })
}

fn read_request<E: Endpoint + DeserializeOwned>(
    kind: &'static str,
    request: Value,
    within: &str,
) -> Result<E, RecordErrorKind> {
    let json = request.to_string();
    E::SPEC
        .check_json_strictly(json.as_bytes())
        .map_err(|violation| broken_rule(kind, violation, within))?;
    serde_json::from_value(request)
        .map_err(|error| RecordErrorKind::Value { kind, reason: error.to_string() })
}

/// A broken rule as the writer of the file sees it: without the list that the item was put into.
fn broken_rule(kind: &'static str, violation: Violation, within: &str) -> RecordErrorKind {
    let path = violation.path.as_str();
    let path = path.strip_prefix(within).map_or(path, |path| path.trim_start_matches('.'));
    RecordErrorKind::Field {
        kind,
        path: path.to_owned(),
        constraint: violation.constraint,
        doc_page: violation.doc_page,
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

const GROUP_ID: &str = "GroupId";
