//! The setting for the end of paged lists.

use serde::{Deserialize, Serialize};

/// How the emulator marks the last page of a list whose responses name the start of the next page
/// (`get_group_ban_member`, `get_appid_group_list`).
///
/// Both variants are documented: the text of the pages says that the cursor is 0 once everything
/// has been returned, while the samples show a cursor other than 0 after the last entry. A correct
/// client works with either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LastPage {
    /// The last page with entries has the cursor 0.
    #[default]
    Marked,
    /// Every page with entries names a next page; an empty page with the cursor 0 comes last, as
    /// in the samples. This exposes clients that take a short page for the last one, or a cursor
    /// other than 0 for a promise of more entries.
    FollowedByEmpty,
}
