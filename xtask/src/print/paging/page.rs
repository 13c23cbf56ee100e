//! The body of the method that makes a page of a response.

use crate::{
    model::{Cursor, EndMark, EndTest, Field, Paging, PagingMode, Step, StepSource, Type},
    print::access::is_unsent,
};

/// The body of the method for one way of paging.
pub(super) fn page_body(paging: &Paging, mode: &PagingMode, cursor: &str) -> String {
    let items = &mode.items;
    let is_single = mode.steps.len() == 1;
    let mut lines: Vec<String> =
        mode.steps.iter().filter_map(|step| next_value(step, items, is_single)).collect();
    let ends: Vec<String> = mode.end.iter().map(|end| is_last(end, items)).collect();
    lines.push(format!("let last = {};", ends.join(" || ")));
    lines.push(format!("let (items, unrecognized) = response.{}.into_parts();", items.rust));
    lines.push(format!(
        "Page {{ items, unrecognized, next: {}, total: {} }}",
        next_cursor(paging, mode, cursor),
        total(paging.total.as_ref()),
    ));
    lines.join("\n")
}

/// A line that computes a value of the next cursor, unless it is a field of the response.
fn next_value(step: &Step, items: &Field, is_single: bool) -> Option<String> {
    let name = local_name(step, is_single);
    let (column, pick, plus) = match &step.source {
        StepSource::Response(_) => return None,
        StepSource::Count => {
            let sent = if step.field.required { "" } else { ".unwrap_or_default()" };
            return Some(format!(
                "let {name} = self.{}{sent}.saturating_add(response.{}.received() as u64);",
                step.field.rust, items.rust
            ));
        }
        StepSource::NextNumber => {
            let sent = sent_or_default(&step.field, step.first.as_deref());
            return Some(format!("let {name} = {sent}.saturating_add(1);"));
        }
        StepSource::Smallest(column, plus) => (column, "min", plus),
        StepSource::Largest(column, plus) => (column, "max", plus),
    };
    Some(format!(
        "let {name} = {}.{pick}().map(|mark| mark.saturating_add_signed({plus}));",
        values_of(items, column)
    ))
}

/// An iterator over a field of the items, also of those that are not recognized.
fn values_of(items: &Field, column: &Field) -> String {
    let value = format!("item.{}", column.rust);
    let value = if column.required { format!("Some({value})") } else { value };
    format!("response.{}.integers({:?}, |item| {value})", items.rust, column.wire)
}

fn local_name(step: &Step, is_single: bool) -> &str {
    if is_single { "next" } else { &step.field.rust }
}

fn is_last(end: &EndMark, items: &Field) -> String {
    match end {
        EndMark::Field { field, test, is_cursor } => passes(field, test, *is_cursor),
        EndMark::Smallest { column, values } => format!(
            "{}.min().is_some_and(|mark| matches!(mark, {}))",
            values_of(items, column),
            values.join(" | ")
        ),
        EndMark::Total { total, unless_sent } => {
            let reached = at_least("next", total);
            match unless_sent {
                Some(field) => format!("({} && {reached})", is_unsent(field)),
                None => reached,
            }
        }
        EndMark::FullPages { total, page_size, first } => {
            let pages = match first.as_str() {
                "0" => "next".to_owned(),
                first => format!("next.saturating_sub({first})"),
            };
            let size = sent_or_default(page_size, None);
            let count = format!("{}.saturating_mul({})", long(&pages), long(&size));
            at_least(&count, total)
        }
        EndMark::NoItems => format!("response.{}.received() == 0", items.rust),
    }
}

/// A number of the request, or what its absence means.
fn sent_or_default(field: &Field, first: Option<&str>) -> String {
    match (field.required, first.or(field.default.as_deref())) {
        (true, _) => format!("self.{}", field.rust),
        (false, Some(default)) => format!("self.{}.unwrap_or({default})", field.rust),
        (false, None) => format!("self.{}.unwrap_or_default()", field.rust),
    }
}

fn long(number: &str) -> String {
    format!("u64::from({number})")
}

/// Whether a count reaches the total.
fn at_least(count: &str, total: &Field) -> String {
    let access = format!("response.{}", total.rust);
    match (total.required, &total.ty) {
        (true, Type::U64) => format!("{count} >= {access}"),
        (true, _) => format!("{count} >= u64::from({access})"),
        (false, Type::U64) => format!("{access}.is_some_and(|total| {count} >= total)"),
        (false, _) => format!("{access}.is_some_and(|total| {count} >= u64::from(total))"),
    }
}

/// Whether a field of the response passes a test. A missing cursor passes every test.
fn passes(field: &Field, test: &EndTest, is_cursor: bool) -> String {
    let access = format!("response.{}", field.rust);
    let (name, values) = match test {
        EndTest::IsEmpty => {
            return match (field.required, is_cursor) {
                (true, _) => format!("{access}.is_empty()"),
                (false, true) => format!("{access}.as_deref().is_none_or(str::is_empty)"),
                (false, false) => format!("{access}.as_deref() == Some(\"\")"),
            };
        }
        EndTest::Flag(is_set) => {
            return match (field.required, is_set) {
                (true, true) => access,
                (true, false) => format!("!{access}"),
                (false, is_set) => format!("{access} == Some({is_set})"),
            };
        }
        EndTest::OneOf(values) => ("", values),
        EndTest::NumberOf(values) => (".number()", values),
    };
    let test = |value: &str| match values.as_slice() {
        [only] => format!("{value}{name} == {only}"),
        several => format!("matches!({value}{name}, {})", several.join(" | ")),
    };
    match (field.required, is_cursor) {
        (true, _) => test(&access),
        (false, true) => format!("{access}.is_none_or(|mark| {})", test("mark")),
        (false, false) => format!("{access}.is_some_and(|mark| {})", test("mark")),
    }
}

/// The cursor of the next page, unless this is the last one.
fn next_cursor(paging: &Paging, mode: &PagingMode, cursor: &str) -> String {
    if let Cursor::Struct(_) = paging.cursor {
        return next_struct(mode, cursor);
    }
    let [step] = mode.steps.as_slice() else { return String::new() };
    let variant = mode.names.as_ref().map(|names| format!("{cursor}::{}", names.variant));
    match (value(step, true), variant) {
        (Value::Plain(value), Some(variant)) => format!("(!last).then_some({variant}({value}))"),
        (Value::Plain(value), None) => format!("(!last).then_some({value})"),
        (Value::Option(value), Some(variant)) => {
            format!("{value}.filter(|_| !last).map({variant})")
        }
        (Value::Option(value), None) => format!("{value}.filter(|_| !last)"),
    }
}

fn next_struct(mode: &PagingMode, cursor: &str) -> String {
    let mut is_computed = false;
    let mut fields = Vec::new();
    for step in &mode.steps {
        let value = match value(step, false) {
            Value::Plain(value) => value,
            Value::Option(value) => {
                is_computed = true;
                format!("{value}.unwrap_or_default()")
            }
        };
        fields.push(format!("{}: {value}", step.field.rust));
    }
    // Only a computed value is worth a closure.
    let then = if is_computed { "then(|| " } else { "then_some(" };
    format!("(!last).{then}{cursor} {{ {} }})", fields.join(", "))
}

/// The value of a step.
enum Value {
    Plain(String),
    Option(String),
}

fn value(step: &Step, is_single: bool) -> Value {
    let name = local_name(step, is_single).to_owned();
    match &step.source {
        StepSource::Response(field) if field.required => {
            Value::Plain(format!("response.{}", field.rust))
        }
        StepSource::Response(field) => Value::Option(format!("response.{}", field.rust)),
        StepSource::Count | StepSource::NextNumber => Value::Plain(name),
        StepSource::Smallest(..) | StepSource::Largest(..) => Value::Option(name),
    }
}

/// The length of the whole list.
fn total(field: Option<&Field>) -> String {
    let Some(field) = field else { return "None".to_owned() };
    let access = format!("response.{}", field.rust);
    match (field.required, &field.ty) {
        (true, Type::U64) => format!("Some({access})"),
        (true, _) => format!("Some({access}.into())"),
        (false, Type::U64) => access,
        (false, _) => format!("{access}.map(Into::into)"),
    }
}
