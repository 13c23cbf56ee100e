use std::{collections::HashMap, sync::Arc};

/// A map that keeps the order of insertion and can be read from any offset.
///
/// Lists of the service are paged, so a page must not cost what the whole list costs: a million
/// bans read in pages of 100 are 10,000 pages. Entries lie in the order of their marks in one
/// vector; removing one leaves a hole, and the holes are closed once they are the majority, so that
/// insertion and removal are cheap on average. Each block of slots counts its entries, so an offset
/// is found by adding up block counts, a thousandth of the length, instead of walking the entries.
///
/// A mark is never given twice. It names a place that survives removals, as a cursor must.
#[derive(Debug)]
pub(crate) struct Roster<V> {
    marks: HashMap<Arc<str>, u64>,
    slots: Vec<Slot<V>>,
    /// Entries in each block of `BLOCK` slots.
    counts: Vec<usize>,
    next_mark: u64,
}

#[derive(Debug)]
struct Slot<V> {
    mark: u64,
    entry: Option<(Arc<str>, V)>,
}

impl<V> Default for Roster<V> {
    fn default() -> Self {
        Self { marks: HashMap::new(), slots: Vec::new(), counts: Vec::new(), next_mark: 0 }
    }
}

impl<V> Roster<V> {
    pub(crate) fn len(&self) -> usize {
        self.marks.len()
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.marks.contains_key(key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        let index = self.index(*self.marks.get(key)?)?;
        let (_, value) = self.slots.get(index)?.entry.as_ref()?;
        Some(value)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        let index = self.index(*self.marks.get(key)?)?;
        let (_, value) = self.slots.get_mut(index)?.entry.as_mut()?;
        Some(value)
    }

    /// Adds an entry at the end; one that is there already keeps its place. Returns the old value.
    pub(crate) fn insert(&mut self, key: Arc<str>, value: V) -> Option<V> {
        if let Some(old) = self.get_mut(&key) {
            return Some(std::mem::replace(old, value));
        }
        let mark = self.next_mark;
        self.next_mark += 1;
        if self.slots.len().is_multiple_of(BLOCK) {
            self.counts.push(0);
        }
        if let Some(count) = self.counts.last_mut() {
            *count += 1;
        }
        self.marks.insert(Arc::clone(&key), mark);
        self.slots.push(Slot { mark, entry: Some((key, value)) });
        None
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<V> {
        let mark = self.marks.remove(key)?;
        let index = self.index(mark)?;
        let (_, value) = self.slots.get_mut(index)?.entry.take()?;
        if let Some(count) = self.counts.get_mut(index / BLOCK) {
            *count -= 1;
        }
        self.close_holes();
        Some(value)
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.slots.iter_mut().filter_map(|slot| slot.entry.as_mut()).map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &V)> {
        self.starting_at(0)
    }

    /// The entries after the first `offset` ones.
    pub(crate) fn starting_at(&self, offset: u64) -> impl Iterator<Item = (&Arc<str>, &V)> {
        let mut left = usize::try_from(offset).unwrap_or(usize::MAX);
        let mut start = 0;
        for &count in &self.counts {
            if left < count {
                break;
            }
            left -= count;
            start += BLOCK;
        }
        let slots = self.slots.get(start..).unwrap_or_default();
        slots
            .iter()
            .filter_map(|slot| slot.entry.as_ref())
            .skip(left)
            .map(|(key, value)| (key, value))
    }

    /// The entries from a mark on, each with its own mark.
    pub(crate) fn starting_at_mark(&self, mark: u64) -> impl Iterator<Item = (u64, &Arc<str>, &V)> {
        let start = self.slots.partition_point(|slot| slot.mark < mark);
        let slots = self.slots.get(start..).unwrap_or_default();
        slots.iter().filter_map(|slot| {
            let (key, value) = slot.entry.as_ref()?;
            Some((slot.mark, key, value))
        })
    }

    /// The mark that the next new entry will get.
    pub(crate) fn next_mark(&self) -> u64 {
        self.next_mark
    }

    fn index(&self, mark: u64) -> Option<usize> {
        self.slots.binary_search_by_key(&mark, |slot| slot.mark).ok()
    }

    fn close_holes(&mut self) {
        let holes = self.slots.len() - self.marks.len();
        if holes < BLOCK || holes < self.marks.len() {
            return;
        }
        self.slots.retain(|slot| slot.entry.is_some());
        self.counts = self.slots.chunks(BLOCK).map(<[_]>::len).collect();
    }
}

/// Small in tests, so that few entries fill many blocks.
const BLOCK: usize = if cfg!(test) { 8 } else { 1_024 };

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys(roster: &Roster<u32>, offset: u64) -> Vec<String> {
        roster.starting_at(offset).map(|(key, _)| key.to_string()).collect()
    }

    proptest! {
        #[test]
        fn behaves_like_a_plain_list(
            // Few keys, so that they are removed and inserted again; many steps, so that blocks
            // fill up and holes are closed.
            steps in proptest::collection::vec((any::<bool>(), 0_u32..100), 0..400),
            offset in 0_u64..120,
        ) {
            let mut roster = Roster::default();
            let mut model: Vec<(String, u32)> = Vec::new();
            for (index, (insert, key)) in steps.into_iter().enumerate() {
                let (key, value) = (key.to_string(), index as u32);
                let known = model.iter().position(|(other, _)| *other == key);
                if insert {
                    let old = roster.insert(key.as_str().into(), value);
                    prop_assert_eq!(old, known.map(|index| model[index].1));
                    match known {
                        Some(index) => model[index].1 = value,
                        None => model.push((key, value)),
                    }
                } else {
                    let old = roster.remove(&key);
                    prop_assert_eq!(old, known.map(|index| model.remove(index).1));
                }
            }
            prop_assert_eq!(roster.len(), model.len());
            let expected: Vec<_> =
                model.iter().skip(offset as usize).map(|(key, _)| key.clone()).collect();
            prop_assert_eq!(keys(&roster, offset), expected);
            for (key, value) in &model {
                prop_assert_eq!(roster.get(key), Some(value));
            }
        }
    }

    #[test]
    fn a_mark_keeps_its_place_while_entries_before_it_go() {
        let mut roster = Roster::default();
        for number in 0..10_000_u32 {
            roster.insert(number.to_string().into(), number);
        }
        let (mark, ..) = roster.starting_at_mark(0).nth(7_000).unwrap();
        for number in 0..6_000_u32 {
            roster.remove(&number.to_string());
        }
        let (_, key, _) = roster.starting_at_mark(mark).next().unwrap();
        assert_eq!(&**key, "7000");
        assert_eq!(keys(&roster, 0)[0], "6000");
    }

    #[test]
    fn holes_do_not_pile_up() {
        let mut roster = Roster::default();
        for number in 0..100_000_u32 {
            roster.insert(number.to_string().into(), number);
            roster.remove(&number.to_string());
        }
        assert!(roster.slots.len() <= 2 * BLOCK);
    }
}
