//! Makes examples as JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::types::Types;
use crate::model::{Bounds, Endpoint, Field, Struct, Type, TypePath, Values};

/// An example of a request, with its parameters of the URL.
pub(super) fn sent(types: Types<'_>, endpoint: &Endpoint) -> Map<String, Value> {
    let facts = &endpoint.facts;
    let groups: Vec<_> = facts.exactly_one_of.iter().chain(&facts.at_least_one_of).collect();
    let paging = endpoint.paging.as_ref();
    let choice = Choice::Sent {
        groups: &groups,
        page_size: paging.and_then(|paging| paging.page_size.as_ref()),
    };
    Maker { types, choice, used: BTreeMap::new() }.object(&endpoint.request, 0)
}

/// An example of what the service sends.
pub(super) fn received(types: Types<'_>, object: &Struct) -> Map<String, Value> {
    Maker { types, choice: Choice::Received, used: BTreeMap::new() }.object(object, 0)
}

/// Makes the JSON of one example, in which no id is used twice unless there are too few.
struct Maker<'a> {
    types: Types<'a>,
    choice: Choice<'a>,
    /// The number of used ids of each type.
    used: BTreeMap<&'a str, usize>,
}

/// Which fields an example shows.
#[derive(Clone, Copy)]
enum Choice<'a> {
    /// Required fields, one field of each of these groups, and fields with their own example.
    Sent { groups: &'a [&'a Vec<String>], page_size: Option<&'a (Field, u32)> },
    /// All fields, also of the objects in them; further down the required ones.
    Received,
}

impl<'a> Maker<'a> {
    fn object(&mut self, object: &'a Struct, depth: usize) -> Map<String, Value> {
        let mut made = Map::new();
        for field in &object.fields {
            if self.is_shown(object, field, depth)
                && let Some(value) = self.field(field, depth)
            {
                made.insert(field.wire.clone(), value);
            }
        }
        made
    }

    fn is_shown(&self, object: &Struct, field: &Field, depth: usize) -> bool {
        let is_needed = field.required || field.example.is_some();
        match self.choice {
            Choice::Received => is_needed || depth < 2,
            Choice::Sent { groups, .. } if depth == 0 => {
                match groups.iter().find(|group| group.contains(&field.wire)) {
                    None => is_needed,
                    Some(group) => chosen(object, group) == Some(&field.wire),
                }
            }
            Choice::Sent { .. } => is_needed,
        }
    }

    fn field(&mut self, field: &'a Field, depth: usize) -> Option<Value> {
        if field.preset {
            return Some(preset(field));
        }
        if let Some(example) = &field.example {
            return Some(example.value.clone());
        }
        match self.choice {
            Choice::Sent { page_size: Some((size, max)), .. }
                if depth == 0 && size.wire == field.wire =>
            {
                Some(json!(max))
            }
            _ => self.value(&field.ty, field, depth),
        }
    }

    /// `None` if the type does not determine a value.
    fn value(&mut self, ty: &'a Type, field: &'a Field, depth: usize) -> Option<Value> {
        let own_default =
            || field.default.as_deref().and_then(|text| serde_json::from_str(text).ok());
        Some(match ty {
            Type::String => first_text(&field.bounds).or_else(own_default)?,
            Type::StringEnum(path) => first_text(&field.bounds)
                .or_else(own_default)
                .or_else(|| self.types.first_listed(path))?,
            Type::TagValue | Type::Map(_) | Type::Json => return None,
            Type::Id(path) => self.id(path)?,
            Type::Array(item) => {
                let several = matches!(&**item, Type::Id(path) if self.types.ids(path).len() > 1);
                let count = if several && field.bounds.max_items.is_none_or(|max| max.least() > 1) {
                    2
                } else {
                    1
                };
                let items: Option<Vec<Value>> =
                    (0..count).map(|_| self.value(item, field, depth)).collect();
                Value::Array(items?)
            }
            Type::Boolean => json!(true),
            Type::Flag => json!(1),
            Type::Verdict(..) => json!(0),
            Type::F64 => json!(within(&field.bounds, 1) as f64),
            Type::Struct(path) => {
                let object = self.types.object(path)?;
                let made =
                    if depth < DEEPEST { self.object(object, depth + 1) } else { Map::new() };
                // An object whose fields are all too deep is omitted.
                (!made.is_empty() || field.required).then(|| made.into())?
            }
            Type::Union(path) => {
                let union = self.types.union(path)?;
                let variant = union.variants.first().filter(|_| depth < DEEPEST)?;
                let content = self.object(self.types.object(&variant.content)?, depth + 1);
                json!({ union.tag.as_str(): variant.value, union.content.as_str(): content })
            }
            number => match &field.bounds.values {
                Values::Numbers(numbers) => json!(numbers.first()?),
                Values::Listed(list) => json!(list.integers.first()?),
                _ => own_default().unwrap_or_else(|| json!(within(&field.bounds, usual(number)))),
            },
        })
    }

    fn id(&mut self, path: &'a TypePath) -> Option<Value> {
        let examples = self.types.ids(path);
        let used = self.used.entry(path.name.as_str()).or_default();
        let id = examples.get(*used % examples.len().max(1))?;
        *used += 1;
        Some(json!(id))
    }
}

/// The field to show of a group: the first with its own example, or the first.
fn chosen<'g>(object: &Struct, group: &'g [String]) -> Option<&'g String> {
    let has_example =
        |name: &&String| object.field(name).is_some_and(|field| field.example.is_some());
    group.iter().find(has_example).or_else(|| group.first())
}

/// The value that `new` gives to a field.
fn preset(field: &Field) -> Value {
    let default = field.default.as_deref().and_then(|text| serde_json::from_str(text).ok());
    default.unwrap_or_else(|| if field.ty == Type::String { json!("") } else { json!(0) })
}

fn first_text(bounds: &Bounds) -> Option<Value> {
    let texts = match &bounds.values {
        Values::Texts(texts) => texts,
        Values::Listed(list) => &list.strings,
        Values::Any | Values::Numbers(_) => return None,
    };
    texts.first().map(|text| json!(text))
}

pub(super) fn within(bounds: &Bounds, number: i64) -> i64 {
    let number = bounds.max.map_or(number, |max| number.min(max));
    bounds.min.map_or(number, |min| number.max(min))
}

fn usual(ty: &Type) -> i64 {
    match ty {
        Type::Seconds | Type::MuteTime => 3_600,
        Type::UnixSeconds => 1_700_000_000,
        Type::UnixMillis => 1_700_000_000_000,
        Type::ErrorCode => 0,
        _ => 1,
    }
}

/// Objects nested deeper are omitted, so that the example of a recursive type is finite.
const DEEPEST: usize = 6;
