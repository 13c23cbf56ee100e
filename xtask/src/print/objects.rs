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
    // A reader of its own replaces the derived one.
    let is_read_apart = object.has_aliases();
    let is_received = object.direction == Direction::Received;
    code.docs(0, docs);
    code.line(derives(imports, object));
    let attribute = |code: &mut Code, parts: Vec<String>| match (
        parts.join(", "),
        is_read_apart && is_received,
    ) {
        (parts, _) if parts.is_empty() => {}
        (parts, true) => code.line(format!("#[cfg_attr(feature = \"server\", serde({parts}))]")),
        (parts, false) => code.line(format!("#[serde({parts})]")),
    };
    attribute(code, pascal_case(object).collect());
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
        let attrs = field.attrs(object.direction);
        let mut parts = names(&attrs);
        if !is_read_apart {
            parts.extend(reading(&attrs));
        }
        parts.extend(writing(&attrs));
        attribute(code, parts);
        code.line(format!("pub {}: {},", field.rust, field_type(imports, field, object.direction)));
    }
    code.line("}");
    if is_read_apart {
        code.gap();
        reader(code, imports, object);
    }
}

/// The reader of an object whose fields have older names.
fn reader(code: &mut Code, imports: &mut Imports, object: &Struct) {
    let Struct { name, direction, .. } = object;
    let only_on_server = *direction == Direction::Sent;
    imports.serde("Deserialize");
    let (serde, names_of) = if only_on_server {
        ("serde::", "crate::older_names::CurrentNames")
    } else {
        imports.serde("Deserializer");
        imports.krate("older_names::CurrentNames");
        ("", "CurrentNames")
    };
    let server = if only_on_server { "#[cfg(feature = \"server\")]\n" } else { "" };
    let remote = pascal_case(object).chain([format!("remote = {name:?}")]);
    let remote: Vec<String> = remote.collect();
    code.line(format!("/// The fields of [`{name}`] by their current names."));
    code.line(format!("{server}#[derive(Deserialize)]"));
    code.line(format!("#[serde({})]", remote.join(", ")));
    code.line(format!("struct {name}Fields {{"));
    for field in &object.fields {
        let attrs = field.attrs(*direction);
        let parts: Vec<String> = names(&attrs).into_iter().chain(reading(&attrs)).collect();
        if !parts.is_empty() {
            code.line(format!("#[serde({})]", parts.join(", ")));
        }
        code.line(format!("{}: {},", field.rust, field_type(imports, field, *direction)));
    }
    code.line("}");
    code.gap();
    let older: Vec<String> = object
        .fields
        .iter()
        .filter(|field| !field.aliases.is_empty())
        .map(|field| format!("({:?}, &{:?})", field.wire, field.aliases))
        .collect();
    code.line(format!("{server}impl<'de> Deserialize<'de> for {name} {{"));
    code.line(format!(
        "fn deserialize<D: {serde}Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {{"
    ));
    code.line(format!(
        "{name}Fields::deserialize({names_of}::new(deserializer, &[{}]))",
        older.join(", ")
    ));
    code.line("}");
    code.line("}");
}

fn pascal_case(object: &Struct) -> impl Iterator<Item = String> {
    object.is_pascal_case().then(|| "rename_all = \"PascalCase\"".to_owned()).into_iter()
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
    let is_read_apart = object.has_aliases();
    if object.direction != Direction::Received {
        imports.serde("Serialize");
    }
    if object.direction != Direction::Sent {
        imports.serde("Deserialize");
    }
    let (always, server) = match (object.direction, is_read_apart) {
        (Direction::Sent, false) => (", Serialize", Some("Deserialize")),
        (Direction::Received, false) => (", Deserialize", Some("Serialize")),
        (Direction::Both, false) => (", Deserialize, Serialize", None),
        (Direction::Sent | Direction::Both, true) => (", Serialize", None),
        (Direction::Received, true) => ("", Some("Serialize")),
    };
    let default = if object.has_default() { "Default, " } else { "" };
    let mut text = format!("#[derive(Clone, Debug, {default}PartialEq{always})]");
    if let Some(server) = server {
        text += &format!("\n#[cfg_attr(feature = \"server\", derive(serde::{server}))]");
    }
    text
}

/// The attributes that name a field.
fn names(attrs: &FieldAttrs<'_>) -> Vec<String> {
    let skip = attrs.skip.then(|| "skip".to_owned());
    skip.into_iter().chain(attrs.rename.map(|name| format!("rename = {name:?}"))).collect()
}

/// The attributes that say how a field is read.
fn reading(attrs: &FieldAttrs<'_>) -> Vec<String> {
    let default = attrs.default.then(|| "default".to_owned());
    let reader = attrs.reader.map(|name| lenient("deserialize_with", name));
    default.into_iter().chain(reader).collect()
}

/// The attributes that say how a field is written.
fn writing(attrs: &FieldAttrs<'_>) -> Vec<String> {
    let writer = attrs.writer.map(|name| lenient("serialize_with", name));
    let omit_if = attrs.omit_if.map(|test| format!("skip_serializing_if = {test:?}"));
    writer.into_iter().chain(omit_if).collect()
}

fn lenient(key: &str, name: &str) -> String {
    format!("{key} = \"crate::lenient::{name}\"")
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
