//! How a request is split, and what a response says of each item.

use super::{
    endpoint::{is_text, item_field, text_of},
    imports::Imports,
    objects::type_name,
    rust::Code,
};
use crate::{
    model::{Batch, Endpoint, Field, Model, Type},
    spec::format::{Listed, Located, Missing, Outcome, RepeatSafety},
};

/// The implementation of `Batched`.
pub(super) fn batched_impl(
    code: &mut Code,
    imports: &mut Imports,
    endpoint: &Endpoint,
    batch: &Batch,
    model: &Model,
) {
    imports.krate("Batched");
    imports.spec("BatchSpec");
    imports.parent(format!("spec::{}::BATCH", endpoint.module));
    imports.krate("ItemOutcome");
    let Some(list) = endpoint.request.field(&batch.field) else { return };
    let item = type_name(imports, list.ty.item());
    let field = &list.rust;
    code.line(format!("impl Batched for {} {{", endpoint.name));
    code.line(format!("type Item = {item};"));
    code.gap();
    code.line("const BATCH: &'static BatchSpec = &BATCH;");
    code.gap();
    code.line(format!("fn items(&self) -> &[{item}] {{ &self.{field} }}"));
    code.gap();
    code.line(format!("fn with_items(&self, items: Vec<{item}>) -> Self {{"));
    code.line(format!("Self {{ {field}: items, ..self.clone() }}"));
    code.line("}");
    if let Some(mark) = mark_of_repeats(endpoint) {
        code.gap();
        imports.krate("endpoint::derive_part_id");
        code.line(format!("fn for_part(&self, number: u64, items: Vec<{item}>) -> Self {{"));
        code.line("let mut part = self.with_items(items);");
        let mark_field = &mark.rust;
        code.line(if mark.required {
            format!("part.{mark_field} = derive_part_id(part.{mark_field}, number);")
        } else {
            format!(
                "part.{mark_field} = part.{mark_field}.map(|mark| derive_part_id(mark, number));"
            )
        });
        code.line("part");
        code.line("}");
    }
    code.gap();
    code.line(format!("fn key(item: &{item}) -> Cow<'_, str> {{"));
    imports.std("borrow::Cow");
    let key = batch_key(endpoint, batch, list, model);
    if key.starts_with("json_key") {
        imports.krate("endpoint::json_key");
    }
    code.line(key);
    code.line("}");
    code.gap();
    outcomes(code, imports, endpoint, batch, list, model);
    code.line("}");
}

/// The request field by whose value the service knows a repeat.
fn mark_of_repeats(endpoint: &Endpoint) -> Option<&Field> {
    let repeat = &endpoint.facts.repeat;
    let name = repeat.field.as_ref().filter(|_| repeat.safe == RepeatSafety::WithField)?;
    endpoint.request.field(name.as_ref())
}

fn batch_key(endpoint: &Endpoint, batch: &Batch, list: &Field, model: &Model) -> String {
    let key = batch.key.as_ref().and_then(|key| item_field(endpoint, model, list, key));
    match key {
        Some(key) => key_of(&format!("item.{}", key.rust), key),
        None if is_text(list.ty.item()) => "item.as_str().into()".to_owned(),
        None if is_object(list.ty.item()) => "json_key(item)".to_owned(),
        None => "item.to_string().into()".to_owned(),
    }
}

fn is_object(ty: &Type) -> bool {
    matches!(ty, Type::Struct(_) | Type::Union(_) | Type::Json | Type::TagValue | Type::Array(_))
}

/// A field that identifies something, as `Cow<str>`.
fn key_of(access: &str, field: &Field) -> String {
    if is_object(&field.ty) {
        return format!("json_key(&{access})");
    }
    match (is_text(&field.ty), field.required) {
        (true, _) => format!("{}.into()", text_of(access, field)),
        (false, true) => format!("{access}.to_string().into()"),
        (false, false) => {
            format!("{access}.map(|key| key.to_string()).unwrap_or_default().into()")
        }
    }
}

fn outcomes(
    code: &mut Code,
    imports: &mut Imports,
    endpoint: &Endpoint,
    batch: &Batch,
    list: &Field,
    model: &Model,
) {
    let response = &endpoint.response_name;
    let field = &list.rust;
    let rows = batch.outcome.as_ref().and_then(|outcome| {
        endpoint.response.field(outcome.list.as_ref()).map(|rows| (outcome, rows))
    });
    let Some((outcome, rows)) = rows else {
        code.line(format!("fn outcomes(&self, _: &{response}) -> Vec<ItemOutcome> {{"));
        code.line(format!("vec![ItemOutcome::Done; self.{field}.len()]"));
        code.line("}");
        return;
    };
    let key = outcome.key.as_ref().map(|key| item_path(endpoint, model, rows, key.as_ref()));
    let is_positional = key.is_none() && outcome.code.is_some();
    imports.krate(if is_positional {
        "endpoint::outcomes_in_order"
    } else {
        "endpoint::match_outcomes"
    });
    let key = match key {
        Some(path) => {
            if path.last().is_some_and(|key| is_object(&key.ty)) {
                imports.krate("endpoint::json_key");
            }
            key_along("row", &path)
        }
        None if is_text(rows.ty.item()) => "Cow::from(row.as_str())".to_owned(),
        None => "Cow::from(row.to_string())".to_owned(),
    };
    let parts = outcome.parts.as_ref();
    let verdict = match parts.and_then(|parts| item_field(endpoint, model, rows, parts.as_ref())) {
        Some(parts) => format!(
            "ItemOutcome::of_parts(row.{}.iter().map(|part| {}))",
            parts.rust,
            verdict(endpoint, model, outcome, parts, "part")
        ),
        None => verdict(endpoint, model, outcome, rows, "row"),
    };
    let missing = match outcome.missing {
        Missing::Done => "Done",
        Missing::Failed => "failed(\"\")",
        Missing::Unknown => "Unknown",
    };
    code.line(format!("fn outcomes(&self, response: &{response}) -> Vec<ItemOutcome> {{"));
    if is_positional {
        code.line(format!("let rows = response.{}.iter().map(|row| {verdict});", rows.rust));
        code.line(format!("outcomes_in_order(self.{field}.len(), rows)"));
        code.line("}");
        return;
    }
    code.line(format!("let rows = response.{}.iter().map(|row| ({key}, {verdict}));", rows.rust));
    code.line(format!(
        "match_outcomes(self.{field}.iter().map(Self::key), rows, &ItemOutcome::{missing})"
    ));
    code.line("}");
}

/// What one entry of a list says, which goes by a name of its own in the code.
fn verdict(
    endpoint: &Endpoint,
    model: &Model,
    outcome: &Outcome,
    list: &Field,
    entry: &str,
) -> String {
    let column = |name: &Located<String>| item_field(endpoint, model, list, name.as_ref());
    let info = outcome.info.as_ref().and_then(column);
    let info =
        info.map_or("\"\"".to_owned(), |info| text_of(&format!("{entry}.{}", info.rust), info));
    match outcome.code.as_ref().and_then(column) {
        Some(result) => {
            let number = number_of(&format!("{entry}.{}", result.rust), result);
            let done = slice(&outcome.done);
            let pending = slice(&outcome.pending);
            format!("ItemOutcome::by_code({number}, {done}, {pending}, {info})")
        }
        None => match outcome.listed.as_ref().map(|listed| *listed.as_ref()) {
            Some(Listed::Done) => "ItemOutcome::Done".to_owned(),
            Some(Listed::Failed) | None => format!("ItemOutcome::failed({info})"),
        },
    }
}

/// The fields along a path such as `Extension.Key`.
fn item_path<'m>(
    endpoint: &'m Endpoint,
    model: &'m Model,
    list: &'m Field,
    path: &str,
) -> Vec<&'m Field> {
    let mut fields: Vec<&Field> = Vec::new();
    for wire in path.split('.') {
        let owner = fields.last().copied().unwrap_or(list);
        fields.extend(item_field(endpoint, model, owner, wire));
    }
    fields
}

/// The field at the end of a path that identifies something, as `Cow<str>`.
fn key_along(access: &str, path: &[&Field]) -> String {
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
fn number_of(access: &str, field: &Field) -> String {
    let convert = match field.ty {
        Type::IntegerEnum(_) => "number()",
        Type::ErrorCode => "get()",
        _ => "into()",
    };
    let plain = field.ty == Type::I64;
    match (field.required, plain) {
        (true, true) => format!("Some({access})"),
        (true, false) => format!("Some({access}.{convert})"),
        (false, true) => access.to_owned(),
        (false, false) => format!("{access}.map(|result| result.{convert})"),
    }
}

fn slice(numbers: &[i64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    format!("&[{}]", numbers.join(", "))
}
