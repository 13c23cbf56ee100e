//! The sentences of the generated documentation.

use super::{Bounds, DocBlock, EndpointFacts, Struct, Type, Values, WebhookFacts};
use crate::spec::format::{Confidence, Phase, Repeat, RepeatSafety};

/// Text from the spec, with the characters that Markdown would take for markup escaped.
pub(crate) fn unsupported_by_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut code = false;
    for letter in text.chars() {
        if letter == '`' {
            code = !code;
        }
        if !code && matches!(letter, '[' | ']' | '<' | '>' | '*' | '|') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// The documentation of a request type.
pub(super) fn endpoint(
    service: &str,
    command: &str,
    documentation_url: &str,
    group_types: Option<&[String]>,
    facts: &EndpointFacts,
    batch: Option<(&str, Option<u32>)>,
) -> Vec<DocBlock> {
    use DocBlock::{Heading, Item, Line, Paragraph};

    let mut blocks = vec![Paragraph(unsupported_by_markdown(&facts.summary))];
    let page = facts.doc_page.map_or_else(
        || " (no public documentation page)".to_owned(),
        |page| format!(" ([documentation]({documentation_url}{page}))"),
    );
    blocks.push(Paragraph(format!("`POST /v4/{service}/{command}`{page}")));
    blocks.push(Item(quota(facts)));
    if let Some(types) = group_types {
        blocks.push(Item(format!("Group types: {}.", types.join(", "))));
    }
    match batch {
        Some((field, Some(max))) => {
            blocks.push(Item(format!("At most {max} items in `{field}` per call.")));
        }
        Some((field, None)) => {
            blocks.push(Item(format!("No cap is documented for the items in `{field}`.")));
        }
        None => {}
    }
    blocks.push(Item(repeat(&facts.repeat)));
    if let Some(requires) = &facts.requirement {
        blocks.push(Item(format!("Requires: {}", unsupported_by_markdown(requires))));
    }
    blocks.push(Item(confidence(facts.confidence).to_owned()));
    let sections = [
        ("Behavior", &facts.behavior),
        ("Quirks", &facts.quirks),
        ("Not confirmed", &facts.unverified),
    ];
    for (title, statements) in sections {
        if !statements.is_empty() {
            blocks.push(Heading(title.to_owned()));
            blocks.extend(statements.iter().map(|text| Item(unsupported_by_markdown(text))));
        }
    }
    if !facts.errors.is_empty() {
        blocks.push(Heading("Errors".to_owned()));
        blocks.push(Line("| code | meaning |".to_owned()));
        blocks.push(Line("| --- | --- |".to_owned()));
        for error in &facts.errors {
            let meaning = unsupported_by_markdown(&error.meaning);
            blocks.push(Line(format!("| {} | {meaning} |", error.code)));
        }
    }
    blocks
}

/// The documentation of the type of a webhook's body.
pub(super) fn webhook(
    command: &str,
    documentation_url: &str,
    facts: &WebhookFacts,
) -> Vec<DocBlock> {
    use DocBlock::{Heading, Item, Paragraph};

    let page = facts.doc_page.map_or_else(
        || " (no public documentation page)".to_owned(),
        |page| format!(" ([documentation]({documentation_url}{page}))"),
    );
    let phase = match facts.phase {
        Phase::Before => "Comes before it happens: the response decides.",
        Phase::After => "Comes after it happened: the response changes nothing.",
    };
    let mut blocks = vec![
        Paragraph(unsupported_by_markdown(&facts.summary)),
        Paragraph(format!("`{command}`{page}")),
        Item(phase.to_owned()),
    ];
    if let Some(requires) = &facts.requirement {
        blocks.push(Item(format!("Requires: {}", unsupported_by_markdown(requires))));
    }
    if !facts.query.is_empty() {
        blocks.push(Item(format!("The URL also has {}.", facts.query.join(" and "))));
    }
    let sections = [
        ("Behavior", &facts.behavior),
        ("Quirks", &facts.quirks),
        ("Not confirmed", &facts.unverified),
    ];
    for (title, statements) in sections {
        if !statements.is_empty() {
            blocks.push(Heading(title.to_owned()));
            blocks.extend(statements.iter().map(|text| Item(unsupported_by_markdown(text))));
        }
    }
    blocks
}

/// JSON as it is read.
pub(super) fn json(value: &serde_json::Value) -> Vec<DocBlock> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let lines = text.lines().map(str::to_owned);
    let fence = |text: &str| std::iter::once(text.to_owned());
    fence("```json").chain(lines).chain(fence("```")).map(DocBlock::Line).collect()
}

/// What a field holds, its bounds and its default.
pub(super) fn field(doc: &str, ty: &Type, bounds: &Bounds, default: Option<&str>) -> String {
    let mut sentences = vec![unsupported_by_markdown(doc)];
    if let Some(max) = bounds.max_items {
        sentences.push(format!("At most {max} items."));
    }
    // Ids and times have bounds of their own, documented at their types.
    let own_bounds = !matches!(
        ty.item(),
        Type::Id(_)
            | Type::MuteTime
            | Type::Seconds
            | Type::UnixSeconds
            | Type::UnixMillis
            | Type::Flag
    );
    if let Some(max) = bounds.max_bytes.filter(|_| own_bounds) {
        let each = if ty.is_array() { " each" } else { "" };
        sentences.push(format!("At most {max} bytes{each}."));
    }
    match (bounds.min, bounds.max) {
        (Some(min), Some(max)) if own_bounds => sentences.push(format!("From {min} to {max}.")),
        (Some(min), None) if own_bounds && min != 0 => sentences.push(format!("At least {min}.")),
        (None, Some(max)) if own_bounds => sentences.push(format!("At most {max}.")),
        _ => {}
    }
    if let Type::Verdict(min, max) = ty {
        sentences.push(format!("A refusal has a code from {min} to {max}."));
    }
    match &bounds.values {
        Values::Texts(texts) => sentences.push(listed(texts.iter())),
        Values::Numbers(numbers) if own_bounds => {
            sentences.push(listed(numbers.iter().map(i64::to_string)));
        }
        Values::Any | Values::Listed(_) | Values::Numbers(_) => {}
    }
    if let Some(default) = default {
        let default = if *ty == Type::Flag { flag_word(default) } else { default };
        sentences.push(format!("`{default}` when left out."));
    }
    sentences.join(" ")
}

/// What a response is.
pub(super) fn response(response: &Struct, request: &str) -> String {
    if response.fields.is_empty() {
        format!("The response to [`{request}`], which says no more than that it was done.")
    } else {
        format!("The response to [`{request}`].")
    }
}

/// How the last page is recognized, in words.
pub(super) fn end_of_paging(ends: &[crate::spec::format::End]) -> String {
    let marks: Vec<String> = ends
        .iter()
        .map(|end| match (end.field.as_ref().or(end.smallest.as_ref()), &end.total) {
            (Some(field), _) => {
                let values: Vec<String> = end.equals.iter().map(ToString::to_string).collect();
                format!("{} is {}", field.as_ref(), values.join(" or "))
            }
            (None, Some(total)) => {
                let unless = end
                    .unless_sent
                    .as_ref()
                    .map_or_else(String::new, |field| format!(" (without {})", field.as_ref()));
                format!("the items so far reach {}{unless}", total.as_ref())
            }
            (None, None) => "the page is empty".to_owned(),
        })
        .collect();
    marks.join(", or ")
}

fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "Confirmed: read in full from its page.",
        Confidence::Medium => "Confirmed in part: from client code and part of its page.",
        Confidence::Low => "Not confirmed: known from client code alone.",
    }
}

fn quota(facts: &EndpointFacts) -> String {
    let mut text = facts.calls_per_second.map_or_else(
        || "No call-frequency limit is documented.".to_owned(),
        |calls| {
            let calls = if calls == 1 { "1 call".to_owned() } else { format!("{calls} calls") };
            format!("At most {calls} per second and app.")
        },
    );
    for limit in &facts.long_term_limits {
        text += &format!(" At most {} calls in {} seconds.", limit.calls, limit.per_seconds);
    }
    text
}

fn repeat(repeat: &Repeat) -> String {
    let field = repeat.field.as_ref().map_or("", |field| field.as_ref());
    let mut text = match repeat.safe {
        RepeatSafety::Always => "Sending it again is safe.".to_owned(),
        RepeatSafety::Never => "Sending it again does it again.".to_owned(),
        RepeatSafety::Unclear => "Whether sending it again is safe is not known.".to_owned(),
        RepeatSafety::WithField => match repeat.window_seconds {
            Some(window) => {
                let window =
                    if window == 1 { "a second".into() } else { format!("{window} seconds") };
                format!(
                    "Sending it again is safe for {window} while `{field}` is set and stays the same."
                )
            }
            None => {
                format!("Sending it again is safe only while `{field}` is set and stays the same.")
            }
        },
        RepeatSafety::WhenField => {
            let equals = repeat.equals.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("Sending it again is safe only where `{field}` is {equals}.")
        }
    };
    if !repeat.already_done.is_empty() {
        let codes: Vec<String> =
            repeat.already_done.iter().map(|code| code.as_ref().to_string()).collect();
        text +=
            &format!(" A repeat answers {} when the first was carried out.", codes.join(" or "));
    }
    if repeat.billed {
        text += " Each call costs money.";
    }
    if let Some(note) = &repeat.note {
        text += " ";
        text += &unsupported_by_markdown(note);
    }
    text
}

fn listed(values: impl Iterator<Item = impl std::fmt::Display>) -> String {
    let values: Vec<String> = values.map(|value| format!("`{value}`")).collect();
    match values.as_slice() {
        [only] => format!("Only {only} is allowed."),
        _ => format!("One of {}.", values.join(", ")),
    }
}

fn flag_word(json: &str) -> &str {
    if json == "1" { "true" } else { "false" }
}
