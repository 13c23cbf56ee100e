//! Calls over real sockets, to a small server that misbehaves on demand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "test helpers fail the test and show what they received"
)]

mod builder;
mod calls;
mod clock_skew;
#[cfg(feature = "testing")]
mod contradictions;
#[cfg(all(feature = "redis", feature = "hyper"))]
#[allow(dead_code, reason = "other tests and benchmarks use the rest of it")]
mod counting;
mod failover;
mod failures;
mod faults;
mod layers;
mod logs;
#[cfg(all(feature = "metrics", feature = "testing"))]
mod metrics;
#[cfg(feature = "hyper")]
mod outage;
mod quota;
#[cfg(all(feature = "redis", feature = "hyper"))]
#[allow(
    dead_code,
    clippy::expect_used,
    reason = "other tests use it as well, and not all of it is for each; it fails the test"
)]
#[path = "../../../chat-quota/tests/it/redis_server.rs"]
mod redis_server;
mod refusals;
mod retry;
mod secrets;
mod server;
#[cfg(all(feature = "redis", feature = "hyper"))]
mod shared;
mod signature;
mod support;
#[cfg(feature = "hyper")]
mod tls;
mod unlisted;
