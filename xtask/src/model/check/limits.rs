//! Checks of rate limits.

use std::sync::Arc;

use crate::model::Edition;
use crate::spec::{
    Diagnostics, Source,
    format::{Located, RateLimit},
};

/// The editions with these ids; unknown ids are reported.
pub(in crate::model) fn editions<'a>(
    source: &Arc<Source>,
    ids: impl IntoIterator<Item = &'a Located<String>>,
    known: &[Edition],
    found: &mut Diagnostics,
) -> Vec<Edition> {
    let mut editions = Vec::new();
    for id in ids {
        if let Some(edition) = known.iter().find(|edition| edition.id == *id.as_ref()) {
            editions.push(edition.clone());
            continue;
        }
        let title = format!("unknown edition {:?}", id.as_ref());
        let known: Vec<&str> = known.iter().map(|edition| edition.id.as_str()).collect();
        let help = format!("known editions: {}", known.join(", "));
        found.error(source, id.span(), title, "not an edition", Some(help));
    }
    editions
}

/// The number of a limit, and whether it counts items.
pub(in crate::model) fn limit(
    source: &Arc<Source>,
    limit: &RateLimit,
    has_batch: bool,
    found: &mut Diagnostics,
) -> Option<(u32, bool)> {
    match (&limit.calls, &limit.items) {
        (Some(calls), None) => return Some((*calls.as_ref(), false)),
        (None, Some(items)) if has_batch => return Some((*items.as_ref(), true)),
        (None, Some(items)) => {
            let title = "a limit of items needs [batch]";
            found.error(source, items.span(), title, "which list has the items?", None);
        }
        (Some(_), Some(items)) => {
            let title = "a limit has both calls and items";
            found.error(source, items.span(), title, "use two limits", None);
        }
        (None, None) => {
            let span = source.text.find("long_term_limits").map_or(0..0, |at| at..at + 16);
            let title = "a limit has neither calls nor items";
            found.error(source, span, title, "what does it count?", None);
        }
    }
    None
}
