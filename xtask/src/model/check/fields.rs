//! Checks of fields, and of what an endpoint says about them.

use std::{ops::Range, sync::Arc};

use super::References;
use crate::model::Type;
use crate::spec::{
    Diagnostics, Source,
    format::{self, Batch, Located, Repeat, RepeatSafety},
};

pub(in crate::model) fn field(
    source: &Arc<Source>,
    wire: &Located<String>,
    field: &format::Field,
    ty: &Type,
    found: &mut Diagnostics,
) {
    let mut misplaced = |key: &str, fits: bool, set: bool, needs: &str| {
        if set && !fits {
            let title = format!("{key} does not apply to type {}", field.type_.as_ref());
            let label = format!("{key} needs {needs}");
            found.error(source, wire.span(), title, label, None);
        }
    };
    let is_string =
        matches!(ty.item(), Type::String | Type::Id(_) | Type::StringEnum(_) | Type::Json);
    let is_number = ty.item().is_integer() || *ty.item() == Type::F64;
    misplaced("max_items", ty.is_collection(), field.max_items.is_some(), "an Array<…>");
    let is_optional_array = ty.is_array() && !field.required;
    misplaced("older", is_optional_array, field.older, "an optional Array<…>");
    misplaced("max_bytes", is_string, field.max_bytes.is_some(), "a string");
    let is_text = matches!(ty, Type::String | Type::Id(_));
    misplaced("custom_id", is_text, field.custom_id.is_some(), "a string or an id");
    misplaced("min", is_number, field.min.is_some(), "a number");
    misplaced("max", is_number, field.max.is_some(), "a number");
    misplaced("values", is_string || is_number, field.values.is_some(), "a string or a number");
    if let Some(quirk) = &field.quirk {
        use format::Quirk::{BooleanAsString, PaddedString, StringAsNumber};
        let (fits, needs) = match quirk.as_ref() {
            BooleanAsString => (*ty == Type::Boolean, "a boolean"),
            StringAsNumber => (matches!(ty, Type::String | Type::Id(_)), "a string or an id"),
            PaddedString => {
                (matches!(ty, Type::Id(_) | Type::StringEnum(_)), "an id or an enumeration")
            }
        };
        if !fits {
            let title = format!("this quirk does not apply to type {}", field.type_.as_ref());
            found.error(source, quirk.span(), title, format!("needs {needs}"), None);
        }
    }
}

pub(in crate::model) fn groups_of_fields(
    references: &References<'_>,
    groups: &[Vec<Located<String>>],
    found: &mut Diagnostics,
) {
    for name in groups.iter().flatten() {
        references.request_field(name, found);
    }
}

pub(in crate::model) fn repeat(
    references: &References<'_>,
    repeat: &Repeat,
    batch: Option<&Batch>,
    found: &mut Diagnostics,
) {
    let needs_field = matches!(
        repeat.safe,
        RepeatSafety::WithField | RepeatSafety::WithItemField | RepeatSafety::WhenField
    );
    match (&repeat.field, needs_field) {
        (Some(field), true) if repeat.safe == RepeatSafety::WithItemField => {
            item_field(references, field, batch, found);
        }
        (Some(field), true) => {
            references.request_field(field, found);
        }
        (Some(field), false) => found.error(
            references.source,
            field.span(),
            "repeat.field needs safe = \"with_field\", \"with_item_field\" or \"when_field\"",
            "not allowed here",
            None,
        ),
        (None, true) => found.error(
            references.source,
            section(references.source, "[repeat]"),
            "repeat.field is missing",
            "in this section",
            Some("name the request field on which the safety depends".to_owned()),
        ),
        (None, false) => {}
    }
    let needs_window =
        [RepeatSafety::Unchanged, RepeatSafety::WithItemField].contains(&repeat.safe);
    if needs_window && repeat.window_seconds.is_none() {
        found.error(
            references.source,
            section(references.source, "[repeat]"),
            "repeat.window_seconds is missing",
            "in this section",
            Some("say for how long the service recognizes a repeat".to_owned()),
        );
    }
    if (repeat.safe == RepeatSafety::Unclear) == repeat.searched.is_empty() {
        found.error(
            references.source,
            section(references.source, "[repeat]"),
            "repeat.searched belongs to safe = \"unclear\", and only to that",
            "in this section",
            Some("list the pages and clients that were searched for an answer".to_owned()),
        );
    }
}

fn item_field(
    references: &References<'_>,
    field: &Located<String>,
    batch: Option<&Batch>,
    found: &mut Diagnostics,
) {
    let Some(batch) = batch else {
        let title = "repeat.safe = \"with_item_field\" needs [batch]";
        found.error(references.source, field.span(), title, "which list has the items?", None);
        return;
    };
    // An unknown list is reported where it is named.
    if let Some(list) = references.request.field(batch.field.as_ref()) {
        references.item_field(list, field, found);
    }
}

/// The header of a section, for a diagnostic about something missing in it.
fn section(source: &Source, header: &str) -> Range<usize> {
    let start = source.text.find(header).unwrap_or(0);
    start..(start + header.len()).min(source.text.len())
}
