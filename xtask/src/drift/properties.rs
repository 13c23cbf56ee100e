//! Compares what is said about a command as a whole.

use std::collections::BTreeSet;

use super::{
    difference::{Difference, Kind},
    facts::{AnswerFacts, CommonFacts, EndpointFacts, PaginationFacts, WebhookFacts},
    subject::Subject,
};
use crate::{
    model::{Endpoint, Model, Webhook, names},
    spec::format::{Phase, Repeat, RepeatSafety},
};

/// The differences in what is said about an endpoint.
pub(super) fn of_endpoint(
    facts: &EndpointFacts,
    endpoint: &Endpoint,
    subject: &Subject<'_>,
) -> Vec<Difference> {
    let mut properties = Properties::new(&facts.common, subject);
    let own = &endpoint.facts;
    properties.doc_page();
    properties.values(
        Kind::Quota,
        facts.max_calls_per_second.map(|calls| format!("{calls} calls per second")),
        own.calls_per_second.map(|calls| format!("{calls} calls per second")),
    );
    properties.values(
        Kind::ErrorCodes,
        facts.common.errors.iter().map(|error| error.code.to_string()),
        own.errors.iter().map(|error| error.code.to_string()),
    );
    let supported = facts.group_types.iter().flatten().filter(|(_, supported)| **supported);
    properties.values(
        Kind::GroupTypes,
        supported.map(|(name, _)| names::variant(name)),
        own.group_types.iter().flatten().cloned(),
    );
    properties.values(
        Kind::Batch,
        facts.batch.as_ref().map(|batch| format!("a limited list {}", batch.field)),
        subject.batch.map(|batch| format!("a limited list {}", batch.list.wire)),
    );
    properties.batch_size(facts);
    let items = |paging: &PaginationFacts| format!("pages of {}", paging.items);
    properties.values(
        Kind::Paging,
        facts.pagination.as_ref().map(items),
        subject.paging.map(|paging| format!("pages of {}", paging.items.wire)),
    );
    properties.page_size(facts);
    properties.repeat(facts.idempotent, &own.repeat);
    properties.found
}

/// The differences in what is said about a webhook.
pub(super) fn of_webhook(
    facts: &WebhookFacts,
    webhook: &Webhook,
    subject: &Subject<'_>,
) -> Vec<Difference> {
    let mut properties = Properties::new(&facts.common, subject);
    properties.doc_page();
    let phase = match webhook.facts.phase {
        Phase::Before => "before",
        Phase::After => "after",
    };
    properties.values(
        Kind::Phase,
        facts.phase.clone().map(|phase| format!("phase {phase}")),
        facts.phase.as_ref().map(|_| format!("phase {phase}")),
    );
    let special = special_parameters(subject.model);
    properties.values(
        Kind::Query,
        facts.query.iter().filter(|name| special.contains(name)).cloned(),
        webhook.facts.query.iter().cloned(),
    );
    properties.response_codes(&facts.answers, webhook);
    properties.found
}

/// URL parameters that only some webhooks have.
fn special_parameters(model: &Model) -> BTreeSet<&String> {
    let webhooks = model.webhooks.modules.values().flatten();
    webhooks.flat_map(|webhook| &webhook.facts.query).collect()
}

/// The properties of one command, and their differences so far.
struct Properties<'a, 'm> {
    facts: &'a CommonFacts,
    subject: &'a Subject<'m>,
    found: Vec<Difference>,
}

impl<'a, 'm> Properties<'a, 'm> {
    fn new(facts: &'a CommonFacts, subject: &'a Subject<'m>) -> Self {
        Self { facts, subject, found: Vec::new() }
    }

    /// Compares two sets of values.
    fn values(
        &mut self,
        kind: Kind,
        documented: impl IntoIterator<Item = String>,
        listed: impl IntoIterator<Item = String>,
    ) {
        let documented: BTreeSet<String> = documented.into_iter().collect();
        let listed: BTreeSet<String> = listed.into_iter().collect();
        for value in documented.difference(&listed) {
            self.report(kind, format!("{kind}: {value} is missing in the spec"), value);
        }
        for value in listed.difference(&documented) {
            self.report(kind, format!("{kind}: {value} is not documented"), value);
        }
    }

    /// A page of another product is in the quirks, as `doc_page` is for pages of the chat service.
    fn doc_page(&mut self) {
        let page = |number: u32| number.to_string();
        let (documented, own) = (self.facts.doc_id, self.subject.doc_page);
        if let (Some(documented), None) = (documented, own)
            && self.subject.about(&[page(documented)]).is_some()
        {
            return;
        }
        self.values(Kind::DocPage, documented.map(page), own.map(page));
    }

    fn batch_size(&mut self, facts: &EndpointFacts) {
        let (Some(documented), Some(batch)) = (&facts.batch, self.subject.batch) else { return };
        let items = |max: i64| format!("{max} items per call");
        let own = batch.spec.max.map(|max| i64::from(max.most()));
        if documented.max != own {
            self.values(Kind::Batch, documented.max.map(items), own.map(items));
        }
    }

    fn page_size(&mut self, facts: &EndpointFacts) {
        let (Some(documented), Some(paging)) = (&facts.pagination, self.subject.paging) else {
            return;
        };
        let items = |max: i64| format!("{max} items per page");
        let own = paging.page_size.as_ref().map(|(_, max)| i64::from(*max));
        self.values(Kind::Paging, documented.max_page.map(items), own.map(items));
    }

    /// The documentation only knows safe, unsafe and unclear. It may call a repeat unsafe that is
    /// refused because the first attempt took effect.
    fn repeat(&mut self, idempotent: Option<bool>, repeat: &Repeat) {
        let safety = repeat.safe;
        let contradiction = match (idempotent, safety) {
            (Some(true), RepeatSafety::Never | RepeatSafety::Unclear) => "safe",
            (Some(false), RepeatSafety::Always) if repeat.already_done.is_empty() => "unsafe",
            _ => return,
        };
        let text = format!("repeats: documented as {contradiction}, but {safety:?} in the spec");
        self.report(Kind::Repeat, text, "repeat");
    }

    fn response_codes(&mut self, answers: &[AnswerFacts], webhook: &Webhook) {
        let Some(response) = self.subject.model.webhooks.response_to(webhook) else { return };
        if answers.is_empty() {
            return;
        }
        let range = |first: i64, last: i64| match first == last {
            true => first.to_string(),
            false => format!("{first} to {last}"),
        };
        let documented = answers.iter().filter_map(|answer| match answer {
            AnswerFacts { code: Some(code), .. } => Some(range(*code, *code)),
            AnswerFacts { min: Some(min), max: Some(max), .. } => Some(range(*min, *max)),
            _ => None,
        });
        let documented: BTreeSet<String> = documented.collect();
        let mut listed: BTreeSet<String> =
            response.variants.iter().map(|variant| range(variant.first, variant.last)).collect();
        if answers.iter().any(|answer| answer.otherwise) {
            listed.retain(|code| documented.contains(code));
        }
        self.values(Kind::ResponseCodes, documented, listed);
    }

    /// A difference is explained by a sentence that contains the value, or its number.
    fn report(&mut self, kind: Kind, text: String, value: &str) {
        let number = value.split(' ').find(|word| word.parse::<i64>().is_ok());
        let last = value.split([' ', '.']).next_back();
        let mut words: Vec<String> = number
            .or(last)
            .into_iter()
            .map(|word| word.trim_start_matches('-').to_owned())
            .collect();
        if kind == Kind::Quota {
            words.extend(["quota", "one second"].map(str::to_owned));
        }
        let explanation = self.subject.about(&words).or_else(|| self.facts.about(&words));
        let explanation = explanation.map(str::to_owned);
        let subject = self.subject.origin.to_owned();
        self.found.push(Difference { subject, kind, text, explanation });
    }
}
