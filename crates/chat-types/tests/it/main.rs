//! Tests of chat-types by behaviour.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod check;
mod codes;
mod outcomes;
mod pages;
mod reading;
mod tables;
mod times;
mod webhooks;
