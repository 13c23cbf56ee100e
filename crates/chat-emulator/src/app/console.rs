//! The settings of an app in the console.

use chat_types::spec::Site;

/// The settings of an app that decide what it may do.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Console {
    /// `None` for limits that no site exceeds.
    pub(crate) site: Option<Site>,
    /// Whether endpoints support the group types that only newer pages list.
    pub(crate) newer_group_types: bool,
}
