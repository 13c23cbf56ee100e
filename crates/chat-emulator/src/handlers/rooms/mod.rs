//! Live rooms and conference rooms. A room is a group, whose members, admins, mutes, bans and messages
//! the commands for groups see too, with what only rooms have next to it.
//!
//! | file | commands |
//! | --- | --- |
//! | `live_rooms` | create, change and dissolve live rooms |
//! | `live_list` | the list of live rooms and their figures |
//! | `live_members` | members, admins and mutes of live rooms |
//! | `live_messages` | messages in live rooms |
//! | `conferences` | create, change and dissolve conference rooms |
//! | `conference_members` | members of conference rooms |
//! | `bans` | bans from rooms of both kinds |
//! | `seats` | seats of rooms of both kinds |
//! | `metadata`, `robots` | metadata and robots of live rooms |
//! | `webhooks` | the settings of webhooks |
//!
//! `creation` and `lookup` are what they share.

mod bans;
mod conference_members;
mod conferences;
mod creation;
mod live_list;
mod live_members;
mod live_messages;
mod live_rooms;
mod lookup;
mod metadata;
mod robots;
mod seats;
mod webhooks;

use crate::router::Router;

pub(super) fn register(router: &mut Router) {
    live_rooms::register(router);
    live_list::register(router);
    live_members::register(router);
    live_messages::register(router);
    conferences::register(router);
    conference_members::register(router);
    bans::register(router);
    seats::register(router);
    metadata::register(router);
    robots::register(router);
    webhooks::register(router);
}
