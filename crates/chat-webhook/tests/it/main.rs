//! The receiver as the service calls it.

#![allow(clippy::unwrap_used, reason = "a test helper may fail the test")]

mod dispatch;
mod duplicates;
mod failures;
mod queue;
mod refusals;
mod request;
mod servers;
mod storm;
