//! The emulator as any client sees it: raw HTTP, raw JSON.

#![allow(
    clippy::unwrap_used,
    reason = "a helper of tests fails the test, as the test itself would"
)]

mod accounts;
mod bans;
mod exchanges;
mod gate;
mod group_info;
mod groups;
mod handle;
mod http;
mod member_list;
mod members;
mod mutes;
mod quotas;
mod requests;
mod rules;
mod scale;
mod server;
mod stage;
