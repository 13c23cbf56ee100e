//! What a response says about one item of a request.

use crate::Entries;

/// What a successful response says about one item of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ItemOutcome {
    /// The item is done, now or earlier.
    Done,
    /// The service accepted the item, and it is waiting for approval.
    Pending,
    /// The service refused the item.
    Failed {
        /// The item's own code, as this endpoint's response defines it; `None` if it has none.
        code: Option<i64>,
        /// The explanation of the service; empty if it gave none.
        info: String,
    },
    /// The response does not mention the item, or contradicts itself about it.
    Unknown,
}

impl ItemOutcome {
    /// Returns the outcome of an item that the service refused without a code.
    pub(crate) fn failed(info: &str) -> Self {
        Self::Failed { code: None, info: info.to_owned() }
    }

    /// Returns the outcome of an item with several results: done if all of them are, or else the
    /// first that is not.
    pub(crate) fn of_parts<Part>(parts: &Entries<Part>, outcome: impl Fn(&Part) -> Self) -> Self {
        let outcomes = parts.in_order().map(|part| part.map_or(Self::Unknown, &outcome));
        outcomes.reduce(Self::and).unwrap_or(Self::Done)
    }

    /// Returns the first that is not done; a failure matters more than an unknown result.
    fn and(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::Done, _) | (Self::Unknown, Self::Failed { .. }) => other,
            _ => self,
        }
    }

    /// Returns the outcome that an item's own code stands for; without a code it is unknown.
    pub(crate) fn by_code(code: Option<i64>, done: &[i64], pending: &[i64], info: &str) -> Self {
        match code {
            None => Self::Unknown,
            Some(code) if done.contains(&code) => Self::Done,
            Some(code) if pending.contains(&code) => Self::Pending,
            Some(code) => Self::Failed { code: Some(code), info: info.to_owned() },
        }
    }
}
