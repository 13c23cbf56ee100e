//! Checks of examples.

use std::{collections::BTreeMap, sync::Arc};

use crate::model::{
    Area, Field, SharedTypes, Type, Values, Webhooks,
    example::{Types, fit},
};
use crate::spec::{Diagnostics, Source, format};

/// An id has examples, and they are valid.
pub(in crate::model) fn id(source: &Arc<Source>, id: &format::Id, found: &mut Diagnostics) {
    let examples = id.examples.as_ref();
    let too_long =
        |text: &&String| id.max_bytes.is_some_and(|max| text.len() as u64 > u64::from(max));
    let is_invalid = |text: &&String| {
        too_long(text)
            || (id.printable_ascii && !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
            || id.marker.as_ref().is_some_and(|marker| !text.contains(marker))
    };
    let title = match examples.iter().find(is_invalid) {
        Some(text) => format!("invalid example {text:?}: breaks the rules of this id"),
        None if examples.is_empty() => "an id needs at least one example".to_owned(),
        None => return,
    };
    found.error(source, id.examples.span(), title, "in these examples", None);
}

/// Examples are valid, and present wherever the type does not determine one.
pub(in crate::model) fn examples(
    shared: &SharedTypes,
    areas: &BTreeMap<String, Area>,
    webhooks: &Webhooks,
    found: &mut Diagnostics,
) {
    let everywhere = Types { shared, areas, webhooks: &webhooks.shared, local: &[] };
    let homes = areas.values().map(|area| &area.shared).chain([shared, &webhooks.shared]);
    let fields = homes.flat_map(|home| &home.structs).flat_map(|object| &object.fields);
    fields.for_each(|field| example(everywhere, field, found));
    for endpoint in areas.values().flat_map(|area| &area.endpoints) {
        let types = Types { local: &endpoint.structs, ..everywhere };
        let objects = [&endpoint.request, &endpoint.response].into_iter().chain(&endpoint.structs);
        for field in objects.flat_map(|object| &object.fields) {
            example(types, field, found);
        }
    }
    for webhook in webhooks.modules.values().flatten() {
        let types = Types { local: &webhook.structs, ..everywhere };
        let objects = webhook.structs.iter().chain([&webhook.payload]);
        objects.flat_map(|object| &object.fields).for_each(|field| example(types, field, found));
    }
}

fn example(types: Types<'_>, field: &Field, found: &mut Diagnostics) {
    let name = &field.wire;
    if let Some(example) = &field.example {
        if let Err(reason) = fit::check_value(types, &field.ty, &field.bounds, &example.value) {
            let title = format!("invalid example for {name}");
            found.error(
                &example.location.source,
                example.location.span.clone(),
                title,
                reason,
                None,
            );
        }
        return;
    }
    let is_open = match field.ty.item() {
        Type::String => matches!(field.bounds.values, Values::Any),
        ty => matches!(ty, Type::TagValue | Type::Json) || matches!(field.ty, Type::Map(_)),
    };
    if field.required && !field.preset && is_open {
        let title = format!("{name} needs an example");
        let label = "its type does not determine an example";
        let help = "add `example = …` with a realistic value".to_owned();
        found.error(&field.location.source, field.location.span.clone(), title, label, Some(help));
    }
}
