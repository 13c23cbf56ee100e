//! Structs: requests, responses and the objects in them.

use super::{
    imports::Imports,
    rust::{Code, number},
};
use crate::model::{
    Argument, Constructor, Direction, DocBlock, Field, FieldAttrs, Initial, Setter, Struct, Type,
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
    if object.is_pascal_case() {
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
        serde_attribute(code, &field.attrs(object.direction));
        code.line(format!("pub {}: {},", field.rust, field_type(imports, field, object.direction)));
    }
    code.line("}");
}

/// The constructor and the setters.
pub(super) fn implementation(code: &mut Code, imports: &mut Imports, object: &Struct) {
    let Some(constructor) = object.constructor() else { return };
    code.gap();
    code.line(format!("impl {} {{", object.name));
    self::constructor(code, imports, &constructor);
    for setter in object.setters() {
        code.gap();
        self::setter(code, imports, &setter);
    }
    code.line("}");
    if constructor.is_default() {
        default_implementation(code, object);
    }
}

/// The default of an object whose constructor needs no arguments and sets other values than the
/// derived one would.
fn default_implementation(code: &mut Code, object: &Struct) {
    code.gap();
    code.line(format!("impl Default for {} {{", object.name));
    code.line("fn default() -> Self {");
    code.line("Self::new()");
    code.line("}");
    code.line("}");
}

/// The type of a field in the struct.
fn field_type(imports: &mut Imports, field: &Field, direction: Direction) -> String {
    if let (Type::Array(item), Direction::Received) = (&field.ty, direction) {
        imports.krate("Entries");
        return format!("Entries<{}>", type_name(imports, item));
    }
    let name = type_name(imports, &field.ty);
    if field.is_option() { format!("Option<{name}>") } else { name }
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
    let default = if object.has_default() { "Default, " } else { "" };
    let mut text = format!("#[derive(Clone, Debug, {default}PartialEq, {always})]");
    if let Some(server) = server {
        text += &format!("\n#[cfg_attr(feature = \"server\", derive(serde::{server}))]");
    }
    text
}

fn serde_attribute(code: &mut Code, attrs: &FieldAttrs<'_>) {
    let mut parts = Vec::new();
    parts.extend(attrs.skip.then(|| "skip".to_owned()));
    parts.extend(attrs.rename.map(|name| format!("rename = {name:?}")));
    parts.extend(attrs.aliases.iter().map(|alias| format!("alias = {alias:?}")));
    parts.extend(attrs.default.then(|| "default".to_owned()));
    let lenient = |key: &str, name: &str| format!("{key} = \"crate::lenient::{name}\"");
    parts.extend(attrs.reader.map(|reader| lenient("deserialize_with", reader)));
    parts.extend(attrs.writer.map(|writer| lenient("serialize_with", writer)));
    parts.extend(attrs.omit_if.map(|test| format!("skip_serializing_if = {test:?}")));
    if !parts.is_empty() {
        code.line(format!("#[serde({})]", parts.join(", ")));
    }
}

fn constructor(code: &mut Code, imports: &mut Imports, constructor: &Constructor<'_>) {
    let Constructor { doc, arguments, initials } = constructor;
    code.doc(4, doc);
    if arguments.len() > 7 {
        code.line("#[expect(clippy::too_many_arguments, reason = \"all of them are required\")]");
    }
    let arguments: Vec<String> = arguments
        .iter()
        .map(|(field, argument)| {
            format!("{}: {}", field.rust, argument_type(imports, &field.ty, *argument))
        })
        .collect();
    code.line(format!("pub fn new({}) -> Self {{", arguments.join(", ")));
    match initials {
        None => code.line("Self::default()"),
        Some(initials) => {
            let values: Vec<String> =
                initials.iter().map(|(field, initial)| initial_value(field, initial)).collect();
            code.line(format!("Self {{ {} }}", values.join(", ")));
        }
    }
    code.line("}");
}

fn setter(code: &mut Code, imports: &mut Imports, setter: &Setter<'_>) {
    let Setter { field, argument, is_option } = setter;
    let name = &field.rust;
    code.doc(4, &format!("Sets [`{name}`](field@Self::{name})."));
    code.line("#[must_use]");
    let ty = argument_type(imports, &field.ty, *argument);
    code.line(format!("pub fn {name}(mut self, {name}: {ty}) -> Self {{"));
    let value = converted(*argument, name);
    let value = if *is_option { format!("Some({value})") } else { value };
    code.line(format!("self.{name} = {value};"));
    code.line("self");
    code.line("}");
}

fn argument_type(imports: &mut Imports, ty: &Type, argument: Argument) -> String {
    let item = match ty {
        Type::Array(item) | Type::Map(item) => type_name(imports, item),
        _ => type_name(imports, ty),
    };
    match argument {
        Argument::Value => type_name(imports, ty),
        Argument::Into => format!("impl Into<{item}>"),
        Argument::Items => format!("impl IntoIterator<Item = {item}>"),
        Argument::IntoItems => format!("impl IntoIterator<Item = impl Into<{item}>>"),
        Argument::Entries => format!("impl IntoIterator<Item = (String, {item})>"),
    }
}

/// An argument as the value of its field.
fn converted(argument: Argument, name: &str) -> String {
    match argument {
        Argument::Value => name.to_owned(),
        Argument::Into => format!("{name}.into()"),
        Argument::IntoItems => format!("{name}.into_iter().map(Into::into).collect()"),
        Argument::Items | Argument::Entries => format!("{name}.into_iter().collect()"),
    }
}

/// A field in the constructor's struct literal.
fn initial_value(field: &Field, initial: &Initial) -> String {
    let name = &field.rust;
    let value = match initial {
        Initial::Argument(Argument::Value) => return name.clone(),
        Initial::Argument(argument) => converted(*argument, name),
        Initial::None => "None".to_owned(),
        Initial::EmptyString => "String::new()".to_owned(),
        Initial::EmptyArray => "Vec::new()".to_owned(),
        Initial::NoEntries => "Entries::default()".to_owned(),
        Initial::EmptyMap => "BTreeMap::new()".to_owned(),
        Initial::Flag(is_set) => is_set.to_string(),
        Initial::Number(number) => number_value(&field.ty, number),
    };
    format!("{name}: {value}")
}

/// A number as a value of a type.
fn number_value(ty: &Type, number: &str) -> String {
    match ty {
        Type::UnixSeconds => format!("UnixSeconds::new({number})"),
        Type::UnixMillis => format!("UnixMillis::new({number})"),
        Type::Seconds => format!("Seconds::new({number})"),
        Type::MuteTime => format!("MuteTime::from({number})"),
        Type::IntegerEnum(path) => format!("{}::from({number}_i64)", path.name),
        _ => number.to_owned(),
    }
}
