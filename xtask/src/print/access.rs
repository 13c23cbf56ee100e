//! Expressions that read fields.

use crate::model::{Condition, ConditionTest, Field, KeyForm, Type};

/// A string field as `&str`.
pub(super) fn str_of(access: &str, field: &Field) -> String {
    if field.required {
        format!("{access}.as_str()")
    } else if field.ty == Type::String {
        format!("{access}.as_deref().unwrap_or_default()")
    } else {
        format!("{access}.as_ref().map_or(\"\", |id| id.as_str())")
    }
}

/// A field that identifies something, as `Cow<str>`.
pub(super) fn key_of(access: &str, field: &Field) -> String {
    match (field.ty.key_form(), field.required) {
        (KeyForm::Json, _) => format!("json_key(&{access})"),
        (KeyForm::String, _) => format!("{}.into()", str_of(access, field)),
        (KeyForm::Display, true) => format!("{access}.to_string().into()"),
        (KeyForm::Display, false) => {
            format!("{access}.map(|key| key.to_string()).unwrap_or_default().into()")
        }
    }
}

/// The field at the end of a path, which identifies something, as `Cow<str>`.
pub(super) fn key_along(access: &str, path: &[Field]) -> String {
    match path {
        [] => String::new(),
        [last] => key_of(&format!("{access}.{}", last.rust), last),
        [first, rest @ ..] if first.required => {
            key_along(&format!("{access}.{}", first.rust), rest)
        }
        [first, rest @ ..] => {
            let name = &first.rust;
            let key = key_along(name, rest);
            format!("{access}.{name}.as_ref().map_or_else(Cow::default, |{name}| {key})")
        }
    }
}

/// A field that holds a number, as `Option<i64>`.
pub(super) fn number_of(access: &str, field: &Field) -> String {
    let convert = match field.ty {
        Type::IntegerEnum(_) => "number()",
        Type::ErrorCode => "get()",
        _ => "into()",
    };
    let is_plain = field.ty == Type::I64;
    match (field.required, is_plain) {
        (true, true) => format!("Some({access})"),
        (true, false) => format!("Some({access}.{convert})"),
        (false, true) => access.to_owned(),
        (false, false) => format!("{access}.map(|result| result.{convert})"),
    }
}

/// A condition on a field of `self`.
pub(super) fn condition(condition: &Condition) -> String {
    let Condition { field, test } = condition;
    let access = format!("self.{}", field.rust);
    let is_enum = matches!(field.ty, Type::IntegerEnum(_));
    match test {
        ConditionTest::StartsWith(prefix) => {
            format!("{}.starts_with({prefix:?})", str_of(&access, field))
        }
        ConditionTest::Equals(value) => match (is_enum, field.required) {
            (true, true) => format!("{access}.number() == {value}"),
            (true, false) => format!("{access}.is_some_and(|value| value.number() == {value})"),
            (false, true) => format!("{access} == {value}"),
            (false, false) => format!("{access} == Some({value})"),
        },
    }
}

/// Whether a field of `self` is sent.
pub(super) fn is_sent(field: &Field) -> String {
    if field.ty.is_array() {
        format!("!self.{}.is_empty()", field.rust)
    } else {
        format!("self.{}.is_some()", field.rust)
    }
}

/// Whether a field of `self` is not sent.
pub(super) fn is_unsent(field: &Field) -> String {
    if field.ty.is_array() {
        format!("self.{}.is_empty()", field.rust)
    } else {
        format!("self.{}.is_none()", field.rust)
    }
}

/// A slice of numbers.
pub(super) fn numbers(values: &[i64]) -> String {
    let values: Vec<String> = values.iter().map(i64::to_string).collect();
    format!("&[{}]", values.join(", "))
}
