//! Examples of requests and answers, made from their types.

use serde_json::{Map, Value, json};

use super::index::Index;
use crate::{
    model::{Bounds, Endpoint, Field, Struct, Type, TypePath, Values},
    print::shape,
};

/// Makes examples of the types that it knows.
pub(super) struct Examples<'a> {
    pub(super) index: &'a Index<'a>,
}

impl Examples<'_> {
    /// What must be sent, with the first of the fields of which exactly one is.
    pub(super) fn request(&self, endpoint: &Endpoint) -> Value {
        let chosen: Vec<&String> =
            endpoint.facts.exactly_one_of.iter().filter_map(|group| group.first()).collect();
        self.object(&endpoint.request, 0, |field| field.required || chosen.contains(&&field.wire))
    }

    /// All that can be in an answer to a call that was carried out.
    pub(super) fn response(&self, endpoint: &Endpoint) -> Value {
        let mut answer = json!({ "ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0 });
        if let (Value::Object(answer), Value::Object(fields)) =
            (&mut answer, self.whole(&endpoint.response))
        {
            answer.extend(fields);
        }
        answer
    }

    /// All that can be in an object.
    pub(super) fn whole(&self, object: &Struct) -> Value {
        self.object(object, 0, |_| true)
    }

    fn object(&self, object: &Struct, depth: u8, wanted: impl Fn(&Field) -> bool) -> Value {
        let fields: Map<String, Value> = shape::in_body(object)
            .filter(|field| wanted(field))
            .map(|field| (field.wire.clone(), self.field(field, depth)))
            .collect();
        Value::Object(fields)
    }

    fn field(&self, field: &Field, depth: u8) -> Value {
        let default = field.default.as_ref().and_then(|text| serde_json::from_str(text).ok());
        default.unwrap_or_else(|| self.value(&field.ty, &field.bounds, depth))
    }

    fn value(&self, ty: &Type, bounds: &Bounds, depth: u8) -> Value {
        match ty {
            Type::Array(item) => json!([self.value(item, bounds, depth)]),
            Type::Map(item) => json!({ "key": self.value(item, bounds, depth) }),
            Type::Struct(path) => self.nested(path, depth),
            Type::Union(path) => self.index.unions.get(path).map_or(Value::Null, |union| {
                union.variants.first().map_or(Value::Null, |variant| {
                    let content = self.nested(&variant.content, depth);
                    json!({ union.tag.as_str(): variant.value, union.content.as_str(): content })
                })
            }),
            Type::Json => json!({}),
            Type::Boolean => json!(true),
            Type::F64 => json!(0.5),
            Type::Verdict(..) => json!(0),
            Type::UnixSeconds => json!(1_700_000_000),
            Type::UnixMillis => json!(1_700_000_000_000_u64),
            _ => listed(&bounds.values).unwrap_or_else(|| match ty {
                Type::String | Type::Id(_) | Type::TextEnum(_) | Type::TagValue => json!("text"),
                _ => json!(bounds.min.unwrap_or(1).max(1).min(bounds.max.unwrap_or(i64::MAX))),
            }),
        }
    }

    /// Deeper down only what must be there, so that objects that hold their own kind come to an end.
    fn nested(&self, path: &TypePath, depth: u8) -> Value {
        let Some(object) = self.index.structs.get(path) else { return json!({}) };
        self.object(object, depth + 1, |field| field.required || depth == 0)
    }
}

fn listed(values: &Values) -> Option<Value> {
    match values {
        Values::Any => None,
        Values::Listed(list) => list
            .texts
            .first()
            .map(|text| json!(text))
            .or_else(|| list.numbers.first().map(|number| json!(number))),
        Values::Texts(texts) => texts.first().map(|text| json!(text)),
        Values::Numbers(numbers) => numbers.first().map(|number| json!(number)),
    }
}
