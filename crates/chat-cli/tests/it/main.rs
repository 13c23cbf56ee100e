//! The program as its users run it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::panic, reason = "a test that cannot go on has failed")]

mod demo;
mod exports;
mod facts;
mod groups;
mod imports;
#[cfg(unix)]
mod interrupts;
mod jobs;
mod journals;
mod lists;
mod moderation;
mod program;
mod settings;
mod stage;
