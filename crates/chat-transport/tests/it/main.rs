//! Calls over real sockets, to a small server of this test's own.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a helper of tests fails the test, as the test itself would, and shows what it saw"
)]

mod builder;
mod calls;
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
mod retry;
mod secrets;
mod server;
mod signature;
mod support;
#[cfg(feature = "hyper")]
mod tls;
