//! The receiver as the service calls it.

#![allow(clippy::unwrap_used, reason = "a test helper may fail the test")]

mod dispatch;
mod duplicates;
mod failures;
mod queue;
#[cfg(all(feature = "redis", unix))]
#[path = "../../../chat-quota/tests/it/redis_server.rs"]
#[allow(dead_code, clippy::expect_used, clippy::panic, reason = "shared with other tests")]
mod redis_server;
mod refusals;
mod request;
mod servers;
#[cfg(all(feature = "redis", unix))]
mod shared;
mod storm;
