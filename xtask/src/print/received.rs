//! Schemas of what the service sends. They accept exactly what the generated readers accept: the forms
//! that the service documents, and the others that occur.

use serde_json::{Map, Value, json};

use super::{digits, shape};
use crate::{
    model::{Bounds, Direction, Field, Integers, Struct, Type, Union, Values},
    spec::format::Quirk,
};

/// How a document writes schemas of what is received.
pub(super) trait Style {
    /// The reference to the definition with this name, one of [`definitions`].
    fn definition(&self, name: &str) -> String;

    /// The reference to the schema of a named type; `None` if it is written in place.
    fn reference(&self, ty: &Type, bounds: &Bounds) -> Option<String>;

    /// Whether the document has what no class of a generated client needs: the bounds of 64 bits, and
    /// the other names of fields.
    fn is_complete(&self) -> bool;

    /// The `format` of a number.
    fn format(&self, _ty: &Type) -> Option<&'static str> {
        None
    }

    /// Adds what the document says about a field besides its shape.
    fn annotate(&self, _field: &Field, _schema: &mut Map<String, Value>) {}
}

/// The fields of a body.
pub(super) fn object(object: &Struct, style: &impl Style) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut names = Vec::new();
    for each in shape::in_body(object) {
        let schema = field(each, object.direction, style);
        let is_required = !each.may_be_absent(object.direction);
        if each.aliases.is_empty() {
            required.extend(is_required.then_some(each.wire.as_str()));
        } else if style.is_complete() {
            names.extend(of_any_name(each, &schema, is_required));
            for alias in &each.aliases {
                let other = json!({ "x-alias-of": each.wire, "description": each.doc });
                properties.insert(alias.clone(), other);
            }
        }
        properties.insert(each.wire.clone(), Value::Object(schema));
    }
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    if !names.is_empty() {
        schema.insert("allOf".to_owned(), Value::Array(names));
    }
    schema
}

/// The fields that all responses share. `ErrorCode` alone is in every response.
pub(super) fn envelope(style: &impl Style) -> Map<String, Value> {
    let mut code = any_integer(style);
    code["description"] = json!("0 on success, another number on failure.");
    let string = |doc: &str| json!({ "type": ["string", "null"], "description": doc });
    let fields = [
        ("ActionStatus", string("OK or FAIL.")),
        ("ErrorCode", code),
        ("ErrorInfo", string("Reason for a failure.")),
        ("ErrorDisplay", string("Additional text from some services.")),
    ];
    fields.into_iter().map(|(name, field)| (name.to_owned(), field)).collect()
}

/// An object with a tag and a content, which is kept as received if it does not have the form that
/// belongs to the tag. `content` is the reference to such a form.
pub(super) fn union(union: &Union, content: impl Fn(&Type) -> Option<String>) -> Value {
    let listed = union.variants.iter().map(|variant| {
        let form = content(&Type::Struct(variant.content.clone()));
        json!({
            "title": variant.name,
            "properties": {
                union.tag.as_str(): { "const": variant.value },
                union.content.as_str(): { "$ref": form },
            },
        })
    });
    let other = json!({ "title": "Other", "description": OTHER });
    let tags: Vec<&str> = union.variants.iter().map(|variant| variant.value.as_str()).collect();
    json!({
        "description": union.doc,
        "type": "object",
        "properties": {
            union.tag.as_str(): { "type": "string", "x-listed-values": tags },
            union.content.as_str(): {},
        },
        "required": [union.tag],
        "anyOf": listed.chain([other]).collect::<Value>(),
    })
}

/// The definitions that the schemas refer to, by name. One that refers to another comes first.
pub(super) fn definitions(style: &impl Style) -> [(&'static str, Value); 7] {
    let flag = json!({
        "description": "0 or 1, or another form of no and yes: a boolean, a string of digits; any \
                        other integer means yes.",
        "anyOf": [{ "type": "boolean" }, any_integer(style)],
    });
    let integer = |integers: Integers| {
        let mut plain = plain_integer(integers, style);
        plain.extend(style.format(&Type::I64).map(|format| ("format".to_owned(), json!(format))));
        let schema = json!({
            "description": "An integer, or a string of its decimal digits.",
            "anyOf": [
                plain,
                {
                    "type": "string",
                    "pattern": digits::pattern(integers.min().unsigned_abs(), integers.max()),
                },
            ],
        });
        (definition_name(integers), schema)
    };
    let boolean = json!({
        "description": "A boolean, or the string `true` or `false`.",
        "anyOf": [{ "type": "boolean" }, { "type": "string", "enum": ["true", "false"] }],
    });
    let mut number = json!({ "type": "integer" });
    if style.is_complete() {
        number["minimum"] = json!(i64::MIN);
        number["maximum"] = json!(u64::MAX);
    }
    let string = json!({
        "description": "A string, or an integer in its place.",
        "anyOf": [{ "type": "string" }, number],
    });
    let mut other = json!({
        "description": "An entry that does not have the documented form, or another value in the \
                        place of the array. It is kept as received.",
    });
    if !style.is_complete() {
        other = json!({
            "description": "An entry that does not have the documented form.",
            "type": "object",
        });
    }
    [
        (OTHER_ENTRY, other),
        (ANY_FLAG, flag),
        (ANY_BOOLEAN, boolean),
        (ANY_STRING, string),
        integer(Integers::Signed64),
        integer(Integers::Unsigned64),
        integer(Integers::Unsigned32),
    ]
}

/// The schema of an integer in any of its forms.
pub(super) fn any_integer(style: &impl Style) -> Value {
    json!({ "$ref": style.definition(definition_name(Integers::Signed64)) })
}

/// The value under an older name is only read if none of the better names is there.
fn of_any_name(field: &Field, schema: &Map<String, Value>, is_required: bool) -> Vec<Value> {
    let mut better = vec![json!({ "required": [field.wire] })];
    let mut rules = Vec::new();
    for alias in &field.aliases {
        rules.push(json!({
            "if": { "anyOf": better },
            "else": { "properties": { alias.as_str(): schema } },
        }));
        better.push(json!({ "required": [alias] }));
    }
    if is_required {
        rules.push(json!({ "anyOf": better }));
    }
    rules
}

fn field(field: &Field, direction: Direction, style: &impl Style) -> Map<String, Value> {
    let definition = match field.quirk {
        Some(Quirk::BooleanAsString) => Some(ANY_BOOLEAN),
        Some(Quirk::StringAsNumber) => Some(ANY_STRING),
        Some(Quirk::PaddedString) | None if field.ty == Type::Flag => None,
        Some(Quirk::PaddedString) | None => field.ty.integers().map(definition_name),
    };
    let mut schema = match (definition, &field.ty) {
        (Some(name), _) => reference(style.definition(name)),
        (_, Type::Array(item)) if direction == Direction::Received => {
            entries(&value(item, &field.bounds, style), item, style)
        }
        _ => value(&field.ty, &field.bounds, style),
    };
    if field.may_be_null(direction) {
        schema = or_null(schema);
    }
    schema.extend(listed(&field.ty, &field.bounds));
    shape::describe(field, &mut schema);
    style.annotate(field, &mut schema);
    schema
}

/// An array whose entries are kept as received if they do not have the documented form.
fn entries(item: &Map<String, Value>, ty: &Type, style: &impl Style) -> Map<String, Value> {
    let other = reference(style.definition(OTHER_ENTRY));
    let mut schema = Map::new();
    if style.is_complete() {
        let array = json!({ "type": "array", "items": item });
        schema.insert("anyOf".to_owned(), json!([array, other]));
    } else {
        let item = match ty {
            Type::Struct(_) | Type::Union(_) => json!({ "anyOf": [item, other] }),
            _ => json!(item),
        };
        schema.insert("type".to_owned(), json!(["array", "null"]));
        schema.insert("items".to_owned(), item);
    }
    schema
}

fn value(ty: &Type, bounds: &Bounds, style: &impl Style) -> Map<String, Value> {
    if let Some(found) = style.reference(ty, bounds) {
        return reference(found);
    }
    if *ty == Type::Flag {
        return reference(style.definition(ANY_FLAG));
    }
    if let Some(integers) = ty.integers_or_digits() {
        return reference(style.definition(definition_name(integers)));
    }
    let mut schema = Map::new();
    let mut put = |key: &str, value: Value| schema.insert(key.to_owned(), value);
    match ty {
        Type::Array(item) => {
            put("type", json!("array"));
            put("items", Value::Object(value(item, bounds, style)));
        }
        Type::Map(item) => {
            put("type", json!("object"));
            put("additionalProperties", Value::Object(value(item, bounds, style)));
        }
        // The types of both hold any JSON.
        Type::Json | Type::TagValue => {}
        Type::String | Type::Id(_) | Type::StringEnum(_) => {
            put("type", json!("string"));
        }
        Type::Boolean => {
            put("type", json!("boolean"));
        }
        Type::F64 => {
            put("type", json!("number"));
        }
        _ => {
            if let Some(integers) = ty.integers() {
                schema.extend(plain_integer(integers, style));
            }
        }
    }
    schema.extend(style.format(ty).map(|format| ("format".to_owned(), json!(format))));
    schema
}

fn plain_integer(integers: Integers, style: &impl Style) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("integer"));
    let is_complete = style.is_complete();
    if is_complete || integers != Integers::Signed64 {
        schema.insert("minimum".to_owned(), json!(integers.min()));
    }
    if is_complete || integers == Integers::Unsigned32 {
        schema.insert("maximum".to_owned(), json!(integers.max()));
    }
    schema
}

/// The documented values and bounds, which a reader does not enforce.
fn listed(ty: &Type, bounds: &Bounds) -> Map<String, Value> {
    let values = match &bounds.values {
        Values::Any => None,
        Values::Listed(list) if list.strings.is_empty() => Some(json!(list.integers)),
        Values::Listed(list) => Some(json!(list.strings)),
        Values::Texts(texts) => Some(json!(texts)),
        Values::Numbers(numbers) => Some(json!(numbers)),
    };
    // The reader enforces the bounds of the type in Rust.
    let integers = ty.item().integers();
    let min = bounds.min.filter(|min| integers.is_none_or(|integers| *min > integers.min()));
    let max = bounds.max.filter(|max| {
        integers.is_none_or(|integers| u64::try_from(*max).is_ok_and(|max| max < integers.max()))
    });
    let found = [
        ("x-listed-values", values.filter(|_| *ty != Type::Flag)),
        ("x-minimum", min.map(|min| json!(min))),
        ("x-maximum", max.map(|max| json!(max))),
        ("x-max-bytes", bounds.max_bytes.map(|max| json!(max))),
        ("x-max-items", bounds.max_items.map(|max| json!(max))),
    ];
    let found = found.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    found.collect()
}

fn or_null(mut schema: Map<String, Value>) -> Map<String, Value> {
    if schema.contains_key("$ref") {
        let either = json!({ "anyOf": [schema, { "type": "null" }] });
        return either.as_object().cloned().unwrap_or_default();
    }
    // Without a type, it accepts null already.
    if let Some(json_type) = schema.get_mut("type") {
        *json_type = json!([json_type.take(), "null"]);
    }
    schema
}

fn reference(to: String) -> Map<String, Value> {
    Map::from_iter([("$ref".to_owned(), Value::String(to))])
}

const fn definition_name(integers: Integers) -> &'static str {
    match integers {
        Integers::Unsigned32 => "AnyUint32",
        Integers::Unsigned64 => "AnyUint64",
        Integers::Signed64 => "AnyInt64",
    }
}

/// The definition of a value that means no or yes.
const ANY_FLAG: &str = "AnyFlag";
/// The definition of a boolean that is sometimes a string.
const ANY_BOOLEAN: &str = "AnyBoolean";
/// The definition of a string that is sometimes an integer.
const ANY_STRING: &str = "AnyString";

/// The definition of what stands in an array without being an entry of its type.
const OTHER_ENTRY: &str = "OtherEntry";

const OTHER: &str = "An unlisted tag, or content of another form, which is kept as received.";
