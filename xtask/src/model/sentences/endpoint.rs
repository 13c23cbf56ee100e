//! The documentation of requests and responses.

use super::{
    field::max_items,
    sections::{page, sections},
};
use crate::model::{
    EndpointFacts, NewerGroupTypes, Struct,
    docs::{Details, Docs, markdown},
    facts::ServiceFacts,
};
use crate::spec::format::{Confidence, End, MaxItems, Paging, Repeat, RepeatSafety};

/// What the documentation of a request type is about.
#[derive(Clone, Copy)]
pub(crate) struct EndpointSubject<'a> {
    pub(crate) service: &'a str,
    pub(crate) command: &'a str,
    /// The request type.
    pub(crate) request: &'a str,
    pub(crate) group_types: Option<&'a [String]>,
    pub(crate) facts: &'a EndpointFacts,
    /// The capped list and its limit.
    pub(crate) batch: Option<(&'a str, Option<MaxItems>)>,
}

/// The documentation of a request type.
pub(in crate::model) fn endpoint(subject: EndpointSubject<'_>) -> Docs {
    let EndpointSubject { service, command, request, facts, .. } = subject;
    let page = page(facts.doc_page.as_ref());
    let mut first = Vec::new();
    if let Some(withdrawn) = &facts.withdrawn {
        first.push(format!("**Withdrawn.** {}", markdown(withdrawn)));
    }
    first.push(quota(facts));
    if let Some(types) = subject.group_types {
        first.push(group_types(types, facts.newer_group_types.as_ref()));
    }
    match subject.batch {
        Some((field, Some(max))) => first.push(max_items(max, &format!(" in `{field}`"))),
        Some((field, None)) => {
            first.push(format!("No limit is documented for the number of items in `{field}`."));
        }
        None => {}
    }
    if let Some(lost) = &facts.irreversible {
        first.push(format!("**Cannot be undone.** {}", markdown(lost)));
    }
    first.push(repeat(&facts.repeat));
    first.extend(service_facts(&facts.service));
    if let Some(requires) = &facts.requirement {
        first.push(format!("Requires: {}", markdown(requires)));
    }
    first.push(confidence(facts.confidence).to_owned());
    let mut errors = Vec::new();
    if !facts.errors.is_empty() {
        errors.push("| code | meaning |".to_owned());
        errors.push("| --- | --- |".to_owned());
        for error in &facts.errors {
            errors.push(format!("| {} | {} |", error.code, markdown(&error.meaning)));
        }
    }
    Docs {
        target: format!("POST /v4/{service}/{command}"),
        summary: markdown(&facts.summary),
        facts: first,
        page,
        sections: sections(&facts.behavior, &facts.quirks, &facts.unverified),
        errors,
        details: Details {
            anchor: format!("impl-Endpoint-for-{request}"),
            doc: format!("Notes on `{command}` from its documentation and from client code."),
        },
    }
}

/// The documentation of a response type.
pub(in crate::model) fn response(response: &Struct, request: &str) -> String {
    if response.fields.is_empty() {
        format!("Response of [`{request}`]; it carries no data.")
    } else {
        format!("Response of [`{request}`].")
    }
}

/// How the last page is recognized, in words.
pub(in crate::model) fn end_of_paging(paging: &Paging) -> String {
    if paging.modes.is_empty() {
        return end_marks(&paging.end);
    }
    let ends: Vec<String> = paging
        .modes
        .iter()
        .map(|mode| {
            let end = end_marks(&mode.end);
            let Some(when) = &mode.when else { return format!("otherwise: {end}") };
            let field = when.field.as_ref();
            let condition = match (&when.starts_with, when.equals) {
                (Some(prefix), _) => format!("{field} starts with {prefix}"),
                (None, Some(number)) => format!("{field} is {number}"),
                (None, None) => field.clone(),
            };
            format!("where {condition}: {end}")
        })
        .collect();
    ends.join("; ")
}

fn end_marks(ends: &[End]) -> String {
    let marks: Vec<String> = ends
        .iter()
        .map(|end| match (end.field.as_ref().or(end.smallest.as_ref()), &end.total) {
            (Some(field), _) => {
                let values: Vec<String> = end.equals.iter().map(ToString::to_string).collect();
                format!("{} is {}", field.as_ref(), values.join(" or "))
            }
            (None, Some(total)) if let Some(size) = &end.per_page => {
                format!("the pages so far times {} reach {}", size.as_ref(), total.as_ref())
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
        |calls| format!("At most {} per second per app.", calls_per_second(calls)),
    );
    for (edition, calls) in &facts.edition_quotas {
        text += &format!(" {} in the {} edition.", calls_per_second(*calls), edition.name);
    }
    if let Some(raisable) = &facts.raisable {
        let names: Vec<&str> =
            raisable.editions.iter().map(|edition| edition.name.as_str()).collect();
        let (step, names) = (raisable.step, names.join(" and "));
        text += &format!(" {names} apps can buy more in steps of {step} calls per second.");
    }
    for limit in &facts.long_term_limits {
        let (max, seconds) = (limit.max, limit.per_seconds);
        text += &match (&facts.counted_field, limit.counts_items) {
            (Some(field), true) => {
                format!(" At most {max} items of `{field}` in {seconds} seconds, over all calls")
            }
            _ => format!(" At most {max} calls in {seconds} seconds"),
        };
        if !limit.editions.is_empty() {
            let names: Vec<&str> =
                limit.editions.iter().map(|edition| edition.name.as_str()).collect();
            text += &format!(" in the editions {}", names.join(" and "));
        }
        text.push('.');
    }
    text
}

/// Where the service exists, and how long it works on a call.
fn service_facts(service: &ServiceFacts) -> Vec<String> {
    let names: Vec<&str> = service.regions.iter().map(|(_, name)| name.as_str()).collect();
    let regions = (!names.is_empty()).then(|| format!("Regions: {}.", names.join(", ")));
    let timeout = service
        .timeout_seconds
        .map(|seconds| format!("The service gives up on a call after {seconds} seconds."));
    regions.into_iter().chain(timeout).collect()
}

fn calls_per_second(calls: u32) -> String {
    if calls == 1 { "1 call".to_owned() } else { format!("{calls} calls") }
}

fn group_types(types: &[String], newer: Option<&NewerGroupTypes>) -> String {
    let types = types.join(", ");
    match newer {
        None => format!("Group types: {types}."),
        Some(NewerGroupTypes { names, as_of, older_as_of, .. }) => format!(
            "Group types: {types} according to pages of up to {older_as_of}, {} according to those \
             of {as_of}; which of them apply is not certain.",
            names.join(", ")
        ),
    }
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
        RepeatSafety::WithItemField => {
            let window = repeat.window_seconds.unwrap_or_default();
            format!("Safe to repeat for {window} seconds if every item has the same `{field}`.")
        }
        RepeatSafety::Unchanged => {
            let window = repeat.window_seconds.unwrap_or_default();
            format!("Safe to repeat for {window} seconds while the request stays the same.")
        }
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
    if let Some(resolved) = &repeat.resolved_by {
        let how = resolved.how.trim_end_matches('.');
        let endpoint = resolved.endpoint.as_ref();
        text += &format!(
            " After a lost response, `{endpoint}` shows whether it took effect: {}.",
            markdown(how)
        );
    }
    text
}
