//! Checks a body against the catalog, and says which code a broken rule answers.

use chat_types::{
    ErrorCode, GROUP_TYPES,
    check::{Constraint, Violation},
    spec::{EndpointSpec, FieldKind},
};
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::response::Refusal;

/// Checks a body. Returns the places in the endpoint's list of items that cannot be done, where
/// the response reports items one by one; such an item does not fail the call.
pub(crate) fn check(spec: &EndpointSpec, body: &[u8]) -> Result<Vec<usize>, Refusal> {
    let Err(violation) = spec.check_json(body) else { return Ok(Vec::new()) };
    // The check stops at the first broken rule, and what follows may be no JSON at all.
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(body) {
        return Err(Refusal::new(invalid_json_code(spec), format!("the body is no JSON: {error}")));
    }
    match refused_item(spec, &violation) {
        Some(_) => check_items(spec, body),
        None => Err(refusal(spec, &violation)),
    }
}

/// Checks a body of which some items break a rule: each is noted and blanked in turn, so that the
/// rest, the length of the list included, is checked as well.
fn check_items(spec: &EndpointSpec, body: &[u8]) -> Result<Vec<usize>, Refusal> {
    let mut request: Value = serde_json::from_slice(body)
        .map_err(|error| Refusal::new(invalid_parameter_code(spec), error.to_string()))?;
    let most = spec.batch.as_ref().and_then(|batch| batch.max).map_or(0, |max| max as usize);
    let mut refused = Vec::new();
    loop {
        let Err(violation) = spec.check_value(&request) else { return Ok(refused) };
        let Some(index) = refused_item(spec, &violation) else {
            return Err(refusal(spec, &violation));
        };
        let Some(text) = request.pointer_mut(&pointer(&violation)) else {
            return Err(refusal(spec, &violation));
        };
        if refused.len() == most {
            return Err(refusal(spec, &violation));
        }
        *text = Value::String(String::new());
        refused.push(index);
    }
}

/// The place of an item that breaks a rule on its own: an id that is too long for an account.
fn refused_item(spec: &EndpointSpec, violation: &Violation) -> Option<usize> {
    spec.batch.as_ref()?.outcome_list?;
    let too_long = matches!(violation.constraint, Constraint::MaxBytes { .. });
    if !too_long || code(spec, violation) != invalid_parameter_code(spec) {
        return None;
    }
    let (_, rest) = violation.path.as_str().split_once('[')?;
    let (index, _) = rest.split_once(']')?;
    index.parse().ok()
}

fn pointer(violation: &Violation) -> String {
    format!("/{}", violation.path.as_str().replace(['[', '.'], "/").replace(']', ""))
}

fn refusal(spec: &EndpointSpec, violation: &Violation) -> Refusal {
    Refusal::new(code(spec, violation), violation.to_string())
}

/// | rule | code |
/// | --- | --- |
/// | no JSON object | the service's code for that |
/// | too many items of the batch | the code of its page |
/// | too many accounts elsewhere | 10005, where its page has it |
/// | a group id that is too long | 10015, where its page has it |
/// | a profile field over 500 bytes | 40601, where its page has it |
/// | a preset group type that the endpoint does not take | the code of its page |
/// | no list of accounts to read profiles of | 40002, where its page has it |
/// | a part of a one-to-one message | 90002, 90004, 90008 or 90026, where its page has it |
/// | anything else | the service's code for an invalid parameter |
fn code(spec: &EndpointSpec, violation: &Violation) -> ErrorCode {
    let documented = |code: ErrorCode| spec.documents(code).then_some(code);
    let path = violation.path.as_str();
    let special = match violation.constraint {
        Constraint::Json(_) => Some(invalid_json_code(spec)),
        Constraint::MaxItems { .. } => spec
            .batch
            .as_ref()
            .filter(|batch| batch.field == path)
            .and_then(|batch| batch.too_many_code)
            .or_else(|| {
                documented(ErrorCode::TOO_MANY_ACCOUNTS).filter(|_| lists_accounts(spec, path))
            }),
        Constraint::MaxBytes { .. } if path == GROUP_ID => documented(ErrorCode::GROUP_ID_INVALID),
        Constraint::MaxBytes { max: 500, .. } => documented(ErrorCode::PROFILE_VALUE_TOO_LONG),
        Constraint::OneOf { ref found, .. } if path == GROUP_TYPE => {
            spec.unsupported_group_type_code.filter(|_| is_preset(found))
        }
        Constraint::Required if path == TO_ACCOUNT => {
            documented(ErrorCode::PROFILE_WITHOUT_ACCOUNT)
        }
        _ => MESSAGE_FIELDS
            .iter()
            .find(|(field, _)| path.split(['[', '.']).next() == Some(field))
            .and_then(|&(_, code)| documented(code)),
    };
    special.unwrap_or_else(|| invalid_parameter_code(spec))
}

fn lists_accounts(spec: &EndpointSpec, path: &str) -> bool {
    let field = spec.request.iter().find(|field| field.name == path);
    match field.map(|field| field.kind) {
        Some(FieldKind::Array(FieldKind::Object(fields))) => {
            fields.iter().any(|field| field.name.ends_with(ACCOUNT))
        }
        Some(FieldKind::Array(FieldKind::String)) => path.ends_with(ACCOUNT),
        _ => false,
    }
}

fn is_preset(group_type: &str) -> bool {
    GROUP_TYPES.iter().any(|preset| preset.group_type.as_str() == group_type)
}

/// The code for a value that an endpoint does not take.
pub(crate) fn invalid_parameter_code(spec: &EndpointSpec) -> ErrorCode {
    spec.service_spec()
        .map_or(ErrorCode::INVALID_PARAMETER, |service| service.invalid_parameter_code)
}

fn invalid_json_code(spec: &EndpointSpec) -> ErrorCode {
    spec.service_spec().map_or(ErrorCode::BODY_NOT_JSON, |service| service.invalid_json_code)
}

/// How the API calls the group that a request is about.
pub(crate) const GROUP_ID: &str = "GroupId";

/// How the API calls the type of a group that is to be made.
const GROUP_TYPE: &str = "Type";

const TO_ACCOUNT: &str = "To_Account";

/// Codes of the pages on one-to-one messages for a value that is not taken.
const MESSAGE_FIELDS: [(&str, ErrorCode); 4] = [
    ("MsgBody", ErrorCode::MSG_BODY_INVALID),
    ("MsgSeq", ErrorCode::MSG_SEQ_INVALID),
    ("From_Account", ErrorCode::FROM_ACCOUNT_INVALID),
    ("MsgLifeTime", ErrorCode::OFFLINE_STORAGE_TIME_INVALID),
];

/// How the names of fields end that hold accounts.
const ACCOUNT: &str = "_Account";
