//! Integration tests of chat-types, one module per behavior.
#![allow(clippy::unwrap_used, reason = "a panic in a helper fails the test")]

mod check;
mod codes;
mod custom_ids;
mod decode;
mod entries;
#[cfg(all(feature = "schemas", feature = "server"))]
mod examples;
#[cfg(all(feature = "live", feature = "webhook"))]
mod live;
#[cfg(all(feature = "call", feature = "desk"))]
mod numbered_pages;
mod outcomes;
mod pages;
mod reading;
mod tables;
mod times;
mod unlisted;
mod webhooks;
