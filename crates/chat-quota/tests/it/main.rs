//! The quota as a program with its own HTTP client uses it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails the test, as the test itself would"
)]

mod items;
mod limits;
mod permits;
#[cfg(feature = "redis")]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod redis_server;
#[cfg(feature = "redis")]
#[allow(dead_code, reason = "other tests and benchmarks use the rest of it")]
mod refused;
#[cfg(feature = "redis")]
mod shared;
