//! Checks of `[paging]`.

use std::ops::Range;

use super::References;
use crate::model::{Field, Type};
use crate::spec::{Diagnostics, format, format::Located};

pub(in crate::model) fn paging(
    references: &References<'_>,
    paging: &format::Paging,
    found: &mut Diagnostics,
) {
    let Some(items) = references.response_path(&paging.items, found) else { return };
    references.list(items, paging.items.span(), found);
    if let Some(size) = &paging.page_size {
        references.request_field(&size.field, found);
    }
    if let Some(total) = &paging.total {
        references.response_path(total, found);
    }
    if paging.modes.is_empty() {
        mode(references, items, paging.items.span(), (&paging.advance, &paging.end), found);
    } else if !paging.advance.is_empty() || !paging.end.is_empty() {
        let title = "paging has both modes and its own advance or end";
        found.error(references.source, paging.items.span(), title, "use one or the other", None);
    }
    let last = paging.modes.len().saturating_sub(1);
    for (index, each) in paging.modes.iter().enumerate() {
        if let Some(when) = &each.when {
            references.request_field(&when.field, found);
            if when.starts_with.is_some() == when.equals.is_some() {
                let title = "a condition needs exactly one of starts_with and equals";
                found.error(references.source, when.field.span(), title, "in this condition", None);
            }
        }
        let items = match &each.items {
            Some(name) => match references.response_path(name, found) {
                Some(items) => items,
                None => continue,
            },
            None => items,
        };
        if each.when.is_some() == (index == last) {
            let title = "every paging mode needs a condition, except the last, which has none";
            found.error(references.source, each.name.span(), title, "in this mode", None);
        }
        mode(references, items, each.name.span(), (&each.advance, &each.end), found);
    }
}

fn mode(
    references: &References<'_>,
    items: &Field,
    span: Range<usize>,
    (advance, end): (&[format::Advance], &[format::End]),
    found: &mut Diagnostics,
) {
    if advance.is_empty() || end.is_empty() {
        let title = "paging needs both advance and end";
        let help = "add advance = [{ set = …, to = … }] and end = [{ field = …, equals = […] }]";
        found.error(references.source, span, title, "in this paging", Some(help.to_owned()));
        return;
    }
    for step in advance {
        let Some(target) = references.request_field(&step.set, found) else { continue };
        let sources = [
            step.to.is_some(),
            step.add_items,
            step.next_number,
            step.smallest.is_some(),
            step.largest.is_some(),
        ];
        if sources.iter().filter(|set| **set).count() != 1 {
            let title =
                "a step needs exactly one of to, add_items, next_number, smallest and largest";
            found.error(references.source, step.set.span(), title, "in this step", None);
        }
        if step.add_items && target.ty != Type::U64 {
            let title = "an offset that counts items must be a u64";
            found.error(references.source, step.set.span(), title, "not a u64", None);
        }
        if step.next_number && !step.first.as_ref().is_some_and(toml::Value::is_integer) {
            let title = "numbered pages need the number of the first one";
            let help = Some("add `first = 0` or `first = 1`".to_owned());
            found.error(references.source, step.set.span(), title, "in this step", help);
        }
        if let Some(name) = &step.to {
            references.response_path(name, found);
        }
        for name in [&step.smallest, &step.largest].into_iter().flatten() {
            references.item_field(items, name, found);
        }
    }
    for mark in end {
        for name in [&mark.field, &mark.total].into_iter().flatten() {
            references.response_path(name, found);
        }
        if let Some(name) = &mark.unless_sent {
            references.request_field(name, found);
        }
        if let Some(name) = &mark.smallest {
            references.item_field(items, name, found);
        }
        if let Some(name) = &mark.per_page {
            page_size(references, name, found);
        }
        let is_mark = mark.field.is_some() || mark.smallest.is_some() || mark.total.is_some();
        if !is_mark && !mark.no_items {
            let title = "an end needs field or smallest with equals, or no_items, or total";
            found.error(references.source, span.clone(), title, "in this paging", None);
        }
    }
}

/// Checks the page size that numbered pages are multiplied by.
fn page_size(references: &References<'_>, name: &Located<String>, found: &mut Diagnostics) {
    let Some(field) = references.request_field(name, found) else { return };
    if !field.required && field.default.is_none() {
        let title = format!("{} may be absent and has no default", field.wire);
        let help = Some("without it, only an empty page ends the list".to_owned());
        found.error(references.source, name.span(), title, "as the size of a page", help);
    }
}
