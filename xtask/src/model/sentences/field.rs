//! The documentation of fields.

use crate::{
    model::{Bounds, Type, Values, docs::markdown},
    spec::format::MaxItems,
};

/// What a field holds, its bounds and its default.
pub(in crate::model) fn field(
    doc: &str,
    ty: &Type,
    bounds: &Bounds,
    default: Option<&str>,
) -> String {
    let mut sentences = vec![markdown(doc)];
    if let Some(max) = bounds.max_items {
        sentences.push(max_items(max, ""));
    }
    // The bounds of ids and times are documented at their types.
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

/// How many items a list may have; `list` names it, as in " in `To_Account`".
pub(super) fn max_items(max: MaxItems, list: &str) -> String {
    match max.by_site() {
        None => format!("At most {} items{list}.", max.least()),
        Some((china, international)) => format!(
            "At most {china} items{list} on the Chinese site, {international} on the international \
             one."
        ),
    }
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
