//! The commands, one file each: their arguments and how they print their results.
//!
//! Arguments that several commands share are in [`args`].

mod args;
pub(crate) mod bulk;
pub(crate) mod call;
pub(crate) mod check;
pub(crate) mod demo;
pub(crate) mod emulator;
pub(crate) mod endpoints;
pub(crate) mod explain;
pub(crate) mod group;
pub(crate) mod openapi;
pub(crate) mod schema;
pub(crate) mod usersig;
