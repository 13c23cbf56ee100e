//! Jobs by what they are about.

#[cfg(feature = "account")]
mod accounts;
#[cfg(feature = "group")]
mod group;
#[cfg(feature = "group")]
mod groups;
#[cfg(feature = "group")]
mod options;

#[cfg(feature = "account")]
pub use self::accounts::Accounts;
#[cfg(feature = "group")]
pub use self::{group::Group, groups::Groups};
