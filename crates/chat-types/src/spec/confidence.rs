//! How reliable a specification entry is.

/// How well the facts about an endpoint or a webhook are confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Derived from client code alone.
    Low,
    /// Derived from client code and part of a documentation page.
    Medium,
    /// Read in full from a documentation page.
    High,
}

impl Confidence {
    /// Returns `low`, `medium`, or `high`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}
