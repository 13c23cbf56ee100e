//! Facts that OpenAPI cannot express, as extensions named after the keys of the spec.

use serde_json::{Map, Value, json};

use super::{index::Index, schemas::without_empty};
use crate::{
    model::{Endpoint, ServiceFacts},
    spec::format,
};

/// The extensions of an operation.
pub(super) fn of(endpoint: &Endpoint, index: &Index<'_>) -> Map<String, Value> {
    let facts = &endpoint.facts;
    let errors: Map<String, Value> =
        facts.errors.iter().map(|error| (error.code.to_string(), json!(error.meaning))).collect();
    let group_types = facts.group_types.as_ref().map(|names| group_types(names, index));
    let newer = facts.newer_group_types.as_ref().map(|newer| {
        json!({
            "types": newer.names,
            "as_of": newer.as_of,
            "older_as_of": newer.older_as_of,
        })
    });
    let edition_quotas: Map<String, Value> = facts
        .edition_quotas
        .iter()
        .map(|(edition, calls)| (edition.id.clone(), json!(calls)))
        .collect();
    let edition_quotas = Some(edition_quotas).filter(|quotas| !quotas.is_empty());
    let found = json!({
        "x-withdrawn": facts.withdrawn,
        "x-calls-per-second": facts.calls_per_second,
        "x-edition-quotas": edition_quotas,
        "x-raisable-quota": facts.raisable.as_ref().map(|_| true),
        "x-long-term-limits": facts.long_term_limits.iter().map(|limit| &limit.spec).collect::<Vec<_>>(),
        "x-group-types": group_types,
        "x-newer-group-types": newer,
        "x-requirement": facts.requirement,
        "x-irreversible": facts.irreversible,
        "x-regions": region_ids(&facts.service),
        "x-batch": endpoint.batch.as_ref().map(|found| batch(&found.spec)),
        "x-paging": endpoint.paging.as_ref().map(|found| paging(&found.spec)),
        "x-repeat": facts.repeat,
        "x-errors": Some(errors).filter(|errors| !errors.is_empty()),
        "x-confidence": facts.confidence,
        "x-page-date": facts.page_date,
        "x-unverified": facts.unverified,
    });
    match without_empty(found) {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The ids of the regions in which the service exists, if it does not exist in all of them.
fn region_ids(service: &ServiceFacts) -> Option<Vec<&str>> {
    let ids: Vec<&str> = service.regions.iter().map(|(id, _)| id.as_str()).collect();
    Some(ids).filter(|ids| !ids.is_empty())
}

/// The values of these variants on the wire.
fn group_types<'i>(variants: &[String], index: &Index<'i>) -> Vec<&'i str> {
    let lists = index.string_enums.values().filter(|list| list.name == "GroupType");
    lists
        .flat_map(|list| &list.values)
        .filter(|value| variants.contains(&value.name))
        .map(|value| value.value.as_str())
        .collect()
}

fn batch(spec: &format::Batch) -> Value {
    json!({
        "field": spec.field,
        "max": spec.max,
        "key": spec.key,
        "too_many_code": spec.too_many_code,
        "outcome": spec.outcome,
    })
}

fn paging(spec: &format::Paging) -> Value {
    let size = spec.page_size.as_ref();
    json!({
        "items": spec.items,
        "page_size": size.map(|size| json!({ "field": size.field, "max": size.max })),
        "total": spec.total,
        "advance": spec.advance,
        "end": spec.end,
        "modes": spec.modes.iter().map(mode).collect::<Value>(),
    })
}

fn mode(mode: &format::PagingMode) -> Value {
    json!({
        "name": mode.name,
        "when": mode.when,
        "items": mode.items,
        "advance": mode.advance,
        "end": mode.end,
    })
}
