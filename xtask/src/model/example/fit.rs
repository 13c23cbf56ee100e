//! Checks examples against the rules of their fields.

use serde_json::{Map, Value};

use super::types::Types;
use crate::model::{Bounds, Struct, Type, Values};

/// Checks that a value is valid for a field.
pub(in crate::model) fn check_value(
    types: Types<'_>,
    ty: &Type,
    bounds: &Bounds,
    value: &Value,
) -> Result<(), String> {
    match (ty, value) {
        (Type::Array(item), Value::Array(items)) => {
            if bounds.max_items.is_some_and(|max| items.len() as u64 > u64::from(max.least())) {
                return Err(format!("too many items: {}", items.len()));
            }
            items.iter().try_for_each(|value| check_value(types, item, bounds, value))
        }
        (Type::Map(item), Value::Object(items)) => {
            items.values().try_for_each(|value| check_value(types, item, bounds, value))
        }
        (Type::Struct(path), Value::Object(made)) => {
            types.object(path).map_or(Ok(()), |object| check_object(types, object, made))
        }
        (Type::Union(path), Value::Object(made)) => {
            let Some(union) = types.union(path) else { return Ok(()) };
            let tag = made.get(&union.tag).and_then(Value::as_str).unwrap_or_default();
            let Some(variant) = union.variants.iter().find(|variant| variant.value == tag) else {
                return Err(format!("unknown {} {tag:?}", union.tag));
            };
            match (types.object(&variant.content), made.get(&union.content)) {
                (Some(object), Some(Value::Object(content))) => {
                    check_object(types, object, content)
                }
                _ => Err(format!("missing field {}", union.content)),
            }
        }
        (Type::String | Type::Id(_) | Type::StringEnum(_), Value::String(text)) => {
            check_string(bounds, text)
        }
        (Type::TagValue, Value::Array(items)) if items.iter().all(Value::is_string) => Ok(()),
        (Type::TagValue, Value::String(_))
        | (Type::Boolean, Value::Bool(_))
        | (Type::F64, Value::Number(_))
        | (Type::Json, _) => Ok(()),
        (Type::TagValue, _) if value.is_i64() => Ok(()),
        (ty, _) if ty.is_integer() => check_integer(ty, bounds, value),
        _ => Err(format!("{value} has the wrong type")),
    }
}

/// Checks that an object has the required fields, no unknown ones, and valid values.
pub(in crate::model) fn check_object(
    types: Types<'_>,
    object: &Struct,
    made: &Map<String, Value>,
) -> Result<(), String> {
    if let Some(unknown) = made.keys().find(|name| object.field(name).is_none()) {
        return Err(format!("unknown field {unknown} in {}", object.name));
    }
    for field in &object.fields {
        match made.get(&field.wire) {
            None if field.required => return Err(format!("missing field {}", field.wire)),
            None => {}
            Some(value) => check_value(types, &field.ty, &field.bounds, value)
                .map_err(|reason| format!("{}: {reason}", field.wire))?,
        }
    }
    Ok(())
}

fn check_string(bounds: &Bounds, text: &str) -> Result<(), String> {
    if bounds.max_bytes.is_some_and(|max| text.len() as u64 > u64::from(max)) {
        return Err(format!("too long: {} bytes", text.len()));
    }
    let listed = match &bounds.values {
        Values::Texts(texts) => texts,
        Values::Listed(list) => &list.strings,
        Values::Any | Values::Numbers(_) => return Ok(()),
    };
    if listed.iter().any(|each| each == text) {
        Ok(())
    } else {
        Err(format!("{text:?} is not one of {}", listed.join(", ")))
    }
}

fn check_integer(ty: &Type, bounds: &Bounds, value: &Value) -> Result<(), String> {
    let Some(number) = value.as_i64() else { return Err(format!("{value} is not an integer")) };
    let largest = if *ty == Type::U32 { i64::from(u32::MAX) } else { i64::MAX };
    if number < bounds.min.unwrap_or(i64::MIN)
        || number > bounds.max.unwrap_or(largest).min(largest)
    {
        return Err(format!("{number} is out of range"));
    }
    let listed = match &bounds.values {
        Values::Numbers(numbers) => numbers,
        Values::Listed(list) => &list.integers,
        Values::Any | Values::Texts(_) => return Ok(()),
    };
    if listed.contains(&number) {
        Ok(())
    } else {
        Err(format!("{number} is not one of the listed values"))
    }
}
