//! Building blocks of the document.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::model::Variant;

/// Schemas by the name of their component.
pub(super) type Schemas = BTreeMap<String, Value>;

/// A schema that starts with its description.
pub(super) fn described(doc: &str, schema: Map<String, Value>) -> Map<String, Value> {
    let mut described = Map::new();
    described.insert("description".to_owned(), json!(doc));
    described.extend(schema);
    described
}

/// The values of an enumeration with their meanings, as a list in Markdown.
pub(super) fn value_list<T: serde::Serialize>(variants: &[Variant<T>]) -> String {
    let lines =
        variants.iter().map(|variant| format!("\n- `{}`: {}", json!(variant.value), variant.doc));
    lines.collect()
}

/// Removes null, `false` and empty arrays.
pub(super) fn without_empty(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, without_empty(value)))
            .filter(|(_, value)| !is_empty(value))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(without_empty).collect(),
        other => other,
    }
}

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(false)) || value.as_array().is_some_and(Vec::is_empty)
}
