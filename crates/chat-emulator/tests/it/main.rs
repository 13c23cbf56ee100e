//! The emulator as any client sees it: raw HTTP and raw JSON.

#![allow(clippy::unwrap_used, reason = "a test helper may fail the test")]
#![allow(clippy::panic, reason = "a test helper may fail the test")]

mod accounts;
mod app_handle;
mod auth;
mod bans;
mod byte_streams;
mod client_actions;
mod control;
mod data;
mod direct_messages;
mod exchanges;
mod faults;
mod group_attributes;
mod group_import;
mod group_info;
mod group_messages;
mod group_profile;
mod groups;
mod history;
mod http;
mod joined_groups;
mod live_messages;
mod member_list;
mod members;
mod model;
mod mutes;
mod notices;
mod older_names;
mod operation;
mod profiles;
mod pushes;
mod quotas;
mod request_log;
mod scale;
mod scenario_table;
mod scenarios;
mod server;
mod test_server;
mod typed_receiver;
mod unread;
mod validation;
mod webhook_receiver;
mod webhooks;
