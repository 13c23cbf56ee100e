//! The options of an endpoint: one per field of its request.

use std::fs;

use chat_types::spec::{FieldKind, FieldSpec};
use clap::{Arg, ArgAction, ArgMatches};
use heck::{ToKebabCase as _, ToShoutySnakeCase as _};
use serde_json::{Map, Value};

/// Returns the name of a field's option, such as `group-id` for `GroupId`.
pub(super) fn option_name(field: &str) -> String {
    let name = field.to_kebab_case();
    if TAKEN.contains(&name.as_str()) { format!("request-{name}") } else { name }
}

pub(super) fn option(field: &'static FieldSpec) -> Arg {
    let option = Arg::new(id(field))
        .long(option_name(field.name))
        .value_name(value_name(field))
        .allow_hyphen_values(true)
        .help(help(field));
    match field.kind {
        FieldKind::Array(_) => option.action(ArgAction::Append),
        _ => option,
    }
}

/// Returns the value of a field, if its option was given.
pub(super) fn value(
    field: &'static FieldSpec,
    matches: &ArgMatches,
) -> Option<Result<(&'static str, Value), String>> {
    let texts: Vec<&String> = matches.get_many::<String>(&id(field))?.collect();
    let value = match (&field.kind, texts.as_slice()) {
        (FieldKind::Array(item), texts) => array(item, texts),
        (kind, [.., text]) => scalar(kind, text),
        (_, []) => return None,
    };
    let invalid = |why| format!("invalid value for --{}: {why}", option_name(field.name));
    Some(value.map(|value| (field.name, value)).map_err(invalid))
}

/// Returns a value for an example.
pub(super) fn sample(field: &FieldSpec) -> String {
    if let Some(value) = field.string_values.first() {
        return (*value).to_owned();
    }
    match &field.kind {
        FieldKind::Boolean => "true".to_owned(),
        FieldKind::Integer | FieldKind::Number | FieldKind::Verdict { .. } => {
            let first = field.integer_values.first().copied();
            first.or(field.min).unwrap_or(1).to_string()
        }
        FieldKind::Array(item) if item_field(item).is_none() => match **item {
            FieldKind::Integer => "1,2".to_owned(),
            FieldKind::String => format!("{0}_1,{0}_2", field.name.to_shouty_snake_case()),
            _ => "'[{}]'".to_owned(),
        },
        FieldKind::Array(item) => match item_field(item).map(|field| &field.kind) {
            Some(FieldKind::Integer) => "1,2".to_owned(),
            _ => "a,b".to_owned(),
        },
        FieldKind::String => field.name.to_shouty_snake_case(),
        _ => "'{}'".to_owned(),
    }
}

/// Returns the items of an array: JSON, a file of JSON, or values separated by commas.
fn array(item: &FieldKind, texts: &[&String]) -> Result<Value, String> {
    let mut items = Vec::new();
    for text in texts {
        match json(text)? {
            Some(Value::Array(more)) => items.extend(more),
            Some(one) => items.push(one),
            None => {
                for text in text.split(',').filter(|text| !text.is_empty()) {
                    items.push(match item_field(item) {
                        Some(field) => {
                            let value = scalar(&field.kind, text)?;
                            Value::Object(Map::from_iter([(field.name.to_owned(), value)]))
                        }
                        None => scalar(item, text)?,
                    });
                }
            }
        }
    }
    Ok(Value::Array(items))
}

fn scalar(kind: &FieldKind, text: &str) -> Result<Value, String> {
    let of_type = |name: &str, is_type: fn(&Value) -> bool| {
        let value = serde_json::from_str(text).ok().filter(is_type);
        value.ok_or_else(|| format!("expected {name}, found \"{text}\""))
    };
    match kind {
        FieldKind::String => Ok(text.into()),
        FieldKind::Integer | FieldKind::Verdict { .. } => {
            of_type("an integer", |value| value.is_i64() || value.is_u64())
        }
        FieldKind::Number => of_type("a number", Value::is_number),
        FieldKind::Boolean => of_type("true or false", Value::is_boolean),
        FieldKind::Object(_) | FieldKind::Map(_) | FieldKind::Tagged(_) => {
            json(text)?.ok_or_else(|| "expected a JSON object or @FILE".to_owned())
        }
        // Any type: what is not JSON is a string.
        _ => Ok(json(text)?.or_else(|| serde_json::from_str(text).ok()).unwrap_or(text.into())),
    }
}

/// Reads JSON from an argument or, after `@`, a file; `None` if it is neither.
fn json(text: &str) -> Result<Option<Value>, String> {
    let invalid = |why| format!("invalid JSON: {why}");
    if let Some(path) = text.strip_prefix('@').filter(|path| fs::exists(path).unwrap_or(false)) {
        let metadata = fs::metadata(path).map_err(|why| format!("cannot read {path}: {why}"))?;
        if metadata.len() > MAX_FILE {
            return Err(format!("{path} is longer than {MAX_FILE} bytes"));
        }
        let text = fs::read_to_string(path).map_err(|why| format!("cannot read {path}: {why}"))?;
        return serde_json::from_str(&text).map(Some).map_err(invalid);
    }
    if text.starts_with(['{', '[']) {
        return serde_json::from_str(text).map(Some).map_err(invalid);
    }
    Ok(None)
}

/// Returns the only required field of the objects in an array, which stands for the object.
fn item_field(item: &FieldKind) -> Option<&'static FieldSpec> {
    let FieldKind::Object(fields) = *item else { return None };
    let mut required = fields.iter().filter(|field| field.required);
    let field = required.next().filter(|_| required.next().is_none())?;
    matches!(field.kind, FieldKind::String | FieldKind::Integer).then_some(field)
}

fn value_name(field: &FieldSpec) -> String {
    match &field.kind {
        FieldKind::Integer | FieldKind::Verdict { .. } => "INTEGER".to_owned(),
        FieldKind::Number => "NUMBER".to_owned(),
        FieldKind::Boolean => "BOOLEAN".to_owned(),
        FieldKind::String => "STRING".to_owned(),
        FieldKind::Array(item) => match (item_field(item), &**item) {
            (Some(field), _) => format!("{},…", field.name),
            (None, FieldKind::String | FieldKind::Integer) => "VALUE,…".to_owned(),
            (None, _) => "JSON|@FILE".to_owned(),
        },
        _ => "JSON|@FILE".to_owned(),
    }
}

fn help(field: &FieldSpec) -> String {
    let mut help = field.doc.trim_end_matches('.').to_owned();
    if field.required {
        help.push_str(" (required)");
    }
    if !field.string_values.is_empty() {
        help.push_str(&format!(" [values: {}]", field.string_values.join(", ")));
    }
    if let Some(default) = field.default {
        help.push_str(&format!(" [default: {default}]"));
    }
    help
}

/// Option IDs are apart from those of the other options.
fn id(field: &FieldSpec) -> String {
    format!("field {}", field.name)
}

/// The names of options that every command has.
const TAKEN: [&str; 19] = [
    "ca-file",
    "color",
    "data",
    "dry-run",
    "endpoint",
    "help",
    "identifier",
    "jq",
    "no-check",
    "output",
    "profile",
    "quiet",
    "redis",
    "region",
    "sdkappid",
    "secret-key-file",
    "timeout",
    "verbose",
    "yes",
];

const MAX_FILE: u64 = 32 * 1024 * 1024;
