//! The maximum length of a list, which can depend on the site of an app.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The maximum length of a list: one number, or one for each site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum MaxItems {
    Everywhere(u32),
    BySite { china: u32, international: u32 },
}

impl MaxItems {
    /// What every site allows.
    pub(crate) fn least(self) -> u32 {
        match self {
            Self::Everywhere(max) => max,
            Self::BySite { china, international } => china.min(international),
        }
    }

    /// What no site exceeds.
    pub(crate) fn most(self) -> u32 {
        match self {
            Self::Everywhere(max) => max,
            Self::BySite { china, international } => china.max(international),
        }
    }

    /// The maximum on the Chinese site and on the international one, where they differ.
    pub(crate) fn by_site(self) -> Option<(u32, u32)> {
        match self {
            Self::Everywhere(_) => None,
            Self::BySite { china, international } => Some((china, international)),
        }
    }
}
