//! Whether an example keeps to what the spec says of its field.

use serde_json::{Map, Value};

use super::{Bounds, Struct, Type, Values, example::Types};

/// Says why a value does not fit its field.
pub(super) fn fit(
    types: Types<'_>,
    ty: &Type,
    bounds: &Bounds,
    value: &Value,
) -> Result<(), String> {
    match (ty, value) {
        (Type::Array(item), Value::Array(items)) => {
            if bounds.max_items.is_some_and(|max| items.len() as u64 > u64::from(max)) {
                return Err(format!("it has {} items", items.len()));
            }
            items.iter().try_for_each(|value| fit(types, item, bounds, value))
        }
        (Type::Map(item), Value::Object(items)) => {
            items.values().try_for_each(|value| fit(types, item, bounds, value))
        }
        (Type::Struct(path), Value::Object(made)) => {
            types.object(path).map_or(Ok(()), |object| fit_object(types, object, made))
        }
        (Type::Union(path), Value::Object(made)) => {
            let Some(union) = types.union(path) else { return Ok(()) };
            let tag = made.get(&union.tag).and_then(Value::as_str).unwrap_or_default();
            let Some(variant) = union.variants.iter().find(|variant| variant.value == tag) else {
                return Err(format!("{:?} is no listed {}", tag, union.tag));
            };
            match (types.object(&variant.content), made.get(&union.content)) {
                (Some(object), Some(Value::Object(content))) => fit_object(types, object, content),
                _ => Err(format!("{} is missing", union.content)),
            }
        }
        (Type::String | Type::Id(_) | Type::StringEnum(_), Value::String(text)) => {
            fit_text(bounds, text)
        }
        (Type::TagValue, Value::Array(items)) if items.iter().all(Value::is_string) => Ok(()),
        (Type::TagValue, Value::String(_))
        | (Type::Boolean, Value::Bool(_))
        | (Type::F64, Value::Number(_))
        | (Type::Json, _) => Ok(()),
        (Type::TagValue, _) if value.is_i64() => Ok(()),
        (ty, _) if ty.is_integer() => fit_number(ty, bounds, value),
        _ => Err(format!("{value} is of another type")),
    }
}

/// Says why an object lacks a field, has an unknown one, or has one that does not fit.
pub(super) fn fit_object(
    types: Types<'_>,
    object: &Struct,
    made: &Map<String, Value>,
) -> Result<(), String> {
    if let Some(unknown) = made.keys().find(|name| object.field(name).is_none()) {
        return Err(format!("{} has no field {unknown}", object.name));
    }
    for field in &object.fields {
        match made.get(&field.wire) {
            None if field.required => return Err(format!("{} is missing", field.wire)),
            None => {}
            Some(value) => fit(types, &field.ty, &field.bounds, value)
                .map_err(|reason| format!("{}: {reason}", field.wire))?,
        }
    }
    Ok(())
}

fn fit_text(bounds: &Bounds, text: &str) -> Result<(), String> {
    if bounds.max_bytes.is_some_and(|max| text.len() as u64 > u64::from(max)) {
        return Err(format!("it has {} bytes", text.len()));
    }
    let listed = match &bounds.values {
        Values::Texts(texts) => texts,
        Values::Listed(list) => &list.strings,
        Values::Any | Values::Numbers(_) => return Ok(()),
    };
    if listed.iter().any(|each| each == text) {
        Ok(())
    } else {
        Err(format!("the listed values are {}", listed.join(", ")))
    }
}

fn fit_number(ty: &Type, bounds: &Bounds, value: &Value) -> Result<(), String> {
    let Some(number) = value.as_i64() else { return Err(format!("{value} is no whole number")) };
    let largest = if *ty == Type::U32 { i64::from(u32::MAX) } else { i64::MAX };
    if number < bounds.min.unwrap_or(i64::MIN)
        || number > bounds.max.unwrap_or(largest).min(largest)
    {
        return Err(format!("{number} is out of bounds"));
    }
    let listed = match &bounds.values {
        Values::Numbers(numbers) => numbers,
        Values::Listed(list) => &list.integers,
        Values::Any | Values::Texts(_) => return Ok(()),
    };
    if listed.contains(&number) {
        Ok(())
    } else {
        Err(format!("{number} is none of the listed values"))
    }
}
