//! The emulator as any client sees it: raw HTTP, raw JSON.

#![allow(
    clippy::unwrap_used,
    reason = "a helper of tests fails the test, as the test itself would"
)]

mod accounts;
mod bans;
mod direct_messages;
mod exchanges;
mod gate;
mod group_import;
mod group_info;
mod group_messages;
mod group_profile;
mod groups;
mod handle;
mod http;
mod joined_groups;
mod member_list;
mod members;
mod mutes;
mod notices;
mod profiles;
mod quotas;
mod requests;
mod rules;
mod scale;
mod server;
mod stage;
mod unread;
