//! What the spec states once for several places, such as the length of an ID or the fields of an
//! object: it is documented if one page documents it for one of them.

use std::collections::{BTreeMap, btree_map::Entry};

use super::difference::{Difference, Kind};

/// Facts that are stated once for several places, and whether a page documents them.
#[derive(Debug, Default)]
pub(super) struct SharedFacts(BTreeMap<(String, Kind), State>);

#[derive(Debug)]
struct State {
    is_documented: bool,
    /// What to report if no page does.
    difference: Difference,
}

impl SharedFacts {
    /// Notes that a page documents a fact.
    pub(super) fn documented(&mut self, name: String, difference: Difference) {
        self.note(name, difference, true);
    }

    /// Notes that a page that could document a fact does not.
    pub(super) fn undocumented(&mut self, name: String, difference: Difference) {
        self.note(name, difference, false);
    }

    fn note(&mut self, name: String, difference: Difference, is_documented: bool) {
        match self.0.entry((name, difference.kind)) {
            Entry::Vacant(entry) => {
                entry.insert(State { is_documented, difference });
            }
            Entry::Occupied(mut entry) => {
                let state = entry.get_mut();
                state.is_documented |= is_documented;
                if state.difference.explanation.is_none() {
                    state.difference.explanation = difference.explanation;
                }
            }
        }
    }

    /// A difference for each fact that no page documents.
    pub(super) fn into_differences(self) -> impl Iterator<Item = Difference> {
        self.0.into_values().filter(|state| !state.is_documented).map(|state| state.difference)
    }
}
