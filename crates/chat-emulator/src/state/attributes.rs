//! The attributes of a group: short strings by key.

use std::collections::BTreeMap;

use chat_types::{
    UnixSeconds,
    limits::{MAX_GROUP_ATTRIBUTE_BYTES, MAX_GROUP_ATTRIBUTES},
};
use serde::{Deserialize, Serialize};

/// The attributes of a group.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Attributes {
    values: AttributeValues,
    /// The second of the last write.
    second: UnixSeconds,
    /// The number of writes in that second.
    writes: u64,
}

/// Strings by key.
pub(crate) type AttributeValues = BTreeMap<String, String>;

/// The limit that a write would have exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExceededLimit {
    /// The number of writes per second.
    Rate,
    /// The number of attributes.
    Count,
    /// The length of all values together.
    Bytes,
}

impl Attributes {
    pub(crate) fn values(&self) -> &AttributeValues {
        &self.values
    }

    /// Replaces all attributes, which counts as a write. Without `max_per_second`, writes are not
    /// limited.
    ///
    /// # Errors
    /// When a limit is exceeded. The attributes then stay as they are, and the write is not counted.
    pub(crate) fn write(
        &mut self,
        values: AttributeValues,
        max_per_second: Option<u64>,
        now: UnixSeconds,
    ) -> Result<(), ExceededLimit> {
        let earlier = if self.second == now { self.writes } else { 0 };
        if max_per_second.is_some_and(|max| earlier >= max) {
            return Err(ExceededLimit::Rate);
        }
        if values.len() > MAX_GROUP_ATTRIBUTES {
            return Err(ExceededLimit::Count);
        }
        if values.values().map(String::len).sum::<usize>() > MAX_GROUP_ATTRIBUTE_BYTES {
            return Err(ExceededLimit::Bytes);
        }
        (self.values, self.second, self.writes) = (values, now, earlier + 1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_000);

    fn values(count: usize, bytes: usize) -> AttributeValues {
        (0..count).map(|number| (number.to_string(), "x".repeat(bytes))).collect()
    }

    #[test]
    fn write_beyond_a_limit_changes_nothing() {
        let mut attributes = Attributes::default();
        let max = Some(2);
        assert_eq!(attributes.write(values(16, 1_000), max, NOW), Ok(()));
        assert_eq!(attributes.write(values(17, 1), max, NOW), Err(ExceededLimit::Count));
        assert_eq!(attributes.write(values(16, 1_001), max, NOW), Err(ExceededLimit::Bytes));
        assert_eq!(attributes.values(), &values(16, 1_000));
        assert_eq!(attributes.write(values(1, 1), max, NOW), Ok(()), "failures do not count");
        assert_eq!(attributes.write(values(2, 1), max, NOW), Err(ExceededLimit::Rate));
        assert_eq!(attributes.write(values(2, 1), None, NOW), Ok(()));
        assert_eq!(attributes.write(values(3, 1), max, NOW.after(1)), Ok(()));
    }
}
