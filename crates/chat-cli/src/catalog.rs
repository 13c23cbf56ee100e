//! Endpoints and webhooks of the specification, looked up by name and written as JSON.

use std::fmt;

use chat_types::{
    ENDPOINTS,
    spec::{
        BatchSpec, Counted, CustomIdSpec, DocumentedError, EndpointSpec, FieldKind, FieldSpec,
        MaxBySite, PagingSpec, RateLimit, RepeatSafety, RepeatSpec, WebhookSpec,
    },
    webhook::WEBHOOKS,
};
use serde_json::{Map, Value, json};

use crate::{
    endpoint_name::{EndpointName, without_parameters},
    similar::similar_names,
};

/// An endpoint or a webhook of the specification.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CatalogEntry {
    Endpoint(&'static EndpointSpec),
    Webhook(&'static WebhookSpec),
}

impl fmt::Display for CatalogEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endpoint(spec) => spec.id().fmt(f),
            Self::Webhook(spec) => write!(f, "{WEBHOOK_PREFIX}{}", spec.command),
        }
    }
}

/// An endpoint or a webhook, as the command line names it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedEntry {
    pub(crate) entry: CatalogEntry,
    /// The older name of its command, if the command line has that.
    pub(crate) older_command: Option<&'static str>,
}

impl NamedEntry {
    /// Finds an endpoint or a webhook by name. The error suggests similar names.
    pub(crate) fn find(name: &str) -> Result<Self, String> {
        let entry = find_entry(name)?;
        let older_commands = match entry {
            CatalogEntry::Endpoint(spec) => spec.older_commands,
            CatalogEntry::Webhook(_) => &[],
        };
        let command = EndpointName::read(name).map(|name| name.command);
        let older_command = older_commands.iter().copied().find(|older| Some(*older) == command);
        Ok(Self { entry, older_command })
    }
}

/// Finds an endpoint or a webhook by name. The error suggests similar names.
pub(crate) fn find_entry(name: &str) -> Result<CatalogEntry, String> {
    let Some(command) = name.strip_prefix(WEBHOOK_PREFIX) else {
        return find_endpoint(name).map(CatalogEntry::Endpoint);
    };
    WebhookSpec::find(command).map(CatalogEntry::Webhook).ok_or_else(|| {
        let names = WEBHOOKS.iter().map(|spec| (spec.command, CatalogEntry::Webhook(spec)));
        match similar_names(names, command).as_slice() {
            [] => "unknown webhook; `chatctl schema` lists them".to_owned(),
            similar => format!("unknown webhook; similar ones: {}", similar.join(", ")),
        }
    })
}

/// Finds an endpoint by its name, path or URL. The error suggests similar names.
pub(crate) fn find_endpoint(name: &str) -> Result<&'static EndpointSpec, String> {
    let parts = EndpointName::read(name);
    let endpoint = parts.and_then(|parts| EndpointSpec::find(parts.service, parts.command));
    endpoint.ok_or_else(|| {
        let name = without_parameters(name);
        let command = parts.map_or(name, |parts| parts.command);
        let names = ENDPOINTS.iter().map(|spec| (spec.command, spec.id()));
        match similar_names(names, command).as_slice() {
            [] => "unknown endpoint; `chatctl endpoints` lists them".to_owned(),
            similar => format!("unknown endpoint; similar ones: {}", similar.join(", ")),
        }
    })
}

/// Returns everything that the specification states about an endpoint, without absent members.
pub(crate) fn to_json(spec: &EndpointSpec) -> Value {
    without_nulls(json!({
        "endpoint": spec.id().to_string(),
        "service": spec.service,
        "command": spec.command,
        "area": spec.area,
        "name": spec.name,
        "title": spec.title,
        "summary": spec.summary,
        "path": spec.path(),
        "documentation_url": spec.documentation_url(),
        "withdrawn": spec.withdrawn,
        "calls_per_second": spec.calls_per_second,
        "calls_per_second_by_edition": edition_quotas(spec),
        "raisable_quota": spec.raisable_quota.then_some(true),
        "long_term_limits": array(spec.long_term_limits, limit),
        "rate_limit_code": spec.rate_limit_code,
        "group_types": spec.group_types,
        "newer_group_types": spec.newer_group_types.as_ref().map(|newer| json!({
            "group_types": newer.group_types,
            "as_of": newer.as_of,
            "older_as_of": newer.older_as_of,
        })),
        "unsupported_group_type_code": spec.unsupported_group_type_code,
        "requirement": spec.requirement,
        "irreversible": spec.irreversible,
        "regions": regions(spec),
        "timeout_seconds": spec.service_spec().and_then(|service| service.timeout_seconds),
        "batch": spec.batch.as_ref().map(batch),
        "paging": spec.paging.as_ref().map(paging),
        "repeat": repeat(&spec.repeat),
        "query": array(spec.query, field),
        "request": array(spec.request, field),
        "exactly_one_of": spec.exactly_one_of,
        "at_least_one_of": spec.at_least_one_of,
        "response": array(spec.response, field),
        "errors": array(spec.errors, |error: &DocumentedError| json!({
            "code": error.code,
            "meaning": spec.meaning_of(error.code),
        })),
        "behavior": spec.behavior,
        "quirks": spec.quirks,
        "confidence": spec.confidence.as_str(),
        "unverified": spec.unverified,
    }))
}

/// Returns the ids of the regions in which the service of an endpoint exists; `None` if its
/// documentation does not limit them.
pub(crate) fn regions(spec: &EndpointSpec) -> Option<Vec<&'static str>> {
    let regions = spec.service_spec()?.regions?;
    Some(regions.iter().map(|region| region.id()).collect())
}

fn edition_quotas(spec: &EndpointSpec) -> Option<Value> {
    let quotas: Map<String, Value> = spec
        .edition_quotas
        .iter()
        .map(|quota| (quota.edition.to_string(), quota.calls_per_second.into()))
        .collect();
    (!quotas.is_empty()).then_some(Value::Object(quotas))
}

/// Returns a limit over a longer period: a number of `calls` or of `items`.
fn limit(limit: &RateLimit) -> Value {
    let counted = if limit.counted == Counted::Items { "items" } else { "calls" };
    let editions: Vec<String> = limit.editions.iter().map(ToString::to_string).collect();
    without_nulls(json!({
        counted: limit.max,
        "per_seconds": limit.per_seconds,
        "editions": non_empty(&editions),
    }))
}

fn max_by_site(max: MaxBySite) -> Value {
    json!({ "china": max.china, "international": max.international })
}

fn field(field: &FieldSpec) -> Value {
    let default = field.default.and_then(|text| serde_json::from_str::<Value>(text).ok());
    without_nulls(json!({
        "name": field.name,
        "type": type_name(&field.kind),
        "required": field.required,
        "doc": field.doc,
        "default": default,
        "min": field.min,
        "max": field.max,
        "max_bytes": field.max_bytes,
        "custom_id": field.custom_id.map(custom_id),
        "max_items": field.max_items,
        "max_items_by_site": field.max_items_by_site.map(max_by_site),
        "string_values": non_empty(field.string_values),
        "integer_values": non_empty(field.integer_values),
        "fields": fields(&field.kind).map(|fields| array(fields, self::field)),
    }))
}

fn custom_id(rules: &CustomIdSpec) -> Value {
    without_nulls(json!({
        "marker": rules.marker,
        "is_prefix": rules.is_prefix,
        "assigned_marker": rules.assigned_marker,
        "printable_ascii": rules.printable_ascii,
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

/// Returns the fields of an object, or of the objects in an array or a map.
pub(crate) fn fields(kind: &FieldKind) -> Option<&'static [FieldSpec]> {
    match kind {
        FieldKind::Array(item) | FieldKind::Map(item) => fields(item),
        FieldKind::Object(fields) => Some(fields),
        _ => None,
    }
}

fn batch(batch: &BatchSpec) -> Value {
    without_nulls(json!({
        "field": batch.field,
        "max": batch.max,
        "max_by_site": batch.max_by_site.map(max_by_site),
        "too_many_code": batch.too_many_code,
        "sequential": batch.sequential,
        "outcome_list": batch.outcome_list,
    }))
}

fn paging(paging: &PagingSpec) -> Value {
    without_nulls(json!({
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
        RepeatSafety::SafeWithItems { field, window_seconds, .. } => {
            ("safe_with_items", Some(field), None, Some(window_seconds))
        }
        RepeatSafety::SafeUnchanged { window_seconds } => {
            ("safe_unchanged", None, None, Some(window_seconds))
        }
        RepeatSafety::SafeWhen { field, equals } => ("safe_when", Some(field), Some(equals), None),
        RepeatSafety::Unsafe => ("unsafe", None, None, None),
        _ => ("unclear", None, None, None),
    };
    let equals = equals.and_then(|text| serde_json::from_str::<Value>(text).ok());
    without_nulls(json!({
        "safety": safety,
        "field": field,
        "equals": equals,
        "window_seconds": window_seconds,
        "billed": repeat.billed,
        "already_done": repeat.already_done,
        "note": repeat.note,
    }))
}

fn array<T>(items: &[T], to_json: impl Fn(&T) -> Value) -> Value {
    items.iter().map(to_json).collect()
}

fn non_empty<T>(items: &[T]) -> Option<&[T]> {
    Some(items).filter(|items| !items.is_empty())
}

/// Returns a JSON value without the members of an object that are null.
pub(crate) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

/// Precedes the command in the name of a webhook.
pub(crate) const WEBHOOK_PREFIX: &str = "webhook/";
