//! Tests that cross the layers.
#![allow(clippy::unwrap_used, reason = "a test that cannot continue has failed")]

mod call_order;
mod emulated;
mod fault_plans;
mod first_guesses;
mod jobs;
mod lossy_proxy;
mod migration;
mod reading;
mod repeated_imports;
mod resolving;
mod streams;
mod tls;
mod wire_json;
