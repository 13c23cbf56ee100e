//! A map in the order of insertion, for lists that are read in pages.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::Arc,
};

use hashbrown::HashTable;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A map that keeps the order of insertion and can be read from any offset.
///
/// The lists of the service are paged, so reading a page must not cost as much as reading the whole
/// list: a million bans read in pages of 100 are 10,000 pages. One vector of slots holds the entries
/// in the order of insertion. Removing an entry leaves its slot vacant, and vacant slots are removed
/// once they are the majority, so insertion and removal are cheap on average. Each block of slots
/// counts its entries, so finding an offset takes a sum over the block counts, a thousandth of the
/// length, instead of a walk over the entries.
///
/// The keys are stored with the entries only: the table that finds them holds serial numbers, which
/// saves a third of the memory of a map with a million accounts.
///
/// Each entry has a serial number, which is never reused. It identifies a position that stays valid
/// while other entries are removed, as a cursor must.
#[derive(Debug)]
pub(crate) struct OrderedMap<V> {
    /// The serial numbers of all entries, by the hashes of their keys.
    serials: HashTable<u64>,
    hasher: RandomState,
    slots: Vec<Slot<V>>,
    /// The number of entries in each block of `BLOCK` slots.
    counts: Vec<usize>,
    next_serial: u64,
}

#[derive(Debug)]
struct Slot<V> {
    serial: u64,
    entry: Option<(Arc<str>, V)>,
}

impl<V> Default for OrderedMap<V> {
    fn default() -> Self {
        Self {
            serials: HashTable::new(),
            hasher: RandomState::new(),
            slots: Vec::new(),
            counts: Vec::new(),
            next_serial: 0,
        }
    }
}

/// An entry in a snapshot.
#[derive(Serialize, Deserialize)]
struct Stored<K, V>(u64, K, V);

#[derive(Deserialize)]
struct StoredKey(#[serde(deserialize_with = "crate::snapshot::shared")] Arc<str>);

impl<V: Serialize> Serialize for OrderedMap<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.slots.iter().filter_map(|slot| {
            let (key, value) = slot.entry.as_ref()?;
            Some(Stored(slot.serial, key, value))
        });
        let entries: Vec<_> = entries.collect();
        (self.next_serial, entries).serialize(serializer)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for OrderedMap<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (next_serial, entries): (u64, Vec<Stored<StoredKey, V>>) =
            Deserialize::deserialize(deserializer)?;
        let mut map = Self::default();
        for Stored(serial, StoredKey(key), value) in entries {
            map.next_serial = serial;
            map.insert(key, value);
        }
        map.next_serial = next_serial;
        Ok(map)
    }
}

impl<V> OrderedMap<V> {
    pub(crate) fn len(&self) -> usize {
        self.serials.len()
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.index_of(key).is_some()
    }

    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        let index = self.index_of(key)?;
        let (_, value) = self.slots.get(index)?.entry.as_ref()?;
        Some(value)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        let index = self.index_of(key)?;
        let (_, value) = self.slots.get_mut(index)?.entry.as_mut()?;
        Some(value)
    }

    /// Adds an entry at the end, or replaces the value of an existing one, which keeps its position.
    /// Returns the old value.
    pub(crate) fn insert(&mut self, key: Arc<str>, value: V) -> Option<V> {
        if let Some(old) = self.get_mut(&key) {
            return Some(std::mem::replace(old, value));
        }
        let serial = self.next_serial;
        self.next_serial += 1;
        if self.slots.len().is_multiple_of(BLOCK) {
            self.counts.push(0);
        }
        if let Some(count) = self.counts.last_mut() {
            *count += 1;
        }
        let Self { serials, hasher, slots, .. } = self;
        let hash = hasher.hash_one(&*key);
        slots.push(Slot { serial, entry: Some((key, value)) });
        let hash_of = |&serial: &u64| hasher.hash_one(key_of(slots, serial).unwrap_or_default());
        serials.insert_unique(hash, serial, hash_of);
        None
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<V> {
        let Self { serials, hasher, slots, .. } = self;
        let is_key = |&serial: &u64| key_of(slots, serial) == Some(key);
        let found = serials.find_entry(hasher.hash_one(key), is_key).ok()?;
        let (serial, _) = found.remove();
        let index = index(slots, serial)?;
        let (_, value) = self.slots.get_mut(index)?.entry.take()?;
        if let Some(count) = self.counts.get_mut(index / BLOCK) {
            *count -= 1;
        }
        self.remove_vacant_slots();
        Some(value)
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.slots.iter_mut().filter_map(|slot| slot.entry.as_mut()).map(|(_, value)| value)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&Arc<str>, &mut V)> {
        let entries = self.slots.iter_mut().filter_map(|slot| slot.entry.as_mut());
        entries.map(|(key, value)| (&*key, value))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &V)> {
        self.starting_at(0)
    }

    /// Iterates over the entries after the first `offset` ones.
    pub(crate) fn starting_at(&self, offset: u64) -> impl Iterator<Item = (&Arc<str>, &V)> {
        let mut to_skip = usize::try_from(offset).unwrap_or(usize::MAX);
        let mut start = 0;
        for &count in &self.counts {
            if to_skip < count {
                break;
            }
            to_skip -= count;
            start += BLOCK;
        }
        let slots = self.slots.get(start..).unwrap_or_default();
        slots
            .iter()
            .filter_map(|slot| slot.entry.as_ref())
            .skip(to_skip)
            .map(|(key, value)| (key, value))
    }

    /// Iterates over the entries from a serial number on, each with its own.
    pub(crate) fn starting_at_serial(
        &self,
        serial: u64,
    ) -> impl Iterator<Item = (u64, &Arc<str>, &V)> {
        let start = self.slots.partition_point(|slot| slot.serial < serial);
        let slots = self.slots.get(start..).unwrap_or_default();
        slots.iter().filter_map(|slot| {
            let (key, value) = slot.entry.as_ref()?;
            Some((slot.serial, key, value))
        })
    }

    /// Iterates backwards over the entries before a serial number, each with its own.
    pub(crate) fn before_serial(&self, serial: u64) -> impl Iterator<Item = (u64, &Arc<str>, &V)> {
        let end = self.slots.partition_point(|slot| slot.serial < serial);
        let slots = self.slots.get(..end).unwrap_or_default();
        slots.iter().rev().filter_map(|slot| {
            let (key, value) = slot.entry.as_ref()?;
            Some((slot.serial, key, value))
        })
    }

    /// Returns the serial number that the next new entry will get.
    pub(crate) fn next_serial(&self) -> u64 {
        self.next_serial
    }

    /// Returns the index of the slot with this key.
    fn index_of(&self, key: &str) -> Option<usize> {
        let is_key = |&serial: &u64| key_of(&self.slots, serial) == Some(key);
        let serial = self.serials.find(self.hasher.hash_one(key), is_key)?;
        index(&self.slots, *serial)
    }

    fn remove_vacant_slots(&mut self) {
        let vacant = self.slots.len() - self.serials.len();
        if vacant < BLOCK || vacant < self.serials.len() {
            return;
        }
        self.slots.retain(|slot| slot.entry.is_some());
        self.counts = self.slots.chunks(BLOCK).map(<[_]>::len).collect();
    }
}

fn index<V>(slots: &[Slot<V>], serial: u64) -> Option<usize> {
    slots.binary_search_by_key(&serial, |slot| slot.serial).ok()
}

fn key_of<V>(slots: &[Slot<V>], serial: u64) -> Option<&str> {
    let (key, _) = slots.get(index(slots, serial)?)?.entry.as_ref()?;
    Some(key)
}

/// Small in tests, so that few entries fill many blocks.
const BLOCK: usize = if cfg!(test) { 8 } else { 1_024 };

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys(map: &OrderedMap<u32>, offset: u64) -> Vec<String> {
        map.starting_at(offset).map(|(key, _)| key.to_string()).collect()
    }

    proptest! {
        #[test]
        fn behaves_like_a_plain_list(
            // Few keys, so that they are removed and inserted again; many steps, so that blocks
            // fill up and vacant slots are removed.
            steps in proptest::collection::vec((any::<bool>(), 0_u32..100), 0..400),
            offset in 0_u64..120,
        ) {
            let mut map = OrderedMap::default();
            let mut model: Vec<(String, u32)> = Vec::new();
            for (index, (insert, key)) in steps.into_iter().enumerate() {
                let (key, value) = (key.to_string(), index as u32);
                let existing = model.iter().position(|(other, _)| *other == key);
                if insert {
                    let old = map.insert(key.as_str().into(), value);
                    prop_assert_eq!(old, existing.map(|index| model[index].1));
                    match existing {
                        Some(index) => model[index].1 = value,
                        None => model.push((key, value)),
                    }
                } else {
                    let old = map.remove(&key);
                    prop_assert_eq!(old, existing.map(|index| model.remove(index).1));
                }
            }
            prop_assert_eq!(map.len(), model.len());
            let expected: Vec<_> =
                model.iter().skip(offset as usize).map(|(key, _)| key.clone()).collect();
            prop_assert_eq!(keys(&map, offset), expected);
            for (key, value) in &model {
                prop_assert_eq!(map.get(key), Some(value));
            }
        }
    }

    #[test]
    fn serial_stays_valid_while_earlier_entries_are_removed() {
        let mut map = OrderedMap::default();
        for number in 0..10_000_u32 {
            map.insert(number.to_string().into(), number);
        }
        let (serial, ..) = map.starting_at_serial(0).nth(7_000).unwrap();
        for number in 0..6_000_u32 {
            map.remove(&number.to_string());
        }
        let (_, key, _) = map.starting_at_serial(serial).next().unwrap();
        assert_eq!(&**key, "7000");
        let (_, before, _) = map.before_serial(serial).next().unwrap();
        assert_eq!(&**before, "6999");
        assert_eq!(map.before_serial(u64::MAX).count(), map.len());
        assert_eq!(keys(&map, 0)[0], "6000");
    }

    #[test]
    fn vacant_slots_do_not_accumulate() {
        let mut map = OrderedMap::default();
        for number in 0..100_000_u32 {
            map.insert(number.to_string().into(), number);
            map.remove(&number.to_string());
        }
        assert!(map.slots.len() <= 2 * BLOCK);
    }
}
