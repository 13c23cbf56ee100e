//! Checks of `[batch]`: its fields exist, and its outcomes mean something.

use super::References;
use crate::{
    model::{Field, Type},
    spec::{
        Diagnostics,
        format::{Batch, Listed, Located, Missing, Outcome, Repeat, RepeatSafety},
    },
};

pub(in crate::model) fn batch(
    references: &References<'_>,
    batch: &Batch,
    repeat: &Repeat,
    found: &mut Diagnostics,
) {
    let Some(field) = references.request_field(&batch.field, found) else { return };
    references.list(field, batch.field.span(), found);
    if let Some(key) = &batch.key {
        references.item_field(field, key, found);
    }
    repeat_field(references, repeat, found);
    let Some(outcome) = &batch.outcome else { return };
    let Some(list) = references.response_field(&outcome.as_ref().list, found) else { return };
    references.list(list, outcome.as_ref().list.span(), found);
    columns(references, list, outcome.as_ref(), found);
    meaning(references, outcome.as_ref(), found);
}

/// Each call of a split list gets its own value in this field, so that none is taken for a repeat.
fn repeat_field(references: &References<'_>, repeat: &Repeat, found: &mut Diagnostics) {
    let field = repeat.field.as_ref().filter(|_| repeat.safe == RepeatSafety::WithField);
    let Some(name) = field else { return };
    if references.request.field(name.as_ref()).is_some_and(|field| field.ty != Type::U32) {
        let title = "the calls of a split list need distinct values of repeat.field";
        let help = "repeat.field of an endpoint with [batch] must be a u32".to_owned();
        found.error(references.source, name.span(), title, "not a u32", Some(help));
    }
}

fn columns(references: &References<'_>, list: &Field, outcome: &Outcome, found: &mut Diagnostics) {
    if let Some(key) = &outcome.key {
        references.item_path(list, key, found);
    }
    let rows = match &outcome.parts {
        Some(parts) => match references.item_field(list, parts, found) {
            Some(inner) => {
                references.list(inner, parts.span(), found);
                inner
            }
            None => return,
        },
        None => list,
    };
    if let Some(info) = &outcome.info {
        references.item_field(rows, info, found);
    }
    let Some(name) = &outcome.code else { return };
    let Some(code) = references.item_field(rows, name, found) else { return };
    if code.ty != Type::ErrorCode && outcome.results.is_empty() {
        let title = "results that are not error codes need a meaning";
        let help = "add batch.outcome.results for those that mean a failure".to_owned();
        found.error(references.source, name.span(), title, "not an error code", Some(help));
    }
}

fn meaning(references: &References<'_>, outcome: &Outcome, found: &mut Diagnostics) {
    let mut refuse = |at: &Located<String>, title: &str, label: &str| {
        found.error(references.source, at.span(), title, label, None);
    };
    let listed = outcome.listed.as_ref().map(|listed| *listed.as_ref());
    match (&outcome.code, listed) {
        (Some(code), Some(_)) => {
            refuse(code, "batch.outcome has both code and listed", "use one or the other");
        }
        (Some(code), None) if outcome.done.is_empty() => {
            refuse(code, "batch.outcome.done is missing", "which values mean done?");
        }
        (None, None) => {
            let label = "does it list items that are done, or items that failed?";
            refuse(&outcome.list, "batch.outcome has neither code nor listed", label);
        }
        _ => {}
    }
    let is_failed = listed == Some(Listed::Failed) || outcome.missing == Missing::Failed;
    if is_failed && outcome.info.is_none() && outcome.failed.is_none() {
        let label = "why does the service not do these items?";
        refuse(&outcome.list, "batch.outcome.failed is missing", label);
    }
    let same = matches!(
        (listed, outcome.missing),
        (Some(Listed::Done), Missing::Done) | (Some(Listed::Failed), Missing::Failed)
    );
    if same {
        let label = "listed and missing mean the same";
        refuse(&outcome.list, "batch.outcome does not distinguish items", label);
    }
    if let (Some(parts), None) = (&outcome.parts, &outcome.code) {
        refuse(
            parts,
            "batch.outcome.code is missing",
            "which field of the parts holds the result?",
        );
    }
}
