//! The push service: pushes to all accounts, by tag or attribute, and to given accounts.
//!
//! The services `timpush` and `all_member_push` have the same commands with different names, so each
//! file serves both: `timpush` reports each account in `ErrorList`, `all_member_push` reports none.
//! `accounts.rs` holds what they share. Reports about pushes share `counts.rs` and `trace.rs`.

mod accounts;
mod attributes;
mod condition;
mod counts;
mod message_statistics;
mod recall;
mod schedule;
mod sending;
mod statistics;
mod tags;
mod trace;

use crate::router::Router;

pub(super) fn register(router: &mut Router) {
    tags::register(router);
    attributes::register(router);
    sending::register(router);
    recall::register(router);
    schedule::register(router);
    statistics::register(router);
    message_statistics::register(router);
}
