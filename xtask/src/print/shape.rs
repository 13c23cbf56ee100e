//! JSON Schemas of values, fields and objects, for any kind of document.

use serde_json::{Map, Value, json};

use crate::model::{
    Bounds, CustomId, Endpoint, EndpointFacts, Field, ResponseType, ResponseVariant, Struct, Type,
    Values,
};

/// How a document writes its schemas.
pub(super) trait Style {
    /// Whether unlisted values are rejected: schemas of what is sent are strict, those of what is
    /// received accept new values.
    fn is_strict(&self) -> bool;

    /// The reference to the schema of a type; `None` if it is written in place.
    fn reference(&self, ty: &Type, bounds: &Bounds) -> Option<String>;

    /// The `format` of a number.
    fn format(&self, _ty: &Type) -> Option<&'static str> {
        None
    }

    /// Whether alternatives for a number are expressed by `oneOf` or `anyOf`.
    fn splits_numbers(&self) -> bool;

    /// Whether the document has the older names of fields.
    fn has_older_names(&self) -> bool {
        false
    }

    /// Adds what the document says about a field besides its shape.
    fn annotate(&self, _field: &Field, _schema: &mut Map<String, Value>) {}

    /// The key of listed values.
    fn listed(&self) -> &'static str {
        if self.is_strict() { "enum" } else { "x-listed-values" }
    }
}

/// The fields of a body.
pub(super) fn object(object: &Struct, style: &impl Style) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut names = Vec::new();
    for each in in_body(object) {
        let schema = field(each, style);
        if each.aliases.is_empty() || !style.has_older_names() {
            required.extend(each.required.then_some(each.wire.as_str()));
        } else {
            for alias in &each.aliases {
                let mut schema = schema.clone();
                schema.insert("x-alias-of".to_owned(), json!(each.wire));
                properties.insert(alias.clone(), Value::Object(schema));
            }
            let any = std::iter::once(&each.wire).chain(&each.aliases);
            let any: Vec<Value> = any.map(|name| json!({ "required": [name] })).collect();
            names.extend(each.required.then(|| json!({ "anyOf": any })));
        }
        properties.insert(each.wire.clone(), Value::Object(schema));
    }
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    if !names.is_empty() {
        schema.insert("allOf".to_owned(), Value::Array(names));
    }
    schema
}

/// The fields that are not parameters of the URL.
pub(super) fn in_body(object: &Struct) -> impl Iterator<Item = &Field> {
    object.fields.iter().filter(|field| !field.in_query)
}

/// One field with its description.
pub(super) fn field(field: &Field, style: &impl Style) -> Map<String, Value> {
    let mut schema = value(&field.ty, &field.bounds, style);
    if style.has_older_names() {
        add_older_values(field, &mut schema);
    }
    describe(field, &mut schema);
    style.annotate(field, &mut schema);
    schema
}

/// Adds the older values of a field, or of its items, to the listed ones.
fn add_older_values(field: &Field, schema: &mut Map<String, Value>) {
    let older = field.older_values.iter().map(|(older, _)| json!(older));
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.extend(older);
    } else if let Some(Value::Array(values)) =
        schema.get_mut("items").and_then(|items| items.get_mut("enum"))
    {
        values.extend(older);
    }
}

/// Adds what a field means.
pub(super) fn describe(field: &Field, schema: &mut Map<String, Value>) {
    schema.insert("description".to_owned(), json!(field.doc));
    if let Some(default) = &field.default {
        let default = serde_json::from_str(default).unwrap_or(Value::Null);
        schema.insert("default".to_owned(), default);
    }
    if field.unverified {
        schema.insert("x-unverified".to_owned(), json!(true));
    }
}

/// A value of a type within its bounds.
pub(super) fn value(ty: &Type, bounds: &Bounds, style: &impl Style) -> Map<String, Value> {
    let mut schema = Map::new();
    let mut put = |key: &str, value: Value| schema.insert(key.to_owned(), value);
    if let Some(index) = style.reference(ty, bounds) {
        put("$ref", json!(index));
        return schema;
    }
    match ty {
        Type::Array(item) => {
            put("type", json!("array"));
            put("items", Value::Object(value(item, bounds, style)));
            if let Some(max) = bounds.max_items {
                put("maxItems", json!(max.most()));
            }
            return schema;
        }
        Type::Map(item) => {
            put("type", json!("object"));
            put("additionalProperties", Value::Object(value(item, bounds, style)));
            return schema;
        }
        Type::TagValue => {
            put("type", json!(["string", "integer", "array"]));
            put("items", json!({ "type": "string" }));
            return schema;
        }
        Type::Verdict(min, max) if style.splits_numbers() => {
            put("type", json!("integer"));
            put("anyOf", json!([{ "const": 0 }, { "minimum": min, "maximum": max }]));
            return schema;
        }
        Type::Json => return schema,
        Type::String | Type::Id(_) | Type::StringEnum(_) => put("type", json!("string")),
        Type::Boolean => put("type", json!("boolean")),
        Type::F64 => put("type", json!("number")),
        Type::Struct(_) | Type::Union(_) => put("type", json!("object")),
        _ => put("type", json!("integer")),
    };
    if let Some(format) = style.format(ty) {
        put("format", json!(format));
    }
    schema.extend(bounded(ty, bounds, style));
    schema
}

/// The example of a whole response: what all responses share, and what this one holds.
pub(super) fn example_response(endpoint: &Endpoint) -> Value {
    let mut example = json!({ "ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "" });
    if let (Value::Object(whole), Value::Object(own)) = (&mut example, &endpoint.examples.response)
    {
        whole.extend(own.clone());
    }
    example
}

/// The bounds of a string or a number.
fn bounded(ty: &Type, bounds: &Bounds, style: &impl Style) -> Map<String, Value> {
    let mut schema = Map::new();
    let mut put = |key: &str, value: Value| schema.insert(key.to_owned(), value);
    if let Some(min) = bounds.min {
        put("minimum", json!(min));
    }
    if let Some(max) = bounds.max {
        put("maximum", json!(max));
    }
    if let Some(bytes) = bounds.max_bytes {
        // JSON Schema counts characters, of which a string has at most as many as bytes.
        put("maxLength", json!(bytes));
        put("x-max-bytes", json!(bytes));
    }
    if let Some(id) = &bounds.custom_id {
        put("pattern", json!(pattern(id)));
    }
    match &bounds.values {
        Values::Any => None,
        Values::Listed(list) if list.strings.is_empty() => {
            put(style.listed(), json!(list.integers))
        }
        Values::Listed(list) => put(style.listed(), json!(list.strings)),
        Values::Texts(texts) => put(style.listed(), json!(texts)),
        // A flag has no third value.
        Values::Numbers(numbers) if *ty == Type::Flag => put("enum", json!(numbers)),
        Values::Numbers(numbers) => put(style.listed(), json!(numbers)),
    };
    schema
}

/// The regular expression of IDs that a caller chooses.
fn pattern(id: &CustomId) -> String {
    let CustomId { marker, is_prefix, assigned_marker, printable_ascii } = id;
    let before = if *is_prefix { "" } else { ".*" };
    let not_assigned =
        assigned_marker.as_ref().map_or_else(String::new, |marker| format!("(?!{before}{marker})"));
    let rest = if *printable_ascii { "[ -~]*$" } else { "" };
    let before = if *printable_ascii && !is_prefix { "[ -~]*" } else { before };
    format!("^{not_assigned}{before}{marker}{rest}")
}

/// The groups of request fields of which exactly one, or at least one, is sent.
pub(super) fn groups(facts: &EndpointFacts) -> Vec<Value> {
    let each = |fields: &Vec<String>| -> Vec<Value> {
        fields.iter().map(|field| json!({ "required": [field] })).collect()
    };
    let exactly = facts.exactly_one_of.iter().map(|fields| json!({ "oneOf": each(fields) }));
    let at_least = facts.at_least_one_of.iter().map(|fields| json!({ "anyOf": each(fields) }));
    exactly.chain(at_least).collect()
}

/// The response to a webhook, with the fields that all of them have.
pub(super) fn webhook_response(
    response: Option<&ResponseType>,
    style: &impl Style,
) -> Map<String, Value> {
    let nothing = Struct::default();
    let content = response.and_then(|response| response.content.as_ref()).unwrap_or(&nothing);
    let mut schema = object(content, style);
    let mut properties = Map::new();
    let status = json!({ "type": "string", "const": "OK", "description": "Always OK." });
    properties.insert("ActionStatus".to_owned(), status);
    properties.insert("ErrorCode".to_owned(), webhook_codes(response, style));
    let info = json!({ "type": "string", "description": "Text for the client, with a refusal." });
    properties.insert("ErrorInfo".to_owned(), info);
    if let Some(Value::Object(own)) = schema.remove("properties") {
        properties.extend(own);
    }
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("required".to_owned(), json!(["ActionStatus", "ErrorCode", "ErrorInfo"]));
    schema
}

/// The codes that a response may have, with the effect of each.
fn webhook_codes(response: Option<&ResponseType>, style: &impl Style) -> Value {
    let variants = response.map_or(&[][..], |response| response.variants.as_slice());
    if !style.splits_numbers() {
        return codes_in_words(variants);
    }
    let mut branches: Vec<Value> = variants
        .iter()
        .map(|variant| {
            let mut branch = if variant.is_range() {
                json!({ "minimum": variant.first, "maximum": variant.last })
            } else {
                json!({ "const": variant.first })
            };
            branch["title"] = json!(variant.name);
            branch["description"] = json!(variant.doc);
            branch
        })
        .collect();
    if let [only] = branches.as_mut_slice() {
        only["type"] = json!("integer");
        return only.take();
    }
    json!({ "type": "integer", "oneOf": branches })
}

fn codes_in_words(variants: &[ResponseVariant]) -> Value {
    let mut description = "Effect of each code:\n".to_owned();
    for variant in variants {
        let codes = if variant.is_range() {
            format!("{} to {}", variant.first, variant.last)
        } else {
            variant.first.to_string()
        };
        description += &format!("\n- {codes}: {}", variant.doc);
    }
    json!({ "type": "integer", "format": "int32", "description": description })
}

/// A document as text.
pub(super) fn text(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
