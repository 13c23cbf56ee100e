//! Lists without repeated items.

use std::{collections::HashSet, hash::Hash};

use crate::output::{Output, counted};

/// Drops repeated items and keeps the order. A note counts them, such as `2 repeated accounts`.
pub(super) fn unique<T: Clone + Eq + Hash>(mut items: Vec<T>, noun: &str, out: &Output) -> Vec<T> {
    let before = items.len();
    let mut seen = HashSet::with_capacity(before);
    items.retain(|item| seen.insert(item.clone()));
    let repeated = (before - items.len()) as u64;
    if repeated > 0 {
        out.note(format_args!("dropped {}", counted(repeated, &format!("repeated {noun}"))));
    }
    items
}
