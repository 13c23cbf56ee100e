//! Runs chatctl as its users do.
#![allow(clippy::unwrap_used, reason = "a test that cannot continue has failed")]
#![allow(clippy::panic, reason = "a test that cannot continue has failed")]

mod api;
mod calls;
mod canned;
mod demo;
mod emulation;
mod explain;
mod exports;
mod facts;
mod failures;
#[cfg(target_os = "linux")]
mod first_hour;
mod fixture;
mod groups;
mod imports;
#[cfg(unix)]
mod interrupts;
mod jobs;
mod journals;
mod lists;
mod mistakes;
mod moderation;
mod outputs;
mod payloads;
mod profiles;
mod program;
#[cfg(unix)]
mod redis;
#[cfg(unix)]
#[path = "../../../chat-quota/tests/it/redis_server.rs"]
#[expect(dead_code, clippy::expect_used, reason = "shared with other tests")]
mod redis_server;
mod screens;
mod settings;
#[cfg(unix)]
mod trust;
mod webhooks;
