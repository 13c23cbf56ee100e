//! Fields of a payload that are not in the specification.

use chat_types::spec::{FieldKind, FieldSpec, TaggedSpec};
use serde_json::{Map, Value};

/// Returns the path of the first member that is not a field of the specification.
pub(super) fn unknown_field(
    document: &Value,
    fields: &'static [FieldSpec],
    shared: &[&str],
) -> Option<String> {
    let members = document.as_object()?;
    members
        .iter()
        .filter(|(name, _)| !shared.contains(&name.as_str()))
        .find_map(|(name, value)| in_member(name, value, fields))
}

fn in_members(members: &Map<String, Value>, fields: &'static [FieldSpec]) -> Option<String> {
    members.iter().find_map(|(name, value)| in_member(name, value, fields))
}

fn in_member(name: &str, value: &Value, fields: &'static [FieldSpec]) -> Option<String> {
    let Some(field) = fields.iter().find(|field| field.is_named(name)) else {
        return Some(name.to_owned());
    };
    in_value(value, &field.kind).map(|rest| join(name, &rest))
}

fn in_value(value: &Value, kind: &'static FieldKind) -> Option<String> {
    match (value, kind) {
        (Value::Object(members), FieldKind::Object(fields)) => in_members(members, fields),
        (Value::Object(members), FieldKind::Tagged(spec)) => in_content(members, spec),
        (Value::Array(items), FieldKind::Array(kind)) => {
            items.iter().enumerate().find_map(|(index, item)| {
                in_value(item, kind).map(|rest| join(&format!("[{index}]"), &rest))
            })
        }
        _ => None,
    }
}

/// Finds an unknown field in the content of a documented tag. Other contents may have any fields.
fn in_content(members: &Map<String, Value>, spec: &'static TaggedSpec) -> Option<String> {
    let tag = members.get(spec.tag)?.as_str()?;
    let variant = (spec.variants)().iter().find(|variant| variant.value == tag)?;
    let content = members.get(spec.content)?.as_object()?;
    in_members(content, variant.fields).map(|rest| join(spec.content, &rest))
}

fn join(start: &str, rest: &str) -> String {
    if rest.starts_with('[') { format!("{start}{rest}") } else { format!("{start}.{rest}") }
}
