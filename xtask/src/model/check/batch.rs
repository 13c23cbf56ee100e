//! Whether a split and the outcomes of its items refer to what is there.

use toml::Spanned;

use super::References;
use crate::{
    model::{Field, Type},
    spec::{
        Diagnostics,
        format::{Batch, Listed, Missing, Outcome, Repeat, RepeatSafety},
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
    mark_of_repeats(references, repeat, found);
    let Some(outcome) = &batch.outcome else { return };
    let Some(list) = references.response_field(&outcome.as_ref().list, found) else { return };
    references.list(list, outcome.as_ref().list.span(), found);
    columns(references, list, outcome.as_ref(), found);
    meaning(references, outcome.as_ref(), found);
}

/// Each call of a split list gets a mark of its own, so that it is not taken for a repeat.
fn mark_of_repeats(references: &References<'_>, repeat: &Repeat, found: &mut Diagnostics) {
    let mark = repeat.field.as_ref().filter(|_| repeat.safe == RepeatSafety::WithField);
    let Some(name) = mark else { return };
    if references.request.field(name.as_ref()).is_some_and(|field| field.ty != Type::U32) {
        let title = "the calls of a split list cannot be told apart";
        let help = "repeat.field of an endpoint with a [batch] has the type u32".to_owned();
        found.error(references.source, name.span(), title, "no u32", Some(help));
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
    for name in [&outcome.code, &outcome.info].into_iter().flatten() {
        references.item_field(rows, name, found);
    }
}

fn meaning(references: &References<'_>, outcome: &Outcome, found: &mut Diagnostics) {
    let mut refuse = |at: &Spanned<String>, title: &str, label: &str| {
        found.error(references.source, at.span(), title, label, None);
    };
    let listed = outcome.listed.as_ref().map(|listed| *listed.as_ref());
    match (&outcome.code, listed) {
        (Some(code), Some(_)) => {
            refuse(code, "batch.outcome has both code and listed", "one or the other");
        }
        (Some(code), None) if outcome.done.is_empty() => {
            refuse(code, "batch.outcome.done is missing", "which values mean done?");
        }
        (None, None) => {
            let label = "does it name what was done, or what failed?";
            refuse(&outcome.list, "batch.outcome has neither code nor listed", label);
        }
        _ => {}
    }
    let same = matches!(
        (listed, outcome.missing),
        (Some(Listed::Done), Missing::Done) | (Some(Listed::Failed), Missing::Failed)
    );
    if same {
        let label = "listed and missing say the same";
        refuse(&outcome.list, "batch.outcome tells no item from another", label);
    }
    if let (Some(parts), None) = (&outcome.parts, &outcome.code) {
        refuse(parts, "batch.outcome.code is missing", "which field of it holds the result?");
    }
}
