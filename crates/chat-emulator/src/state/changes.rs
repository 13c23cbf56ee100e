//! How much a collection grew and shrank.

use serde::{Deserialize, Serialize};

/// The number of entries that were added and removed since they were last taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Changes {
    pub(crate) added: u64,
    pub(crate) removed: u64,
}

impl Changes {
    /// Returns the changes so far, and counts from 0 again.
    pub(crate) fn take(&mut self) -> Self {
        std::mem::take(self)
    }
}

impl std::ops::AddAssign for Changes {
    fn add_assign(&mut self, more: Self) {
        self.added += more.added;
        self.removed += more.removed;
    }
}
