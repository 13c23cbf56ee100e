//! Parsing a line as a record, under the constraints of the request that would import it.

use chat_types::{
    Batched, Endpoint, GroupId,
    account::MultiaccountImport,
    check::{Constraint, Violation},
    group::{ImportGroup, ImportGroupMember},
    message::ImportGroupMsg,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::migration::{InGroup, Record, RecordErrorKind};

impl Record {
    /// Parses one line, without its line break.
    ///
    /// # Errors
    /// When it is not a JSON object with one known key, or when a field is unknown or violates a
    /// documented constraint of the request that would import it.
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
                RecordErrorKind::InvalidValue { record_type: "summary", reason: error.to_string() }
            }),
            _ => Err(RecordErrorKind::UnknownType(key)),
        }
    }
}

fn read_header(version: &Value) -> Result<Record, RecordErrorKind> {
    match version.as_u64() {
        Some(version) if version == u64::from(Record::VERSION) => {
            Ok(Record::Header(Record::VERSION))
        }
        _ => Err(RecordErrorKind::UnsupportedVersion(version.to_string())),
    }
}

fn read_group(body: Value) -> Result<Record, RecordErrorKind> {
    let group: ImportGroup = read_request("group", body, "")?;
    if group.group_id.is_none() {
        // The service would accept it and assign an id, which no message could name.
        return Err(RecordErrorKind::InvalidField {
            record_type: "group",
            path: "GroupId".into(),
            constraint: Constraint::Required,
            documentation_url: ImportGroup::SPEC.documentation_url().map(Into::into),
        });
    }
    Ok(Record::Group(Box::new(group)))
}

fn read_item<E: Batched + DeserializeOwned>(
    record_type: &'static str,
    item: Value,
) -> Result<E::Item, RecordErrorKind> {
    first_item::<E>(record_type, Map::new(), item)
}

fn read_in_group<E: Batched + DeserializeOwned>(
    record_type: &'static str,
    mut item: Value,
) -> Result<InGroup<E::Item>, RecordErrorKind> {
    let mut request = Map::new();
    if let Some(group) = item.as_object_mut().and_then(|fields| fields.remove(GROUP_ID)) {
        request.insert(GROUP_ID.to_owned(), group);
    }
    let group_id = request.get(GROUP_ID).and_then(Value::as_str).map(GroupId::from);
    let item = first_item::<E>(record_type, request, item)?;
    // Present, as the request has passed its check and requires it.
    Ok(InGroup { group_id: group_id.unwrap_or_default(), item })
}

/// Reads an item as the only one of a request, so that the constraints of the request apply to it.
fn first_item<E: Batched + DeserializeOwned>(
    record_type: &'static str,
    mut request: Map<String, Value>,
    item: Value,
) -> Result<E::Item, RecordErrorKind> {
    let list = E::BATCH.field;
    request.insert(list.to_owned(), Value::Array(vec![item]));
    let request: E = read_request(record_type, Value::Object(request), &format!("{list}[0]"))?;
    let item = request.items().first().cloned();
    item.ok_or_else(|| RecordErrorKind::InvalidValue {
        record_type,
        reason: "it is empty".to_owned(),
    })
}

fn read_request<E: Endpoint + DeserializeOwned>(
    record_type: &'static str,
    request: Value,
    within: &str,
) -> Result<E, RecordErrorKind> {
    let json = request.to_string();
    match E::SPEC.check_json_strictly(json.as_bytes()) {
        // The group may be imported under another ID, which is checked when it is known.
        Ok(()) | Err(Violation { constraint: Constraint::CustomGroupId(_), .. }) => {}
        Err(violation) => return Err(field_error(record_type, violation, within)),
    }
    serde_json::from_value(request)
        .map_err(|error| RecordErrorKind::InvalidValue { record_type, reason: error.to_string() })
}

/// Converts a violation to the view of the file, which has no list around the item.
fn field_error(record_type: &'static str, violation: Violation, within: &str) -> RecordErrorKind {
    let path = violation.path.as_str();
    let path = path.strip_prefix(within).map_or(path, |path| path.trim_start_matches('.'));
    RecordErrorKind::InvalidField {
        record_type,
        path: path.into(),
        constraint: violation.constraint,
        documentation_url: violation.documentation_url.map(Into::into),
    }
}

const GROUP_ID: &str = "GroupId";
