//! The counters of a group: numbers by key.

use std::collections::BTreeMap;

/// The counters of a group.
pub(crate) type Counters = BTreeMap<String, i64>;

/// The number of counters that a group can have.
pub(crate) const MAX_COUNTERS: usize = 20;
