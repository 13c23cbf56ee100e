//! Facts that OpenAPI cannot express, as extensions named after the keys of the spec.

use serde_json::{Map, Value, json};

use super::{index::Index, without_empty};
use crate::model::{Batch, Endpoint, Paging, PagingMode};

/// The extensions of an operation.
pub(super) fn of(endpoint: &Endpoint, index: &Index<'_>) -> Map<String, Value> {
    let facts = &endpoint.facts;
    let errors: Map<String, Value> =
        facts.errors.iter().map(|error| (error.code.to_string(), json!(error.meaning))).collect();
    let group_types = facts.group_types.as_ref().map(|names| group_types(names, index));
    let found = json!({
        "x-calls-per-second": facts.calls_per_second,
        "x-long-term-limits": facts.long_term_limits,
        "x-group-types": group_types,
        "x-requirement": facts.requirement,
        "x-batch": endpoint.batch.as_ref().map(batch),
        "x-paging": endpoint.paging.as_ref().map(paging),
        "x-repeat": facts.repeat,
        "x-errors": Some(errors).filter(|errors| !errors.is_empty()),
        "x-confidence": facts.confidence,
        "x-unverified": facts.unverified,
    });
    match without_empty(found) {
        Value::Object(members) => members,
        _ => Map::new(),
    }
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

fn batch(batch: &Batch) -> Value {
    json!({
        "field": batch.field,
        "max": batch.max,
        "key": batch.key,
        "too_many_code": batch.too_many_code,
        "outcome": batch.outcome,
    })
}

fn paging(paging: &Paging) -> Value {
    let size = paging.page_size.as_ref();
    let mut found = json!({
        "items": paging.items,
        "page_size": size.map(|(field, max)| json!({ "field": field, "max": max })),
        "total": paging.total,
    });
    let modes: Vec<Value> = paging.modes.iter().map(mode).collect();
    match modes.as_slice() {
        [Value::Object(only)] => {
            if let Value::Object(members) = &mut found {
                members.extend(only.clone());
            }
        }
        _ => found["modes"] = Value::Array(modes),
    }
    found
}

fn mode(mode: &PagingMode) -> Value {
    without_empty(json!({
        "name": mode.name,
        "when": mode.when,
        "items": mode.items,
        "advance": mode.advance,
        "end": mode.end,
    }))
}
