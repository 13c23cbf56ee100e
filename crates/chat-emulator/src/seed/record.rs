//! The records of a seed, and how a line is read as one.

use chat_types::{
    Batched, Endpoint, GroupId,
    account::{AccountToImport, MultiaccountImport},
    check::{Constraint, Violation},
    group::{ImportGroup, ImportGroupMember, MemberToImport},
    message::{GroupMsgToImport, ImportGroupMsg},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::error::{SeedErrorKind, VERSION};

/// One line: an object with a single key, which is the type of the record.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Record {
    /// The start of an export, with the version of the format.
    ChatExport(u32),
    Account(AccountToImport),
    Group(Box<ImportGroup>),
    Message(InGroup<GroupMsgToImport>),
    Member(InGroup<MemberToImport>),
    /// The end of an export, whose content does not matter here.
    Summary(Value),
}

/// An item of a group, with the ID of the group.
#[derive(Clone, Debug, Serialize)]
pub(super) struct InGroup<T> {
    #[serde(rename = "GroupId")]
    pub(super) group_id: GroupId,
    #[serde(flatten)]
    pub(super) item: T,
}

impl Record {
    /// Reads a line without its line break.
    pub(super) fn parse(line: &str) -> Result<Self, SeedErrorKind> {
        let object: Map<String, Value> = serde_json::from_str(line)
            .map_err(|error| SeedErrorKind::NotAnObject(error.to_string()))?;
        let mut fields = object.into_iter();
        let (Some((key, body)), None) = (fields.next(), fields.next()) else {
            return Err(SeedErrorKind::NotOneKey);
        };
        match key.as_str() {
            "chat_export" if body == VERSION => Ok(Self::ChatExport(VERSION)),
            "chat_export" => Err(SeedErrorKind::Version(body.to_string())),
            "account" => {
                first_item::<MultiaccountImport>("account", Map::new(), body).map(Self::Account)
            }
            "group" => read_group(body),
            "message" => read_in_group::<ImportGroupMsg>("message", body).map(Self::Message),
            "member" => read_in_group::<ImportGroupMember>("member", body).map(Self::Member),
            "summary" => Ok(Self::Summary(body)),
            _ => Err(SeedErrorKind::UnknownType(key)),
        }
    }
}

fn read_group(body: Value) -> Result<Record, SeedErrorKind> {
    let group: ImportGroup = read_request("group", body, "")?;
    if group.group_id.is_none() {
        return Err(SeedErrorKind::invalid("group", "GroupId is required"));
    }
    Ok(Record::Group(Box::new(group)))
}

fn read_in_group<E: Batched + DeserializeOwned>(
    record: &'static str,
    mut item: Value,
) -> Result<InGroup<E::Item>, SeedErrorKind> {
    let mut request = Map::new();
    if let Some(group) = item.as_object_mut().and_then(|fields| fields.remove(GROUP_ID)) {
        request.insert(GROUP_ID.to_owned(), group);
    }
    let group_id = request.get(GROUP_ID).and_then(Value::as_str).map(GroupId::from);
    let item = first_item::<E>(record, request, item)?;
    // Present, because the request requires it and has passed its check.
    Ok(InGroup { group_id: group_id.unwrap_or_default(), item })
}

/// Reads an item as the only one of the request that imports it, whose rules apply.
fn first_item<E: Batched + DeserializeOwned>(
    record: &'static str,
    mut request: Map<String, Value>,
    item: Value,
) -> Result<E::Item, SeedErrorKind> {
    let list = E::BATCH.field;
    request.insert(list.to_owned(), Value::Array(vec![item]));
    let request: E = read_request(record, Value::Object(request), &format!("{list}[0]"))?;
    let item = request.items().first().cloned();
    item.ok_or_else(|| SeedErrorKind::invalid(record, "it is empty"))
}

fn read_request<E: Endpoint + DeserializeOwned>(
    record: &'static str,
    request: Value,
    within: &str,
) -> Result<E, SeedErrorKind> {
    let json = request.to_string();
    match E::SPEC.check_json_strictly(json.as_bytes()) {
        // A seed has IDs that only the service can assign, too.
        Ok(()) | Err(Violation { constraint: Constraint::CustomGroupId(_), .. }) => {}
        Err(Violation { path, constraint, .. }) => {
            let path = path.as_str();
            let path = path.strip_prefix(within).map_or(path, |path| path.trim_start_matches('.'));
            return Err(SeedErrorKind::invalid(
                record,
                match constraint {
                    Constraint::KnownField => format!("unknown field {path}"),
                    _ if path.is_empty() => format!("it {constraint}"),
                    _ => format!("{path} {constraint}"),
                },
            ));
        }
    }
    serde_json::from_value(request)
        .map_err(|error| SeedErrorKind::invalid(record, error.to_string()))
}

const GROUP_ID: &str = "GroupId";
