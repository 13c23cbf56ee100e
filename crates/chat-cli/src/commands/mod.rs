//! The commands, one file each: their arguments and how they print their results.
//!
//! Arguments that several commands share are in [`args`].

pub(crate) mod api;
pub(crate) mod apply;
mod args;
pub(crate) mod bulk;
pub(crate) mod call;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod emulator;
pub(crate) mod endpoints;
pub(crate) mod explain;
pub(crate) mod group;
pub(crate) mod man;
pub(crate) mod openapi;
pub(crate) mod profile;
pub(crate) mod schema;
mod stored;
pub(crate) mod usersig;
pub(crate) mod webhook;
mod webhook_options;
