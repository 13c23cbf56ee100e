//! The sentences of the generated documentation.

use super::{Bounds, DocBlock, EndpointFacts, Struct, Type, Values, WebhookFacts};
use crate::spec::format::{Confidence, Phase, Repeat, RepeatSafety};

/// Escapes the characters of a text that Markdown would take for markup.
pub(crate) fn markdown(text: &str) -> String {
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

/// Documentation of a request type or of the type of a webhook's body.
#[derive(Debug, Default)]
pub(crate) struct Docs {
    /// What is called: `POST /v4/service/command`, or the command of a webhook.
    target: String,
    summary: String,
    /// What a caller checks first, one fact each.
    facts: Vec<String>,
    /// The link to its documentation page.
    page: String,
    /// What else is known of it.
    sections: Vec<Section>,
    /// The rows of the table of error codes.
    errors: Vec<String>,
    /// The implementation that is documented by the sections.
    details: Details,
}

/// Statements under one heading.
#[derive(Debug)]
struct Section {
    title: &'static str,
    statements: Vec<String>,
}

/// The trait implementation that is documented by what would hide the type itself.
#[derive(Debug, Default)]
struct Details {
    /// The anchor that rustdoc gives to it.
    anchor: String,
    /// Its first sentence.
    doc: String,
}

impl Docs {
    /// The documentation of the type itself, with the lines of an example: what a caller has to know
    /// before the first call.
    pub(crate) fn of_type(&self, example: Vec<String>) -> Vec<DocBlock> {
        let mut blocks = vec![DocBlock::Paragraph(format!("`{}`:\n{}", self.target, self.summary))];
        blocks.extend(self.facts.iter().cloned().map(DocBlock::Item));
        blocks.push(DocBlock::Item(self.page.clone()));
        if let Some(contents) = self.contents() {
            blocks.push(DocBlock::Item(format!("[{contents}](#{})", self.details.anchor)));
        }
        blocks.extend(example.into_iter().map(DocBlock::Line));
        blocks
    }

    /// The documentation of the trait implementation, with the lines of an example: everything else
    /// that is known.
    pub(crate) fn of_implementation(&self, example: Vec<String>) -> Vec<DocBlock> {
        let mut blocks = Vec::new();
        for section in &self.sections {
            blocks.push(DocBlock::Heading(section.title.to_owned()));
            blocks.extend(section.statements.iter().cloned().map(DocBlock::Item));
        }
        if !self.errors.is_empty() {
            blocks.push(DocBlock::Heading("Errors".to_owned()));
            blocks.extend(self.errors.iter().cloned().map(DocBlock::Line));
        }
        if !example.is_empty() {
            blocks.push(DocBlock::Heading("Example".to_owned()));
            blocks.extend(example.into_iter().map(DocBlock::Line));
        }
        if !blocks.is_empty() {
            blocks.insert(0, DocBlock::Paragraph(self.details.doc.clone()));
        }
        blocks
    }

    /// The documentation in a document that has a place of its own for the path, the link to the
    /// page, the example and the error codes.
    pub(crate) fn without_data(&self) -> String {
        let mut text = self.summary.clone() + "\n\n" + &bullets(&self.facts);
        for Section { title, statements } in &self.sections {
            text += &format!("\n\n### {title}\n\n{}", bullets(statements));
        }
        text
    }

    /// The titles of the sections, such as `Behavior, quirks and errors`.
    fn contents(&self) -> Option<String> {
        let errors = (!self.errors.is_empty()).then_some("Errors");
        let titles: Vec<&str> =
            self.sections.iter().map(|section| section.title).chain(errors).collect();
        let (first, rest) = titles.split_first()?;
        let rest: Vec<String> = rest.iter().map(|title| title.to_lowercase()).collect();
        Some(match rest.split_last() {
            None => (*first).to_owned(),
            Some((last, [])) => format!("{first} and {last}"),
            Some((last, middle)) => format!("{first}, {} and {last}", middle.join(", ")),
        })
    }
}

fn bullets(texts: &[String]) -> String {
    let lines: Vec<String> = texts.iter().map(|text| format!("- {text}")).collect();
    lines.join("\n")
}

/// The documentation of a request type.
pub(super) fn endpoint(
    service: &str,
    command: &str,
    request: &str,
    documentation_url: &str,
    group_types: Option<&[String]>,
    facts: &EndpointFacts,
    batch: Option<(&str, Option<u32>)>,
) -> Docs {
    let mut first = vec![quota(facts)];
    if let Some(types) = group_types {
        first.push(format!("Group types: {}.", types.join(", ")));
    }
    match batch {
        Some((field, Some(max))) => first.push(format!("At most {max} items in `{field}`.")),
        Some((field, None)) => {
            first.push(format!("No limit is documented for the number of items in `{field}`."));
        }
        None => {}
    }
    first.push(repeat(&facts.repeat));
    if let Some(requires) = &facts.requirement {
        first.push(format!("Requires: {}", markdown(requires)));
    }
    first.push(confidence(facts.confidence).to_owned());
    let mut errors = Vec::new();
    if !facts.errors.is_empty() {
        errors.push("| code | meaning |".to_owned());
        errors.push("| --- | --- |".to_owned());
        for error in &facts.errors {
            let meaning = markdown(&error.meaning);
            errors.push(format!("| {} | {meaning} |", error.code));
        }
    }
    Docs {
        target: format!("POST /v4/{service}/{command}"),
        summary: markdown(&facts.summary),
        facts: first,
        page: page(documentation_url, facts.doc_page),
        sections: sections(&facts.behavior, &facts.quirks, &facts.unverified),
        errors,
        details: Details {
            anchor: format!("impl-Endpoint-for-{request}"),
            doc: format!("Notes on `{command}` from its documentation and from client code."),
        },
    }
}

/// The documentation of the type of a webhook's body.
pub(super) fn webhook(
    command: &str,
    payload: &str,
    documentation_url: &str,
    facts: &WebhookFacts,
) -> Docs {
    let phase = match facts.phase {
        Phase::Before => "Sent before the event: the response decides what happens.",
        Phase::After => "Sent after the event: the response changes nothing.",
    };
    let mut first = vec![phase.to_owned()];
    if let Some(requires) = &facts.requirement {
        first.push(format!("Requires: {}", markdown(requires)));
    }
    if !facts.query.is_empty() {
        first.push(format!("The URL also has {}.", facts.query.join(" and ")));
    }
    Docs {
        target: command.to_owned(),
        summary: markdown(&facts.summary),
        facts: first,
        page: page(documentation_url, facts.doc_page),
        sections: sections(&facts.behavior, &facts.quirks, &facts.unverified),
        errors: Vec::new(),
        details: Details {
            anchor: format!("impl-Webhook-for-{payload}"),
            doc: format!("Notes on `{command}` from its documentation and from server code."),
        },
    }
}

fn page(documentation_url: &str, page: Option<u32>) -> String {
    page.map_or_else(
        || "No public documentation page.".to_owned(),
        |page| format!("[Documentation page]({documentation_url}{page})"),
    )
}

fn sections(behavior: &[String], quirks: &[String], unverified: &[String]) -> Vec<Section> {
    [("Behavior", behavior), ("Quirks", quirks), ("Open questions", unverified)]
        .into_iter()
        .filter(|(_, statements)| !statements.is_empty())
        .map(|(title, statements)| Section {
            title,
            statements: statements.iter().map(|text| markdown(text)).collect(),
        })
        .collect()
}

/// What a field holds, its bounds and its default.
pub(super) fn field(doc: &str, ty: &Type, bounds: &Bounds, default: Option<&str>) -> String {
    let mut sentences = vec![markdown(doc)];
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
        sentences.push(format!("The code of a refusal is from {min} to {max}."));
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
        sentences.push(format!("Defaults to `{default}`."));
    }
    sentences.join(" ")
}

/// The documentation of a response type.
pub(super) fn response(response: &Struct, request: &str) -> String {
    if response.fields.is_empty() {
        format!("Response of [`{request}`]; it carries no data.")
    } else {
        format!("Response of [`{request}`].")
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
                let unless = end.unless_sent.as_ref().map_or_else(String::new, |field| {
                    format!(" (unless {} is sent)", field.as_ref())
                });
                format!("the number of items so far reaches {}{unless}", total.as_ref())
            }
            (None, None) => "the page is empty".to_owned(),
        })
        .collect();
    marks.join(", or ")
}

fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "Confirmed by its documentation page.",
        Confidence::Medium => {
            "Partly confirmed: from client code and part of its documentation page."
        }
        Confidence::Low => "Not confirmed: known from client code alone.",
    }
}

fn quota(facts: &EndpointFacts) -> String {
    let mut text = facts.calls_per_second.map_or_else(
        || "No rate limit is documented.".to_owned(),
        |calls| {
            let calls = if calls == 1 { "1 call".to_owned() } else { format!("{calls} calls") };
            format!("At most {calls} per second per app.")
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
        RepeatSafety::Always => "Safe to repeat.".to_owned(),
        RepeatSafety::Never => "Not safe to repeat: a repeat takes effect again.".to_owned(),
        RepeatSafety::Unclear => "Whether it is safe to repeat is not documented.".to_owned(),
        RepeatSafety::WithField => match repeat.window_seconds {
            Some(window) => {
                let seconds = if window == 1 { "second" } else { "seconds" };
                format!("Safe to repeat for {window} {seconds} with the same `{field}`.")
            }
            None => format!("Safe to repeat with the same `{field}`."),
        },
        RepeatSafety::WhenField => {
            let equals = repeat.equals.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("Safe to repeat only when `{field}` is {equals}.")
        }
    };
    if !repeat.already_done.is_empty() {
        let codes: Vec<String> =
            repeat.already_done.iter().map(|code| code.as_ref().to_string()).collect();
        text +=
            &format!(" A repeat returns {} if the first attempt took effect.", codes.join(" or "));
    }
    if repeat.billed {
        text += " Each call is billed.";
    }
    if let Some(note) = &repeat.note {
        text += " ";
        text += &markdown(note);
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
