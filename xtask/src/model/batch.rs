//! How a request is split, and how the outcome of each item is read from the response.

use super::{Field, Struct, Type, objects::Objects};
use crate::spec::format::{self, Listed, Located, Missing, Outcome, Repeat, RepeatSafety};

/// How a request is split.
#[derive(Debug)]
pub(crate) struct Batch {
    /// The request field with the list.
    pub(crate) list: Field,
    /// The request field that has a distinct value in each part, so that the service does not take one
    /// part for a repeat of another.
    pub(crate) part_id: Option<Field>,
    /// What identifies an item.
    pub(crate) key: Key,
    pub(crate) outcomes: OutcomeRule,
    /// The section of the spec.
    pub(crate) spec: format::Batch,
}

/// What identifies an item, or an entry of the list of outcomes.
#[derive(Debug)]
pub(crate) enum Key {
    /// The whole item.
    Item(KeyForm),
    /// A field of it, or of objects within it: the fields along the path.
    Field(Vec<Field>),
}

/// How the text of a key is made from a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyForm {
    String,
    /// Its JSON, for objects and arrays.
    Json,
    /// Its `Display`, for numbers.
    Display,
}

/// How the outcomes of the items are read from the response.
#[derive(Debug)]
pub(crate) enum OutcomeRule {
    /// The response does not report single items: success means that all are done.
    AllDone,
    /// The response has one entry per item, in the order of the request.
    InOrder { rows: Field, outcome: RowOutcome },
    /// The response has entries that name their item.
    ByKey { rows: Field, key: Key, outcome: RowOutcome, missing: Missing },
}

/// The outcome that one entry reports.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "an endpoint has at most two of them")]
pub(crate) enum RowOutcome {
    Done,
    /// A failure, with the field that explains it.
    Failed {
        info: Option<Field>,
    },
    ByCode {
        code: Field,
        done: Vec<i64>,
        pending: Vec<i64>,
        info: Option<Field>,
    },
    /// Done when all entries of a list within it are.
    Parts {
        parts: Field,
        each: Box<Self>,
    },
}

impl Batch {
    /// Returns whether the results of items are error codes.
    pub(crate) fn has_error_codes(&self) -> bool {
        match &self.outcomes {
            OutcomeRule::AllDone => false,
            OutcomeRule::InOrder { outcome, .. } | OutcomeRule::ByKey { outcome, .. } => {
                outcome.has_error_codes()
            }
        }
    }

    /// Resolves the section of the spec. `None` if it names unknown fields.
    pub(super) fn new(
        spec: format::Batch,
        repeat: &Repeat,
        (request, response): (&Struct, &Struct),
        objects: Objects<'_>,
    ) -> Option<Self> {
        let list = request.field(spec.field.as_ref())?.clone();
        let key = match &spec.key {
            Some(key) => Key::Field(vec![objects.item_field(&list, key.as_ref())?.clone()]),
            None => Key::Item(list.ty.item().key_form()),
        };
        let part_id = repeat.field.as_ref().filter(|_| repeat.safe == RepeatSafety::WithField);
        let part_id = part_id.and_then(|name| request.field(name.as_ref())).cloned();
        let outcomes = match &spec.outcome {
            Some(outcome) => OutcomeRule::new(outcome.as_ref(), response, objects)?,
            None => OutcomeRule::AllDone,
        };
        Some(Self { list, part_id, key, outcomes, spec })
    }
}

impl OutcomeRule {
    fn new(spec: &Outcome, response: &Struct, objects: Objects<'_>) -> Option<Self> {
        let rows = response.field(spec.list.as_ref())?.clone();
        let outcome = match &spec.parts {
            Some(parts) => {
                let parts = objects.item_field(&rows, parts.as_ref())?.clone();
                let each = Box::new(RowOutcome::new(spec, &parts, objects)?);
                RowOutcome::Parts { parts, each }
            }
            None => RowOutcome::new(spec, &rows, objects)?,
        };
        let key = match &spec.key {
            Some(key) => Key::Field(objects.item_path(&rows, key.as_ref())?),
            None if spec.code.is_some() => return Some(Self::InOrder { rows, outcome }),
            None => Key::Item(rows.ty.item().key_form()),
        };
        Some(Self::ByKey { rows, key, outcome, missing: spec.missing })
    }
}

impl RowOutcome {
    fn has_error_codes(&self) -> bool {
        match self {
            Self::Done | Self::Failed { .. } => false,
            Self::ByCode { code, .. } => code.ty == Type::ErrorCode,
            Self::Parts { each, .. } => each.has_error_codes(),
        }
    }

    fn new(spec: &Outcome, rows: &Field, objects: Objects<'_>) -> Option<Self> {
        let column = |name: &Option<Located<String>>| {
            name.as_ref().and_then(|name| objects.item_field(rows, name.as_ref())).cloned()
        };
        let info = column(&spec.info);
        if spec.code.is_some() {
            let (done, pending) = (spec.done.clone(), spec.pending.clone());
            return Some(Self::ByCode { code: column(&spec.code)?, done, pending, info });
        }
        Some(match spec.listed.as_ref().map(|listed| *listed.as_ref()) {
            Some(Listed::Done) => Self::Done,
            Some(Listed::Failed) | None => Self::Failed { info },
        })
    }
}

impl Type {
    /// How the text of a key is made from a value of this type.
    pub(crate) fn key_form(&self) -> KeyForm {
        match self {
            Self::String | Self::Id(_) | Self::StringEnum(_) => KeyForm::String,
            Self::Struct(_)
            | Self::Union(_)
            | Self::Json
            | Self::TagValue
            | Self::Array(_)
            | Self::Map(_) => KeyForm::Json,
            _ => KeyForm::Display,
        }
    }
}
