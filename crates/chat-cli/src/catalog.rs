//! What the specification says, looked up by name and written as JSON.

use std::fmt;

use chat_types::{
    ENDPOINTS,
    spec::{
        BatchSpec, DocumentedError, EndpointSpec, FieldKind, FieldSpec, PagingSpec, RateLimit,
        RepeatSafety, RepeatSpec, WebhookSpec,
    },
    webhook::WEBHOOKS,
};
use serde_json::{Map, Value, json};

/// An endpoint or a webhook.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Named {
    Endpoint(&'static EndpointSpec),
    Webhook(&'static WebhookSpec),
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endpoint(spec) => spec.id().fmt(f),
            Self::Webhook(spec) => write!(f, "{WEBHOOK}{}", spec.command),
        }
    }
}

/// The endpoint or the webhook of this name, or which one was probably meant.
pub(crate) fn find_any(name: &str) -> Result<Named, String> {
    let Some(command) = name.strip_prefix(WEBHOOK) else { return find(name).map(Named::Endpoint) };
    WebhookSpec::find(command).map(Named::Webhook).ok_or_else(|| {
        let names = WEBHOOKS.iter().map(|spec| (spec.command, Named::Webhook(spec)));
        let near = nearest(names, command);
        match near.as_slice() {
            [] => "there is no such webhook; `chatctl schema` lists them".to_owned(),
            near => format!("there is no such webhook; similar ones: {}", near.join(", ")),
        }
    })
}

/// The endpoint of this name, or which one was probably meant.
pub(crate) fn find(name: &str) -> Result<&'static EndpointSpec, String> {
    name.split_once('/')
        .and_then(|(service, command)| EndpointSpec::find(service, command))
        .ok_or_else(|| match near(name).as_slice() {
            [] => "there is no such endpoint; `chatctl endpoints` lists them".to_owned(),
            near => format!("there is no such endpoint; similar ones: {}", near.join(", ")),
        })
}

/// Names that look like this one, the nearest first.
fn near(name: &str) -> Vec<String> {
    let command = name.rsplit('/').next().unwrap_or(name);
    nearest(ENDPOINTS.iter().map(|spec| (spec.command, spec.id())), command)
}

/// The names whose keys look like this one, the nearest first.
fn nearest(
    names: impl Iterator<Item = (&'static str, impl fmt::Display)>,
    key: &str,
) -> Vec<String> {
    let mut near: Vec<_> = names
        .map(|(known, name)| (strsim::jaro(known, key), name))
        .filter(|(likeness, _)| *likeness > MIN_LIKENESS)
        .collect();
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    near.iter().take(MAX_NEAR).map(|(_, name)| name.to_string()).collect()
}

/// Everything that the specification says of an endpoint; what it leaves open is left out.
pub(crate) fn to_json(spec: &EndpointSpec) -> Value {
    without_nothing(json!({
        "endpoint": spec.id().to_string(),
        "service": spec.service,
        "command": spec.command,
        "area": spec.area,
        "name": spec.name,
        "title": spec.title,
        "summary": spec.summary,
        "path": spec.path(),
        "documentation": spec.documentation_url(),
        "calls_per_second": spec.calls_per_second,
        "long_term_limits": list(spec.long_term_limits, |limit: &RateLimit| json!({
            "calls": limit.calls,
            "per_seconds": limit.per_seconds,
        })),
        "group_types": spec.group_types,
        "unsupported_group_type_code": spec.unsupported_group_type_code,
        "requirement": spec.requirement,
        "batch": spec.batch.as_ref().map(batch),
        "paging": spec.paging.as_ref().map(paging),
        "repeat": repeat(&spec.repeat),
        "query": list(spec.query, field),
        "request": list(spec.request, field),
        "exactly_one_of": spec.exactly_one_of,
        "at_least_one_of": spec.at_least_one_of,
        "response": list(spec.response, field),
        "errors": list(spec.errors, |error: &DocumentedError| json!({
            "code": error.code,
            "meaning": spec.meaning_of(error.code),
        })),
        "behavior": spec.behavior,
        "quirks": spec.quirks,
        "confidence": spec.confidence.as_str(),
        "unverified": spec.unverified,
    }))
}

fn field(field: &FieldSpec) -> Value {
    let default = field.default.and_then(|text| serde_json::from_str::<Value>(text).ok());
    without_nothing(json!({
        "name": field.name,
        "type": type_name(&field.kind),
        "required": field.required,
        "doc": field.doc,
        "default": default,
        "min": field.min,
        "max": field.max,
        "max_bytes": field.max_bytes,
        "max_items": field.max_items,
        "string_values": some_if_any(field.string_values),
        "integer_values": some_if_any(field.integer_values),
        "fields": fields(&field.kind).map(|fields| list(fields, self::field)),
    }))
}

fn type_name(kind: &FieldKind) -> String {
    match kind {
        FieldKind::String => "string".to_owned(),
        FieldKind::Integer | FieldKind::Verdict { .. } => "integer".to_owned(),
        FieldKind::Number => "number".to_owned(),
        FieldKind::Boolean => "boolean".to_owned(),
        FieldKind::Array(item) => format!("array of {}", type_name(item)),
        FieldKind::Map(item) => format!("map of {}", type_name(item)),
        FieldKind::Object(_) | FieldKind::Tagged(_) => "object".to_owned(),
        _ => "any".to_owned(),
    }
}

/// The fields of an object, also of one in a list.
pub(crate) fn fields(kind: &FieldKind) -> Option<&'static [FieldSpec]> {
    match kind {
        FieldKind::Array(item) | FieldKind::Map(item) => fields(item),
        FieldKind::Object(fields) => Some(fields),
        _ => None,
    }
}

fn batch(batch: &BatchSpec) -> Value {
    without_nothing(json!({
        "field": batch.field,
        "max": batch.max,
        "too_many_code": batch.too_many_code,
        "sequential": batch.sequential,
        "outcome_list": batch.outcome_list,
    }))
}

fn paging(paging: &PagingSpec) -> Value {
    without_nothing(json!({
        "items": paging.items,
        "page_size_field": paging.page_size_field,
        "max_page_size": paging.max_page_size,
        "cursor_fields": paging.cursor_fields,
        "end": paging.end,
    }))
}

fn repeat(repeat: &RepeatSpec) -> Value {
    let (safety, field, equals, window_seconds) = match repeat.safety {
        RepeatSafety::Safe => ("safe", None, None, None),
        RepeatSafety::SafeWith { field, window_seconds } => {
            ("safe_with", Some(field), None, window_seconds)
        }
        RepeatSafety::SafeWhen { field, equals } => ("safe_when", Some(field), Some(equals), None),
        RepeatSafety::Unsafe => ("unsafe", None, None, None),
        _ => ("unclear", None, None, None),
    };
    let equals = equals.and_then(|text| serde_json::from_str::<Value>(text).ok());
    without_nothing(json!({
        "safety": safety,
        "field": field,
        "equals": equals,
        "window_seconds": window_seconds,
        "billed": repeat.billed,
        "already_done": repeat.already_done,
        "note": repeat.note,
    }))
}

fn list<T>(items: &[T], to_json: impl Fn(&T) -> Value) -> Value {
    items.iter().map(to_json).collect()
}

fn some_if_any<T>(items: &[T]) -> Option<&[T]> {
    Some(items).filter(|items| !items.is_empty())
}

fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

/// What stands before the command of a webhook.
pub(crate) const WEBHOOK: &str = "webhook/";

/// As clap decides what a misspelt option was meant to be.
const MIN_LIKENESS: f64 = 0.7;

const MAX_NEAR: usize = 3;
