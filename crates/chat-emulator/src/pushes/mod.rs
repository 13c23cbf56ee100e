//! Pushes: what they change in the state of an app, whether a call or the clock sends them.

pub(crate) mod messages;
pub(crate) mod schedule;
pub(crate) mod sending;
