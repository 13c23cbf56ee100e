//! Handles by subject: one group, all groups, one account, all accounts, and a broadcast.

#[cfg(any(feature = "group", feature = "relationship"))]
mod account;
#[cfg(feature = "account")]
mod accounts;
#[cfg(feature = "group")]
mod batch_options;
#[cfg(feature = "message")]
mod broadcast;
#[cfg(feature = "group")]
mod group;
#[cfg(feature = "group")]
mod groups;
#[cfg(feature = "group")]
mod page_options;

#[cfg(any(feature = "group", feature = "relationship"))]
pub use self::account::Account;
#[cfg(feature = "account")]
pub use self::accounts::Accounts;
#[cfg(feature = "message")]
pub use self::broadcast::Broadcast;
#[cfg(feature = "group")]
pub use self::{group::Group, groups::Groups};

/// Returns the page size to request: the documented maximum, which
/// [`Pages::page_size`](crate::Pages::page_size) can change.
#[cfg(any(all(feature = "group", feature = "message"), feature = "relationship"))]
fn page_size<E: chat_types::Paged>() -> u32 {
    E::MAX_PAGE_SIZE.unwrap_or(UNCAPPED_PAGE_SIZE)
}

/// Used where no maximum is documented: far below any limit on a response.
#[cfg(any(all(feature = "group", feature = "message"), feature = "relationship"))]
const UNCAPPED_PAGE_SIZE: u32 = 100;
