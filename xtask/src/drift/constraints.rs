//! Compares the types, listed values and defaults of a field.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{difference::Kind, facts::FieldFacts};
use crate::{
    model::{Field, Type, Values},
    spec::format::Quirk,
};

/// A difference within a field.
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// What a sentence that explains it would contain.
    pub(super) words: Vec<String>,
}

/// Whether a documented type can be written as the field.
pub(super) fn is_compatible(documented: &str, field: &Field) -> bool {
    is_json_type(documented, &field.ty, field.quirk)
}

fn is_json_type(documented: &str, ty: &Type, quirk: Option<Quirk>) -> bool {
    if let Some(item) = documented.strip_prefix("Array<").and_then(|rest| rest.strip_suffix('>')) {
        return match ty {
            Type::Array(own) => is_json_type(item, own, quirk),
            Type::Json | Type::TagValue => true,
            _ => false,
        };
    }
    match (ty, quirk) {
        (Type::Boolean, Some(Quirk::BooleanAsString)) if documented == "String" => return true,
        (_, Some(Quirk::StringAsNumber)) if documented == "Integer" => return true,
        _ => {}
    }
    match ty {
        Type::Json | Type::TagValue => true,
        Type::Array(_) => false,
        Type::String | Type::Id(_) | Type::StringEnum(_) => documented == "String",
        Type::Boolean => documented == "Boolean",
        Type::Struct(_) | Type::Union(_) | Type::Map(_) => {
            !["String", "Integer", "Boolean"].contains(&documented)
        }
        _ => documented == "Integer",
    }
}

/// A type in words.
pub(super) fn description(ty: &Type) -> String {
    let items = |item: &Type| match item {
        Type::Struct(_) | Type::Union(_) => "objects".to_owned(),
        other => format!("{}s", description(other)),
    };
    match ty {
        Type::Array(item) => format!("an array of {}", items(item)),
        Type::Map(item) => format!("an object of {}", items(item)),
        Type::Struct(_) | Type::Union(_) => "an object".to_owned(),
        Type::Json | Type::TagValue => "any JSON".to_owned(),
        Type::Boolean => "Boolean".to_owned(),
        Type::String | Type::Id(_) | Type::StringEnum(_) => "String".to_owned(),
        Type::F64 => "number".to_owned(),
        _ => "Integer".to_owned(),
    }
}

/// The differences between the documented values and default of a field and those in the spec.
pub(super) fn compare(facts: &FieldFacts, field: &Field, is_sent: bool) -> Vec<Found> {
    let mut found = values(facts, field);
    if let Some(default) = facts.default.as_ref().filter(|_| is_sent) {
        found.extend(default_value(default, field));
    }
    found
}

fn values(facts: &FieldFacts, field: &Field) -> Vec<Found> {
    let documented: BTreeSet<String> = facts.values.iter().map(text_of).collect();
    let (listed, is_own): (BTreeSet<String>, bool) = match &field.bounds.values {
        Values::Any if matches!(field.ty.item(), Type::Boolean | Type::Json) => return Vec::new(),
        Values::Any => (BTreeSet::new(), true),
        Values::Listed(list) => {
            let numbers = list.integers.iter().map(i64::to_string);
            (list.strings.iter().cloned().chain(numbers).collect(), false)
        }
        Values::Texts(texts) => (texts.iter().cloned().collect(), true),
        Values::Numbers(numbers) => (numbers.iter().map(i64::to_string).collect(), true),
    };
    if documented.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut report = |values: Vec<&String>, text: &str| {
        for value in values {
            let text = format!("the value {value} {text}");
            found.push(Found { kind: Kind::Values, text, words: vec![value.clone()] });
        }
    };
    report(documented.difference(&listed).collect(), "is not listed in the spec");
    // An enumeration that several fields share can have values that one of them lacks.
    if is_own {
        report(listed.difference(&documented).collect(), "is not documented");
    }
    found
}

fn default_value(documented: &Value, field: &Field) -> Option<Found> {
    let documented = text_of(documented);
    let default = field.default.as_deref().map(|default| default.trim_matches('"').to_owned());
    let is_same = default.as_ref() == Some(&documented);
    if is_same {
        return None;
    }
    let there = default.unwrap_or_else(|| "none".to_owned());
    let text = format!("the default is {documented}, but {there} in the spec");
    Some(Found { kind: Kind::Default, text, words: vec![documented] })
}

/// A value as it is written in a sentence.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
