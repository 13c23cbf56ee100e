//! What crosses the layers.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod emulated;
mod jobs;
mod migration;
mod reading;
mod schemas;
mod sequence;
mod streams;
mod wire_json;
