//! Tests of chat-types by behavior.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod check;
mod codes;
#[cfg(all(feature = "schemas", feature = "server"))]
mod examples;
mod outcomes;
mod pages;
mod reading;
mod tables;
mod times;
mod webhooks;
