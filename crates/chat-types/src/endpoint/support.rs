//! Functions that the generated implementations of [`Batched`](super::Batched) call.

use std::{
    borrow::Cow,
    collections::{HashMap, hash_map::Entry},
    mem::discriminant,
};

use serde::Serialize;

use super::ItemOutcome;
use crate::Entries;

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

/// Returns the outcomes from per-item results in the order of the request. Results that were not
/// recognized, or are missing at the end, are unknown.
pub(crate) fn outcomes_in_order<Row>(
    length: usize,
    rows: &Entries<Row>,
    outcome: impl Fn(&Row) -> ItemOutcome,
) -> Vec<ItemOutcome> {
    let rows = rows.in_order().map(|row| row.map_or(ItemOutcome::Unknown, &outcome));
    rows.chain(std::iter::repeat(ItemOutcome::Unknown)).take(length).collect()
}

/// Returns the outcomes from per-item results that are identified by key.
///
/// `missing` is the outcome of an item that this endpoint's response does not mention. An entry that
/// was not recognized may be about any of these items, so that they are unknown. An item with several
/// results that contradict each other, such as done and failed, is unknown.
pub(crate) fn match_outcomes<'a, Row>(
    keys: impl Iterator<Item = Cow<'a, str>>,
    rows: &'a Entries<Row>,
    row: impl Fn(&'a Row) -> (Cow<'a, str>, ItemOutcome),
    missing: &ItemOutcome,
) -> Vec<ItemOutcome> {
    let mut outcomes = HashMap::<Cow<'a, str>, ItemOutcome>::new();
    for (key, outcome) in rows.iter().map(row) {
        match outcomes.entry(key) {
            Entry::Vacant(entry) => drop(entry.insert(outcome)),
            Entry::Occupied(entry) if discriminant(entry.get()) == discriminant(&outcome) => {}
            Entry::Occupied(mut entry) => drop(entry.insert(ItemOutcome::Unknown)),
        }
    }
    let missing = if rows.unrecognized().is_empty() { missing } else { &ItemOutcome::Unknown };
    keys.map(|key| outcomes.get(&key).unwrap_or(missing).clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contradictory_results_of_an_item_are_unknown_in_any_order() {
        let failed = || ItemOutcome::failed("no");
        let rows = Entries::from_iter([
            ("a", ItemOutcome::Done),
            ("b", failed()),
            ("c", ItemOutcome::Done),
            ("b", ItemOutcome::Done),
            ("c", failed()),
            ("c", failed()),
            ("a", ItemOutcome::Done),
            ("d", failed()),
            ("d", failed()),
        ]);
        let row = |(key, outcome): &(&'static str, ItemOutcome)| ((*key).into(), outcome.clone());
        let keys = ["a", "b", "c", "d", "e"].into_iter().map(Cow::from);
        let outcomes = match_outcomes(keys, &rows, row, &ItemOutcome::Pending);
        let unknown = ItemOutcome::Unknown;
        let expected =
            [ItemOutcome::Done, unknown.clone(), unknown, failed(), ItemOutcome::Pending];
        assert_eq!(outcomes, expected);
    }
}
