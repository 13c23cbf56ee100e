//! Jobs by what they are about.

#[cfg(any(feature = "group", feature = "relationship"))]
mod account;
#[cfg(feature = "account")]
mod accounts;
#[cfg(feature = "message")]
mod broadcast;
#[cfg(feature = "group")]
mod group;
#[cfg(feature = "group")]
mod groups;
#[cfg(feature = "group")]
mod options;
#[cfg(feature = "group")]
mod reading;

#[cfg(any(feature = "group", feature = "relationship"))]
pub use self::account::Account;
#[cfg(feature = "account")]
pub use self::accounts::Accounts;
#[cfg(feature = "message")]
pub use self::broadcast::Broadcast;
#[cfg(feature = "group")]
pub use self::{group::Group, groups::Groups};
