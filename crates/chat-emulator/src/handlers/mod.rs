//! What each endpoint does, one file per family.

mod accounts;
mod bans;
mod content;
mod direct_messages;
mod fields;
mod group_import;
mod group_info;
mod group_messages;
mod group_profile;
mod groups;
mod history;
mod joined_groups;
mod member_list;
mod members;
mod mutes;
mod notices;
mod profiles;
mod topics;
mod unread;

use crate::router::Router;

/// Every endpoint that the emulator has.
pub(crate) fn router() -> Router {
    let mut router = Router::default();
    accounts::register(&mut router);
    profiles::register(&mut router);
    groups::register(&mut router);
    group_import::register(&mut router);
    group_info::register(&mut router);
    group_profile::register(&mut router);
    joined_groups::register(&mut router);
    members::register(&mut router);
    member_list::register(&mut router);
    mutes::register(&mut router);
    bans::register(&mut router);
    group_messages::register(&mut router);
    history::register(&mut router);
    unread::register(&mut router);
    notices::register(&mut router);
    direct_messages::register(&mut router);
    router
}
