//! Compares the fields of a command, from the outside in.

use super::{
    constraints,
    difference::{Difference, Kind},
    facts::{CommonFacts, FieldFacts},
    limits::{Limit, LimitState},
    notes::contains_word,
    shared::SharedFacts,
    subject::{Object, Subject},
};
use crate::model::{Field, Struct};

/// The comparison of the fields of all commands.
#[derive(Debug, Default)]
pub(super) struct FieldComparison {
    /// Number of documented fields.
    pub(super) documented: usize,
    /// Number of those that the spec has.
    pub(super) covered: usize,
    pub(super) differences: Vec<Difference>,
    shared: SharedFacts,
}

impl FieldComparison {
    /// Compares the request and the response of a command.
    pub(super) fn add(&mut self, facts: &CommonFacts, subject: &Subject<'_>) {
        for (side, documented, fields) in [
            (Side::Request, facts.request.as_slice(), subject.request),
            (Side::Response, facts.response.as_slice(), subject.response),
        ] {
            let mut level = Level { all: self, facts, subject, side };
            level.compare(side.name(), documented, fields.iter().collect(), None);
        }
    }

    /// Counts the fields of a command that the spec lacks as a whole.
    pub(super) fn add_missing(&mut self, facts: &CommonFacts) {
        self.documented += count(&facts.request) + count(&facts.response);
    }

    /// Reports shared facts that no page documents, once all commands were compared.
    pub(super) fn finish(&mut self) {
        self.differences.extend(std::mem::take(&mut self.shared).into_differences());
    }
}

fn count(fields: &[FieldFacts]) -> usize {
    fields.iter().map(|field| 1 + count(&field.fields)).sum()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Response,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

/// The fields of a command on their way through its objects.
struct Level<'a, 'm> {
    all: &'a mut FieldComparison,
    facts: &'a CommonFacts,
    subject: &'a Subject<'m>,
    side: Side,
}

impl<'m> Level<'_, 'm> {
    /// Compares the fields of one object; `owner` is its name if several files use it.
    fn compare(
        &mut self,
        path: &str,
        documented: &[FieldFacts],
        fields: Vec<&'m Field>,
        owner: Option<&str>,
    ) {
        for facts in documented {
            self.all.documented += 1;
            let path = format!("{path}.{}", facts.name);
            match fields.iter().find(|field| is_same(field, &facts.name)) {
                Some(field) => {
                    self.all.covered += 1;
                    self.field(&path, facts, field, owner);
                }
                None => self.missing(&path, facts),
            }
        }
        for field in fields {
            let is_documented = documented.iter().any(|facts| is_same(field, &facts.name));
            if !is_documented && field.wire != COMMAND {
                self.extra(&format!("{path}.{}", field.wire), field);
            }
        }
    }

    fn field(&mut self, path: &str, facts: &FieldFacts, field: &'m Field, owner: Option<&str>) {
        if constraints::is_compatible(&facts.type_, field) {
            self.constraints(path, facts, field, owner);
        } else {
            let text = format!(
                "{path}: {}, but {} in the spec",
                facts.type_,
                constraints::description(&field.ty)
            );
            self.report(Kind::Type, text, field, &[]);
        }
        self.inside(path, facts, field);
    }

    fn constraints(
        &mut self,
        path: &str,
        facts: &FieldFacts,
        field: &'m Field,
        owner: Option<&str>,
    ) {
        // Of what the spec receives, it marks only those fields as required that it cannot do
        // without.
        let is_sent = self.side == Side::Request && !self.subject.is_webhook;
        if let Some(required) = facts.required.filter(|_| is_sent)
            && required != field.required
        {
            let [here, there] =
                [required, field.required].map(|is| if is { "required" } else { "optional" });
            let text = format!("{path}: {here}, but {there} in the spec");
            self.report(Kind::Required, text, field, &[]);
        }
        for found in constraints::compare(facts, field, is_sent) {
            self.report(found.kind, format!("{path}: {}", found.text), field, &found.words);
        }
        let is_list = is_sent && path == format!("{}.{}", self.side.name(), field.wire);
        for limit in Limit::of(facts, field, self.subject, is_list) {
            let owner = limit.owner(field, self.subject, owner);
            match (limit.state(is_sent), owner) {
                (LimitState::Undocumented(text), Some(owner)) => {
                    let explanation = self.facts.about(&limit.numbers());
                    let (name, difference) = shared_limit(&owner, &text, explanation);
                    self.all.shared.undocumented(name, difference);
                }
                (LimitState::Undocumented(text), None) => {
                    let text = format!("{path}: {text} is not documented");
                    self.report(Kind::Limit, text, field, &limit.numbers());
                }
                (LimitState::Differs(text), _) => {
                    self.report(Kind::Limit, format!("{path}: {text}"), field, &limit.numbers());
                }
                (LimitState::Same(text), Some(owner)) => {
                    let explanation = self.facts.about(&limit.numbers());
                    let (name, difference) = shared_limit(&owner, &text, explanation);
                    self.all.shared.documented(name, difference);
                }
                (LimitState::Same(_) | LimitState::None, _) => {}
            }
        }
    }

    /// Compares the fields of the object that a field holds.
    fn inside(&mut self, path: &str, facts: &FieldFacts, field: &'m Field) {
        if facts.fields.is_empty() {
            return;
        }
        let brackets = if field.ty.is_array() { "[]" } else { "" };
        let path = format!("{path}{brackets}");
        match self.subject.object(field) {
            Some(Object::Struct { object, is_shared }) => {
                let is_documented =
                    |field: &&Field| facts.fields.iter().any(|facts| is_same(field, &facts.name));
                for field in &object.fields {
                    self.note(&path, object, field, is_shared, is_documented(&field));
                }
                let fields = object.fields.iter().filter(is_documented).collect();
                let owner = is_shared.then_some(object.name.as_str());
                self.compare(&path, &facts.fields, fields, owner);
            }
            Some(Object::Union { tag, content }) => self.union(&path, facts, &[tag, content]),
            // Any JSON: the spec has the whole, and none of its fields.
            None => {
                for inner in &facts.fields {
                    self.all.documented += 1;
                    self.missing(&format!("{path}.{}", inner.name), inner);
                }
            }
        }
    }

    fn union(&mut self, path: &str, facts: &FieldFacts, names: &[&str]) {
        for inner in &facts.fields {
            self.all.documented += 1;
            if names.contains(&inner.name.as_str()) {
                self.all.covered += 1;
            } else {
                self.missing(&format!("{path}.{}", inner.name), inner);
            }
        }
    }

    fn missing(&mut self, path: &str, facts: &FieldFacts) {
        self.all.documented += count(&facts.fields);
        let words = [facts.name.clone()];
        let explanation = self.subject.about(&words).map(str::to_owned);
        self.push(Kind::MissingField, format!("{path} is missing in the spec"), explanation);
    }

    /// Notes whether a field of an object is documented: one place is enough.
    fn note(
        &mut self,
        path: &str,
        object: &Struct,
        field: &Field,
        is_shared: bool,
        is_documented: bool,
    ) {
        let name = format!("{}.{}", object.name, field.wire);
        let (subject, text) = if is_shared {
            (TYPES, format!("{name} is not documented for any command"))
        } else {
            (self.subject.origin, format!("{path}.{} is not documented", field.wire))
        };
        let explanation = self.explanation_of_extra(field);
        let difference =
            Difference { subject: subject.to_owned(), kind: Kind::ExtraField, text, explanation };
        let name = format!("{subject} {name}");
        if is_documented {
            self.all.shared.documented(name, difference);
        } else {
            self.all.shared.undocumented(name, difference);
        }
    }

    fn extra(&mut self, path: &str, field: &Field) {
        let explanation = self.explanation_of_extra(field);
        self.push(Kind::ExtraField, format!("{path} is not documented"), explanation);
    }

    fn explanation_of_extra(&self, field: &Field) -> Option<String> {
        let words = [field.wire.clone()];
        let explanation = if field.unverified {
            Some("the spec marks it as unverified")
        } else if SOURCES.iter().any(|source| contains_word(&field.doc, source)) {
            Some(field.doc.as_str())
        } else {
            self.facts.about(&words).or_else(|| self.subject.about(&words))
        };
        explanation.map(str::to_owned)
    }

    /// A difference in a field is explained by a sentence about the field, or by one of the words in
    /// its documentation.
    fn report(&mut self, kind: Kind, text: String, field: &Field, words: &[String]) {
        let in_doc = words.iter().any(|word| contains_word(&field.doc, word));
        let names = [field.wire.clone()];
        let explanation = match in_doc {
            true => Some(field.doc.as_str()),
            false => self.subject.about(&names).or_else(|| self.facts.about(words)),
        };
        let explanation = explanation.map(str::to_owned);
        self.push(kind, text, explanation);
    }

    fn push(&mut self, kind: Kind, text: String, explanation: Option<String>) {
        let subject = self.subject.origin.to_owned();
        self.all.differences.push(Difference { subject, kind, text, explanation });
    }
}

/// The name of a limit that several files share, and the difference if no page documents it.
fn shared_limit(owner: &str, limit: &str, explanation: Option<&str>) -> (String, Difference) {
    let name = format!("{owner}: {limit}");
    let text = format!("{name} is not documented for any command");
    let difference = Difference {
        subject: TYPES.to_owned(),
        kind: Kind::Limit,
        text,
        explanation: explanation.map(str::to_owned),
    };
    (name, difference)
}

fn is_same(field: &Field, name: &str) -> bool {
    field.wire == name || field.aliases.iter().any(|alias| alias == name)
}

/// The files of what several files share.
const TYPES: &str = "spec/types";
/// Words with which the documentation of a field names the page that has it.
const SOURCES: &[&str] = &["page", "pages", "sample", "samples"];
/// The member of webhooks that repeats their command, which fact files leave out.
const COMMAND: &str = "CallbackCommand";
