//! Structs: requests, responses and the objects in them.

use super::{
    imports::Imports,
    rust::{Code, number},
};
use crate::{
    model::{Direction, DocBlock, Field, Struct, Type, names},
    spec::format::Quirk,
};

/// An object that is documented by one sentence.
pub(super) fn plain_object(code: &mut Code, imports: &mut Imports, object: &Struct) {
    definition(code, imports, object, &[DocBlock::Paragraph(object.doc.clone())], None);
    implementation(code, imports, object);
}

/// The struct with its documentation.
pub(super) fn definition(
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
    for (index, field) in object.fields.iter().enumerate() {
        if index > 0 {
            code.gap();
        }
        code.doc(4, &field.long_doc);
        if let Some(attribute) = serde_attribute(object.direction, field) {
            code.line(attribute);
        }
        code.line(format!("pub {}: {},", field.rust, field_type(imports, field)));
    }
    code.line("}");
}

/// The constructor, where `Default` is not enough, and the setters of what is sent.
pub(super) fn implementation(code: &mut Code, imports: &mut Imports, object: &Struct) {
    if object.direction.is_sent() || !is_default(object) {
        code.gap();
        builder(code, imports, object);
    }
}

/// The type of a field as it stands in the struct.
pub(super) fn field_type(imports: &mut Imports, field: &Field) -> String {
    let name = type_name(imports, &field.ty);
    if field.required || field.ty.is_collection() { name } else { format!("Option<{name}>") }
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
        Type::Map(item) => {
            imports.std("collections::BTreeMap");
            return format!("BTreeMap<String, {}>", type_name(imports, item));
        }
        Type::Id(path)
        | Type::StringEnum(path)
        | Type::IntegerEnum(path)
        | Type::Struct(path)
        | Type::Union(path) => {
            imports.named(path);
            return path.name.clone();
        }
        Type::Verdict(min, max) => {
            imports.krate("webhook::Verdict");
            return format!("Verdict<{}, {}>", number(*min), number(*max));
        }
        Type::UnixSeconds => "UnixSeconds",
        Type::UnixMillis => "UnixMillis",
        Type::TagValue => "TagValue",
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
    if object.direction != Direction::Received {
        imports.serde("Serialize");
    }
    if object.direction != Direction::Sent {
        imports.serde("Deserialize");
    }
    let default = if is_default(object) { "Default, " } else { "" };
    let mut text = format!("#[derive(Clone, Debug, {default}PartialEq, {always})]");
    if let Some(server) = server {
        text += &format!("\n#[cfg_attr(feature = \"server\", derive(serde::{server}))]");
    }
    text
}

/// Whether an empty value makes sense: always for what is received, so that tests can build one.
fn is_default(object: &Struct) -> bool {
    object.fields.iter().filter(|field| field.required).all(|field| has_default(&field.ty))
        && (!object.direction.is_sent() || !object.fields.iter().any(|field| field.required))
}

/// Objects without a default hold something that has none; one object holds another seldom enough
/// for a required one to count as such.
fn has_default(ty: &Type) -> bool {
    !matches!(
        ty,
        Type::MuteTime
            | Type::StringEnum(_)
            | Type::IntegerEnum(_)
            | Type::Struct(_)
            | Type::Union(_)
            | Type::TagValue
            | Type::Verdict(..)
    )
}

fn is_renamed(field: &Field) -> bool {
    names::serde_pascal(&field.rust) != field.wire
}

fn serde_attribute(direction: Direction, field: &Field) -> Option<String> {
    if field.in_query {
        return Some("#[serde(skip)]".to_owned());
    }
    let mut parts = Vec::new();
    if is_renamed(field) {
        parts.push(format!("rename = {:?}", field.wire));
    }
    for alias in &field.aliases {
        parts.push(format!("alias = {alias:?}"));
    }
    if let Type::Map(_) = field.ty {
        if !(field.required && direction.is_sent()) {
            parts.push("default".to_owned());
        }
        if !field.required && direction.is_sent() {
            parts.push("skip_serializing_if = \"BTreeMap::is_empty\"".to_owned());
        }
    } else if field.ty.is_array() {
        // A required list of a request is written even when it is empty.
        if !(field.required && direction.is_sent()) {
            parts.push("default".to_owned());
        }
        parts.push("deserialize_with = \"crate::lenient::list\"".to_owned());
        if !field.required && direction.is_sent() {
            parts.push("skip_serializing_if = \"Vec::is_empty\"".to_owned());
        }
        if direction == Direction::Sent && field.required {
            parts.retain(|part| !part.starts_with("deserialize_with"));
        }
    } else {
        let reader = match (&field.ty, field.quirk) {
            (Type::Flag, _) if field.required => Some("required_flag"),
            (Type::Flag, _) => Some("flag"),
            (_, Some(Quirk::PaddedString)) => Some("trimmed"),
            (_, Some(Quirk::NumberAsString)) if field.required => Some("number"),
            (_, Some(Quirk::NumberAsString)) => Some("optional_number"),
            (_, None) => None,
        };
        if let Some(reader) = reader {
            if !field.required {
                parts.push("default".to_owned());
            }
            parts.push(format!("deserialize_with = \"crate::lenient::{reader}\""));
        }
        if field.ty == Type::Flag {
            let writer = if field.required { "write_required_flag" } else { "write_flag" };
            parts.push(format!("serialize_with = \"crate::lenient::{writer}\""));
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
    code.doc(4, &constructor_doc(object));
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
        code.doc(4, &format!("Sets [`{0}`](field@Self::{0}).", field.rust));
        code.line("#[must_use]");
        let argument = argument_type(imports, &field.ty);
        code.line(format!("pub fn {0}(mut self, {0}: {argument}) -> Self {{", field.rust));
        let value = converted(&field.ty, &field.rust);
        let plain = field.required || field.ty.is_collection();
        let value = if plain { value } else { format!("Some({value})") };
        code.line(format!("self.{} = {value};", field.rust));
        code.line("self");
        code.line("}");
    }
    code.line("}");
}

fn constructor_doc(object: &Struct) -> String {
    let what = if !object.direction.is_sent() {
        "with the fields that are always present"
    } else if object.fields.iter().any(|field| field.required && !field.preset) {
        "with the required fields"
    } else {
        "without any optional fields"
    };
    format!("Creates a new `{}` {what}.", object.name)
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
        Type::Map(item) => {
            let item = type_name(imports, item);
            format!("impl IntoIterator<Item = (String, {item})>")
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
        (Type::Map(_), _) => "BTreeMap::new()",
        (_, false) => "None",
        (Type::String, true) => "String::new()",
        (_, true) => field.default.as_deref().unwrap_or("0"),
    };
    match (&field.ty, field.required) {
        (Type::Flag, true) => format!("{name}: {}", empty == "1"),
        (Type::UnixSeconds, true) => format!("{name}: UnixSeconds::new({empty})"),
        (Type::UnixMillis, true) => format!("{name}: UnixMillis::new({empty})"),
        (Type::Seconds, true) => format!("{name}: Seconds::new({empty})"),
        (Type::MuteTime, true) => format!("{name}: MuteTime::from({empty})"),
        (Type::IntegerEnum(path), true) => format!("{name}: {}::from({empty}_i64)", path.name),
        _ => format!("{name}: {empty}"),
    }
}

/// A constructor's argument as the field's value.
fn converted(ty: &Type, name: &str) -> String {
    match ty {
        Type::String | Type::Id(_) => format!("{name}.into()"),
        Type::Array(item) if matches!(**item, Type::String | Type::Id(_)) => {
            format!("{name}.into_iter().map(Into::into).collect()")
        }
        Type::Array(_) | Type::Map(_) => format!("{name}.into_iter().collect()"),
        _ => name.to_owned(),
    }
}
