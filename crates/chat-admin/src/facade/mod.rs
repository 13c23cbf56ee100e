//! Jobs by what they are about.

mod accounts;
mod group;
mod groups;
mod options;

pub use self::{accounts::Accounts, group::Group, groups::Groups};
