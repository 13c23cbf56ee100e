//! The implementation of `Batched`: how a request is split, and the outcome of each item.

use super::{
    access::{key_along, number_of, numbers, str_of},
    imports::Imports,
    objects::type_name,
    rust::Code,
};
use crate::{
    model::{Batch, Endpoint, Field, Key, KeyForm, OutcomeRule, RowOutcome},
    spec::format::Missing,
};

/// The implementation of `Batched`.
pub(super) fn batched_impl(
    code: &mut Code,
    imports: &mut Imports,
    endpoint: &Endpoint,
    batch: &Batch,
) {
    imports.krate("Batched");
    imports.krate("ItemOutcome");
    imports.spec("BatchSpec");
    imports.parent(format!("spec::{}::BATCH", endpoint.module));
    let item = type_name(imports, batch.list.ty.item());
    let field = &batch.list.rust;
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
    if let Some(part_id) = &batch.part_id {
        code.gap();
        for_part(code, imports, &item, part_id);
    }
    code.gap();
    imports.std("borrow::Cow");
    code.line(format!("fn key(item: &{item}) -> Cow<'_, str> {{"));
    code.line(item_key(imports, &batch.key));
    code.line("}");
    code.gap();
    outcomes(code, imports, &endpoint.response_name, batch);
    code.line("}");
}

/// A part of the request with a value of its own in the field by which the service finds repeats.
fn for_part(code: &mut Code, imports: &mut Imports, item: &str, part_id: &Field) {
    imports.krate("endpoint::derive_part_id");
    let name = &part_id.rust;
    code.line(format!("fn for_part(&self, number: u64, items: Vec<{item}>) -> Self {{"));
    code.line("let mut part = self.with_items(items);");
    code.line(if part_id.required {
        format!("part.{name} = derive_part_id(part.{name}, number);")
    } else {
        format!("part.{name} = part.{name}.map(|id| derive_part_id(id, number));")
    });
    code.line("part");
    code.line("}");
}

fn item_key(imports: &mut Imports, key: &Key) -> String {
    import_json_key(imports, key);
    match key {
        Key::Field(path) => key_along("item", path),
        Key::Item(KeyForm::String) => "item.as_str().into()".to_owned(),
        Key::Item(KeyForm::Json) => "json_key(item)".to_owned(),
        Key::Item(KeyForm::Display) => "item.to_string().into()".to_owned(),
    }
}

fn row_key(imports: &mut Imports, key: &Key) -> String {
    import_json_key(imports, key);
    match key {
        Key::Field(path) => key_along("row", path),
        Key::Item(KeyForm::String) => "Cow::from(row.as_str())".to_owned(),
        Key::Item(KeyForm::Json) => "json_key(row)".to_owned(),
        Key::Item(KeyForm::Display) => "Cow::from(row.to_string())".to_owned(),
    }
}

fn import_json_key(imports: &mut Imports, key: &Key) {
    let form = match key {
        Key::Item(form) => Some(*form),
        Key::Field(path) => path.last().map(|field| field.ty.key_form()),
    };
    if form == Some(KeyForm::Json) {
        imports.krate("endpoint::json_key");
    }
}

fn outcomes(code: &mut Code, imports: &mut Imports, response: &str, batch: &Batch) {
    let list = &batch.list.rust;
    match &batch.outcomes {
        OutcomeRule::AllDone => {
            code.line(format!("fn outcomes(&self, _: &{response}) -> Vec<ItemOutcome> {{"));
            code.line(format!("vec![ItemOutcome::Done; self.{list}.len()]"));
        }
        OutcomeRule::InOrder { rows, outcome } => {
            imports.krate("endpoint::outcomes_in_order");
            let (rows, outcome) = (&rows.rust, row(outcome, "row"));
            code.line(format!("fn outcomes(&self, response: &{response}) -> Vec<ItemOutcome> {{"));
            code.line(format!(
                "outcomes_in_order(self.{list}.len(), &response.{rows}, |row| {outcome})"
            ));
        }
        OutcomeRule::ByKey { rows, key, outcome, missing } => {
            imports.krate("endpoint::match_outcomes");
            let (key, outcome) = (row_key(imports, key), row(outcome, "row"));
            let missing = match missing {
                Missing::Done => "Done",
                Missing::Failed => "failed(\"\")",
                Missing::Unknown => "Unknown",
            };
            let rows = &rows.rust;
            code.line(format!("fn outcomes(&self, response: &{response}) -> Vec<ItemOutcome> {{"));
            code.line(format!("let keys = self.{list}.iter().map(Self::key);"));
            code.line(format!(
                "match_outcomes(keys, &response.{rows}, |row| ({key}, {outcome}), &ItemOutcome::{missing})"
            ));
        }
    }
    code.line("}");
}

/// The outcome that an entry of this name reports.
fn row(outcome: &RowOutcome, entry: &str) -> String {
    match outcome {
        RowOutcome::Done => "ItemOutcome::Done".to_owned(),
        RowOutcome::Failed { info } => format!("ItemOutcome::failed({})", info_of(info, entry)),
        RowOutcome::ByCode { code, done, pending, info } => {
            let number = number_of(&format!("{entry}.{}", code.rust), code);
            let (done, pending) = (numbers(done), numbers(pending));
            let info = info_of(info, entry);
            format!("ItemOutcome::by_code({number}, {done}, {pending}, {info})")
        }
        RowOutcome::Parts { parts, each } => {
            let each = row(each, "part");
            format!("ItemOutcome::of_parts(&{entry}.{}, |part| {each})", parts.rust)
        }
    }
}

fn info_of(info: &Option<Field>, entry: &str) -> String {
    let info = info.as_ref();
    info.map_or("\"\"".to_owned(), |info| str_of(&format!("{entry}.{}", info.rust), info))
}
