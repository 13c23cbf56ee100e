//! Structs: requests, answers and what they hold.

use super::{imports::Imports, rust::Code};
use crate::{
    model::{Direction, DocBlock, Field, Struct, Type, names},
    spec::format::Quirk,
};

/// A struct with its documentation, and its constructor and setters where it is sent.
pub(super) fn object(
    code: &mut Code,
    imports: &mut Imports,
    object: &Struct,
    docs: &[DocBlock],
    alias: Option<&str>,
) {
    code.docs(0, docs);
    code.line(derives(imports, object));
    if object.fields.iter().any(|field| !is_renamed(field)) {
        code.line("#[serde(rename_all = \"PascalCase\")]");
    }
    if let Some(alias) = alias {
        code.line(format!("#[doc(alias = {alias:?})]"));
    }
    code.line("#[non_exhaustive]");
    code.line(format!("pub struct {} {{", object.name));
    for (place, field) in object.fields.iter().enumerate() {
        if place > 0 {
            code.gap();
        }
        code.doc(4, &field.long_doc);
        if let Some(attribute) = serde_attribute(imports, object.direction, field) {
            code.line(attribute);
        }
        code.line(format!("pub {}: {},", field.rust, field_type(imports, field)));
    }
    code.line("}");
    if object.direction.is_sent() || !is_default(object) {
        code.gap();
        builder(code, imports, object);
    }
}

/// The type of a field as it stands in the struct.
pub(super) fn field_type(imports: &mut Imports, field: &Field) -> String {
    let name = type_name(imports, &field.ty);
    if field.required || field.ty.is_array() { name } else { format!("Option<{name}>") }
}

/// The Rust name of a type.
pub(super) fn type_name(imports: &mut Imports, ty: &Type) -> String {
    let own = match ty {
        Type::String => return "String".to_owned(),
        Type::Boolean | Type::Flag => return "bool".to_owned(),
        Type::U32 => return "u32".to_owned(),
        Type::U64 => return "u64".to_owned(),
        Type::I64 => return "i64".to_owned(),
        Type::F64 => return "f64".to_owned(),
        Type::Json => return "serde_json::Value".to_owned(),
        Type::Array(item) => return format!("Vec<{}>", type_name(imports, item)),
        Type::Id(path) | Type::TextEnum(path) | Type::NumberEnum(path) | Type::Struct(path) => {
            imports.named(path);
            return path.name.clone();
        }
        Type::UnixSeconds => "UnixSeconds",
        Type::Seconds => "Seconds",
        Type::MuteTime => "MuteTime",
        Type::ErrorCode => "ErrorCode",
    };
    imports.krate(own);
    own.to_owned()
}

fn derives(imports: &mut Imports, object: &Struct) -> String {
    let (always, server) = match object.direction {
        Direction::Sent => ("Serialize", Some("Deserialize")),
        Direction::Received => ("Deserialize", Some("Serialize")),
        Direction::Both => ("Deserialize, Serialize", None),
    };
    imports.serde("Serialize");
    imports.serde("Deserialize");
    let default = if is_default(object) { "Default, " } else { "" };
    let mut text = format!("#[derive(Clone, Debug, {default}PartialEq, {always})]");
    if let Some(server) = server {
        text += &format!("\n#[cfg_attr(feature = \"server\", derive({server}))]");
    }
    text
}

/// Whether an empty value makes sense: always for what is received, so that tests can build one.
fn is_default(object: &Struct) -> bool {
    object
        .fields
        .iter()
        .filter(|field| field.required)
        .all(|field| !matches!(field.ty, Type::MuteTime | Type::TextEnum(_) | Type::NumberEnum(_)))
        && (!object.direction.is_sent() || !object.fields.iter().any(|field| field.required))
}

fn is_renamed(field: &Field) -> bool {
    names::serde_pascal(&field.rust) != field.wire
}

fn serde_attribute(imports: &mut Imports, direction: Direction, field: &Field) -> Option<String> {
    let mut parts = Vec::new();
    if is_renamed(field) {
        parts.push(format!("rename = {:?}", field.wire));
    }
    if field.ty.is_array() {
        // A required list of a request is written even when it is empty.
        if !(field.required && direction.is_sent()) {
            parts.push("default".to_owned());
        }
        parts.push("deserialize_with = \"lenient::list\"".to_owned());
        if !field.required && direction.is_sent() {
            parts.push("skip_serializing_if = \"Vec::is_empty\"".to_owned());
        }
        if direction == Direction::Sent {
            // Reading a request is the emulator's side, where null is no list.
            parts.retain(|part| !part.starts_with("deserialize_with"));
        } else {
            imports.krate("lenient");
        }
    } else {
        let reader = match (&field.ty, field.quirk) {
            (Type::Flag, _) => Some("flag"),
            (_, Some(Quirk::PaddedText)) => Some("trimmed"),
            (_, Some(Quirk::NumberAsText)) if field.required => Some("number"),
            (_, Some(Quirk::NumberAsText)) => Some("optional_number"),
            (_, None) => None,
        };
        if let Some(reader) = reader {
            imports.krate("lenient");
            if !field.required {
                parts.push("default".to_owned());
            }
            parts.push(format!("deserialize_with = \"lenient::{reader}\""));
        }
        if field.ty == Type::Flag {
            parts.push("serialize_with = \"lenient::write_flag\"".to_owned());
        }
        if !field.required {
            parts.push("skip_serializing_if = \"Option::is_none\"".to_owned());
        }
    }
    (!parts.is_empty()).then(|| format!("#[serde({})]", parts.join(", ")))
}

fn builder(code: &mut Code, imports: &mut Imports, object: &Struct) {
    let arguments: Vec<String> = object
        .fields
        .iter()
        .filter(|field| field.required && !field.preset)
        .map(|field| format!("{}: {}", field.rust, argument_type(imports, &field.ty)))
        .collect();
    code.line(format!("impl {} {{", object.name));
    code.doc(4, constructor_doc(object));
    if object.fields.iter().filter(|field| field.required && !field.preset).count() > 7 {
        code.line("#[expect(clippy::too_many_arguments, reason = \"all of them are required\")]");
    }
    code.line(format!("pub fn new({}) -> Self {{", arguments.join(", ")));
    if arguments.is_empty() && is_default(object) {
        code.line("Self::default()");
    } else {
        let values: Vec<String> = object.fields.iter().map(initial_value).collect();
        code.line(format!("Self {{ {} }}", values.join(", ")));
    }
    code.line("}");
    let settable = object.fields.iter().filter(|field| field.preset || !field.required);
    for field in settable.filter(|_| object.direction.is_sent()) {
        code.gap();
        code.doc(4, &field.long_doc);
        code.line("#[must_use]");
        let argument = argument_type(imports, &field.ty);
        code.line(format!("pub fn {0}(mut self, {0}: {argument}) -> Self {{", field.rust));
        let value = converted(&field.ty, &field.rust);
        let plain = field.required || field.ty.is_array();
        let value = if plain { value } else { format!("Some({value})") };
        code.line(format!("self.{} = {value};", field.rust));
        code.line("self");
        code.line("}");
    }
    code.line("}");
}

fn constructor_doc(object: &Struct) -> &'static str {
    if !object.direction.is_sent() {
        return "All that is always there; for tests and for the other side of the wire.";
    }
    if object.fields.iter().any(|field| field.required && !field.preset) {
        "All that is required; the rest is set by the methods below."
    } else {
        "Nothing is required; what is needed is set by the methods below."
    }
}

fn argument_type(imports: &mut Imports, ty: &Type) -> String {
    match ty {
        Type::String => "impl Into<String>".to_owned(),
        Type::Id(path) => {
            imports.named(path);
            format!("impl Into<{}>", path.name)
        }
        Type::Array(item) => {
            let item = argument_type(imports, item);
            format!("impl IntoIterator<Item = {item}>")
        }
        other => type_name(imports, other),
    }
}

fn initial_value(field: &Field) -> String {
    let name = &field.rust;
    if field.required && !field.preset {
        let value = converted(&field.ty, name);
        return if value == *name { name.clone() } else { format!("{name}: {value}") };
    }
    let empty = match (&field.ty, field.required) {
        (Type::Array(_), _) => "Vec::new()",
        (_, false) => "None",
        (Type::String, true) => "String::new()",
        (_, true) => "0",
    };
    format!("{name}: {empty}")
}

/// A constructor's argument as the field's value.
fn converted(ty: &Type, name: &str) -> String {
    match ty {
        Type::String | Type::Id(_) => format!("{name}.into()"),
        Type::Array(item) if matches!(**item, Type::String | Type::Id(_)) => {
            format!("{name}.into_iter().map(Into::into).collect()")
        }
        Type::Array(_) => format!("{name}.into_iter().collect()"),
        _ => name.to_owned(),
    }
}
