//! Functions that the generated implementations of [`Batched`](super::Batched) call.

use std::{borrow::Cow, collections::HashMap};

use serde::Serialize;

use super::ItemOutcome;

/// Derives the number by which the service detects repeats, for one part of a split list.
///
/// Different parts get different numbers, because the factor is odd. Parts of requests with
/// neighboring numbers do not collide, because the factor spreads the parts evenly.
pub(crate) fn derive_part_id(number: u32, part: u64) -> u32 {
    const SPREAD: u32 = 0x9E37_79B9;
    let part = u32::try_from(part & u64::from(u32::MAX)).unwrap_or_default();
    number.wrapping_add(part.wrapping_mul(SPREAD))
}

/// Returns the JSON of an object, as the key of items without a single id.
pub(crate) fn json_key<T: Serialize>(object: &T) -> Cow<'static, str> {
    serde_json::to_string(object).unwrap_or_default().into()
}

/// Returns the outcomes from per-item results in the order of the request. Results that are missing
/// at the end are unknown.
pub(crate) fn outcomes_in_order(
    length: usize,
    rows: impl Iterator<Item = ItemOutcome>,
) -> Vec<ItemOutcome> {
    rows.chain(std::iter::repeat(ItemOutcome::Unknown)).take(length).collect()
}

/// Returns the outcomes from per-item results that are identified by key.
///
/// `missing` is the outcome of an item that this endpoint's response does not mention.
pub(crate) fn match_outcomes<'a>(
    keys: impl Iterator<Item = Cow<'a, str>>,
    rows: impl Iterator<Item = (Cow<'a, str>, ItemOutcome)>,
    missing: &ItemOutcome,
) -> Vec<ItemOutcome> {
    let rows: HashMap<Cow<'a, str>, ItemOutcome> = rows.collect();
    keys.map(|key| rows.get(&key).unwrap_or(missing).clone()).collect()
}
