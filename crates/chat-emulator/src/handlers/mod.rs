//! What each endpoint does, one file per family.

mod accounts;
mod bans;
mod fields;
mod group_info;
mod groups;
mod member_list;
mod members;
mod mutes;

use crate::router::Router;

/// Every endpoint that the emulator has.
pub(crate) fn router() -> Router {
    let mut router = Router::default();
    accounts::register(&mut router);
    groups::register(&mut router);
    group_info::register(&mut router);
    members::register(&mut router);
    member_list::register(&mut router);
    mutes::register(&mut router);
    bans::register(&mut router);
    router
}
