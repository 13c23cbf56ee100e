//! Validates a body against the catalog, and chooses the error code for a broken rule.

use chat_types::{
    ErrorCode, GROUP_TYPES,
    check::{Constraint, Violation},
    spec::{EndpointSpec, FieldKind, Site},
};
use serde_json::Value;

use crate::{
    body::{Body, InvalidBody},
    response::ApiError,
};

/// Validates a body. Where sites of the vendor differ, the limits are those of the app's site, or those
/// that no site exceeds if none is set.
///
/// Returns the indices of the invalid items, where the response reports each item; such an item
/// does not fail the call.
///
/// # Errors
/// The first broken rule that fails the call as a whole.
pub(crate) fn validate(
    spec: &EndpointSpec,
    site: Option<Site>,
    body: &Body,
) -> Result<Vec<usize>, ApiError> {
    let Err(violation) = spec.check_parsed_on(site, body.json()) else { return Ok(Vec::new()) };
    match invalid_item(spec, &violation) {
        Some(_) => validate_items(spec, site, body.json().clone()),
        None => Err(error_of(spec, &violation)),
    }
}

/// Validates a body with at least one invalid item: notes each of them and blanks it, so that the
/// rest, including the length of the list, is validated as well.
fn validate_items(
    spec: &EndpointSpec,
    site: Option<Site>,
    mut request: Value,
) -> Result<Vec<usize>, ApiError> {
    let max = max_items(spec, site).map_or(0, |max| max as usize);
    let mut invalid = Vec::new();
    loop {
        let Err(violation) = spec.check_parsed_on(site, &request) else { return Ok(invalid) };
        let Some(index) = invalid_item(spec, &violation) else {
            return Err(error_of(spec, &violation));
        };
        let Some(value) = request.pointer_mut(&violation.path.to_json_pointer()) else {
            return Err(error_of(spec, &violation));
        };
        if invalid.len() == max {
            return Err(error_of(spec, &violation));
        }
        *value = Value::String(String::new());
        invalid.push(index);
    }
}

/// Returns the error of a body that cannot be used at all.
pub(crate) fn invalid_body(spec: &EndpointSpec, invalid: InvalidBody) -> ApiError {
    match invalid {
        InvalidBody::NotAnObject(info) => ApiError::new(invalid_json_code(spec), info),
        InvalidBody::RepeatedField(info) => ApiError::new(invalid_parameter_code(spec), info),
    }
}

/// Returns the largest number of items per call on a site, or on the one that allows most.
fn max_items(spec: &EndpointSpec, site: Option<Site>) -> Option<u32> {
    let batch = spec.batch.as_ref()?;
    match site {
        Some(_) => batch.max_on(site),
        None => [Site::China, Site::International]
            .into_iter()
            .filter_map(|site| batch.max_on(Some(site)))
            .max(),
    }
}

/// Returns the index of an item that breaks a rule without failing the call: an account ID that is
/// too long.
fn invalid_item(spec: &EndpointSpec, violation: &Violation) -> Option<usize> {
    spec.batch.as_ref()?.outcome_list?;
    let too_long = matches!(violation.constraint, Constraint::MaxBytes { .. });
    if !too_long || code(spec, violation) != invalid_parameter_code(spec) {
        return None;
    }
    violation.path.index_in(violation.path.root_field()?)
}

fn error_of(spec: &EndpointSpec, violation: &Violation) -> ApiError {
    ApiError::new(code(spec, violation), violation.to_string())
}

/// Returns the code for a broken rule. A code with an asterisk is used only where the page of the
/// endpoint lists it.
///
/// | broken rule | code |
/// | --- | --- |
/// | too many items in the batch | the endpoint's code for that |
/// | a preset group type that the endpoint does not support | the endpoint's code for that |
/// | too many accounts in another array | 10005 * |
/// | a group ID that is too long | 10015 * |
/// | a value for the profile that is too long | 40601 * |
/// | too many attributes of a group, or a key or value that is too long | 10047, 10045, 10046 * |
/// | too much metadata of a live room, or a key or value that is too long | 100500, 100504, 100501 * |
/// | no accounts to read the profiles of | 40002 * |
/// | no account to mute everywhere, or to read the mutes of; no time | 130004, 130002, 130008 * |
/// | a name of a conversation group that is too long | 51011 * |
/// | a `DataId` of a push that is too long | 90057 * |
/// | an invalid part of a one-to-one message or a push | the code of the field * |
/// | a tag that is too long; too many tags | 90020 *; 90032 * |
/// | a custom ID of an official account | 130007 * |
/// | a content to moderate that is too long, or has another type | 93000 *; 93005 * |
/// | anything else | the service's code for an invalid parameter |
fn code(spec: &EndpointSpec, violation: &Violation) -> ErrorCode {
    let documented = |code: ErrorCode| spec.documents(code).then_some(code);
    let path = violation.path.as_str();
    let specific = match violation.constraint {
        Constraint::MaxItems { .. } => spec
            .batch
            .as_ref()
            .filter(|batch| batch.field == path)
            .and_then(|batch| batch.too_many_code)
            .or_else(|| {
                documented(ErrorCode::TOO_MANY_ACCOUNTS).filter(|_| lists_accounts(spec, path))
            })
            .or_else(|| {
                documented(ErrorCode::TOO_MANY_GROUP_ATTRIBUTES).filter(|_| path == GROUP_ATTR)
            })
            .or_else(|| documented(ErrorCode::ROOM_METADATA_KEY_LIMIT).filter(|_| path == METADATA))
            .or_else(|| documented(ErrorCode::TOO_MANY_PUSH_TAGS).filter(|_| is_tag(path))),
        Constraint::MaxBytes { .. } if is_tag(path) => documented(ErrorCode::PUSH_TAG_TOO_LONG),
        Constraint::OneOf { .. } if last_name(path) == CONTENT_TYPE => {
            documented(ErrorCode::MODERATION_CONTENT_TYPE_INVALID)
        }
        Constraint::MaxBytes { .. } => TOO_LONG
            .iter()
            .filter(|(field, _)| *field == last_name(path))
            .find_map(|&(_, code)| documented(code)),
        Constraint::CustomId(_) => documented(ErrorCode::OFFICIAL_ACCOUNT_ID_INVALID),
        Constraint::OneOf { ref found, .. } if path == GROUP_TYPE => {
            spec.unsupported_group_type_code.filter(|_| is_preset(found))
        }
        Constraint::Required => MISSING
            .iter()
            .filter(|(field, _)| *field == path)
            .find_map(|&(_, code)| documented(code)),
        Constraint::AtLeastOneOf { .. } => documented(ErrorCode::MUTE_TIME_MISSING),
        Constraint::Type { .. } => WRONG_TYPE
            .iter()
            .filter(|(field, _)| *field == path)
            .find_map(|&(_, code)| documented(code)),
        _ => None,
    };
    let of_message = || {
        MESSAGE_FIELDS
            .iter()
            .filter(|(field, _)| *field == first_name(path))
            .find_map(|&(_, code)| documented(code))
    };
    specific.or_else(of_message).unwrap_or_else(|| invalid_parameter_code(spec))
}

/// Returns the name of the top-level field in a path: `MsgBody` in `MsgBody[0].MsgType`.
fn first_name(path: &str) -> &str {
    path.split(['[', '.']).next().unwrap_or(path)
}

/// Returns the name of the innermost field in a path: `Nick` in `AccountList[3].Nick`.
fn last_name(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Returns whether a path leads to tags or to one of them: `Condition.TagsOr[3]`.
fn is_tag(path: &str) -> bool {
    last_name(path).split('[').next().is_some_and(|name| name.starts_with(TAGS))
}

fn lists_accounts(spec: &EndpointSpec, path: &str) -> bool {
    let field = spec.request.iter().find(|field| field.name == path);
    match field.map(|field| field.kind) {
        Some(FieldKind::Array(FieldKind::Object(fields))) => {
            fields.iter().any(|field| field.name.ends_with(ACCOUNT_SUFFIX))
        }
        Some(FieldKind::Array(FieldKind::String)) => path.ends_with(ACCOUNT_SUFFIX),
        _ => false,
    }
}

fn is_preset(group_type: &str) -> bool {
    GROUP_TYPES.iter().any(|preset| preset.group_type.as_str() == group_type)
}

/// Returns the code for a value that an endpoint does not accept.
pub(crate) fn invalid_parameter_code(spec: &EndpointSpec) -> ErrorCode {
    spec.invalid_parameter_code
        .or_else(|| Some(spec.service_spec()?.invalid_parameter_code))
        .unwrap_or(ErrorCode::INVALID_PARAMETER)
}

fn invalid_json_code(spec: &EndpointSpec) -> ErrorCode {
    spec.service_spec().map_or(ErrorCode::BODY_NOT_JSON, |service| service.invalid_json_code)
}

/// The field that names the group of a request.
pub(crate) const GROUP_ID: &str = "GroupId";

/// The field that holds the type of a new group.
const GROUP_TYPE: &str = "Type";

const GROUP_ATTR: &str = "GroupAttr";

/// The field that holds the metadata of a live room.
const METADATA: &str = "Metadata";

/// The codes for strings that are too long. `Nick` and `FaceUrl` are the fields that the import of
/// accounts writes to the profile, `key` and `value` are those of attributes, `Key` and `Value` those
/// of metadata of live rooms.
const TOO_LONG: [(&str, ErrorCode); 11] = [
    (GROUP_ID, ErrorCode::GROUP_ID_INVALID),
    ("Nick", ErrorCode::PROFILE_VALUE_TOO_LONG),
    ("FaceUrl", ErrorCode::PROFILE_VALUE_TOO_LONG),
    ("key", ErrorCode::GROUP_ATTRIBUTE_KEY_TOO_LONG),
    ("value", ErrorCode::GROUP_ATTRIBUTE_VALUE_TOO_LONG),
    ("Key", ErrorCode::ROOM_METADATA_KEY_TOO_LONG),
    ("Value", ErrorCode::ROOM_METADATA_VALUE_TOO_LONG),
    ("Content", ErrorCode::MESSAGE_JSON_TOO_LONG),
    ("GroupName", ErrorCode::CONVERSATION_GROUP_NAME_TOO_LONG),
    ("NewGroupName", ErrorCode::CONVERSATION_GROUP_NAME_TOO_LONG),
    // Named after another command that has this code.
    ("DataId", ErrorCode::BATCH_MESSAGE_RATE_LIMIT),
];

/// The codes for missing fields: of profiles, and of mutes everywhere.
const MISSING: [(&str, ErrorCode); 3] = [
    ("To_Account", ErrorCode::PROFILE_WITHOUT_ACCOUNT),
    ("Set_Account", ErrorCode::MUTED_ACCOUNT_MISSING),
    ("Get_Account", ErrorCode::QUERIED_ACCOUNT_MISSING),
];

/// The codes for values of the wrong type that the pages on one-to-one messages list.
const WRONG_TYPE: [(&str, ErrorCode); 2] =
    [("MsgBody", ErrorCode::MSG_BODY_NOT_ARRAY), ("MsgLifeTime", ErrorCode::MSG_LIFE_TIME_INVALID)];

/// The codes for invalid values that the pages on one-to-one messages and on pushes list.
const MESSAGE_FIELDS: [(&str, ErrorCode); 9] = [
    ("MsgBody", ErrorCode::MSG_BODY_INVALID),
    ("MsgSeq", ErrorCode::MSG_SEQ_INVALID),
    ("MsgRandom", ErrorCode::MSG_RANDOM_INVALID),
    ("MsgTimeStamp", ErrorCode::MSG_TIME_STAMP_INVALID),
    ("From_Account", ErrorCode::FROM_ACCOUNT_INVALID),
    ("To_Account", ErrorCode::TO_ACCOUNT_INVALID),
    ("SyncFromOldSystem", ErrorCode::SYNC_FROM_OLD_SYSTEM_INVALID),
    ("SyncOtherMachine", ErrorCode::SYNC_OTHER_MACHINE_INVALID),
    ("MsgLifeTime", ErrorCode::OFFLINE_STORAGE_TIME_INVALID),
];

/// The field that holds the kind of a content to moderate.
const CONTENT_TYPE: &str = "ContentType";

/// How the names of fields that hold tags begin.
const TAGS: &str = "Tags";

/// How the names of fields that hold accounts end.
const ACCOUNT_SUFFIX: &str = "_Account";
