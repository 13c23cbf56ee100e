//! The handlers: what each endpoint does. One file per family of endpoints.
//!
//! # How to add an endpoint
//!
//! `mutes.rs` is a good file to copy. A handler is a function with the name of the command:
//!
//! ```text
//! fn forbid_send_msg(
//!     context: &mut Context<'_>,
//!     request: &ForbidSendMsg,
//! ) -> Result<ForbidSendMsgResponse, ApiError>
//! ```
//!
//! It gets the typed request and, in [`Context`](crate::router::Context), the state of the app, the
//! caller and the time. It returns the typed response or an error.
//!
//! 1. Write the function. By the time it runs, the caller is authenticated, the call is within the
//!    quota, and the request follows every rule of its `SPEC`. Check only what remains, and change
//!    nothing before the last check has passed.
//! 2. Take numbers from `SPEC`, never from the page: a page size is
//!    [`paging::page_size`], a group type's limits are in `Group::type_spec`.
//! 3. Return [`ApiError`](crate::response::ApiError) with a named `ErrorCode`. Its info starts with
//!    the field and says what to change: `TopicId: …`.
//! 4. Put what must be remembered into [`state`](crate::state), as a method with a name of the
//!    domain, such as `mutes.lift(account)`.
//! 5. Register the function in `register`: with
//!    [`Router::add_for_group`] if the request names a group, so that the group exists and has a
//!    supported type, otherwise with [`Router::add`]. Call the `register` of a new file below.
//! 6. Add scenarios to the file of the family in `crates/chat-scenarios/families`: one for success,
//!    and one for each documented behavior and code that can occur. Run the tests with
//!    `UPDATE_SCENARIOS=1` to write `SCENARIOS.md` anew. Test in `tests/it` only what scenarios
//!    cannot say.
//! 7. Add the command to the table in `README.md` (a test compares), and add to its list of
//!    assumptions whatever the documentation leaves open.

mod account_mutes;
pub(crate) mod accounts;
mod audience;
mod audience_roles;
mod bans;
mod blocklists;
mod conversation_groups;
mod conversation_marks;
mod conversations;
pub(crate) mod direct_history;
mod direct_message_webhooks;
pub(crate) mod direct_messages;
pub(crate) mod direct_reads;
mod extensions;
mod follows;
mod friend_data;
mod friend_lists;
pub(crate) mod friend_requests;
pub(crate) mod friends;
mod group_attributes;
mod group_counters;
mod group_import;
mod group_info;
mod group_message_webhooks;
pub(crate) mod group_messages;
mod group_profile;
pub(crate) mod group_recall;
pub(crate) mod group_receipts;
mod group_roles;
pub(crate) mod groups;
mod history;
mod joined_groups;
mod member_list;
pub(crate) mod members;
mod message_body;
mod message_decision;
mod moderation;
mod mutes;
mod new_friends;
mod notices;
mod official_accounts;
mod official_messages;
mod online_status;
mod operation;
mod paging;
mod permission_group_members;
mod permission_groups;
mod pins;
mod profiles;
mod push;
mod relationship_results;
mod response_fields;
mod robots;
mod rooms;
mod streams;
mod subscribers;
mod topic_creation;
mod topic_permissions;
mod topic_profiles;
pub(crate) mod topics;
pub(crate) mod unread;

use std::sync::LazyLock;

use crate::router::Router;

/// Returns the router with the handlers of all emulated endpoints, which all emulators share.
pub(crate) fn router() -> &'static Router {
    static ROUTER: LazyLock<Router> = LazyLock::new(build);
    &ROUTER
}

fn build() -> Router {
    let mut router = Router::default();
    accounts::register(&mut router);
    online_status::register(&mut router);
    account_mutes::register(&mut router);
    profiles::register(&mut router);
    groups::register(&mut router);
    group_import::register(&mut router);
    group_info::register(&mut router);
    group_profile::register(&mut router);
    joined_groups::register(&mut router);
    members::register(&mut router);
    group_roles::register(&mut router);
    member_list::register(&mut router);
    mutes::register(&mut router);
    bans::register(&mut router);
    audience::register(&mut router);
    audience_roles::register(&mut router);
    group_attributes::register(&mut router);
    group_counters::register(&mut router);
    permission_groups::register(&mut router);
    permission_group_members::register(&mut router);
    topic_creation::register(&mut router);
    topic_profiles::register(&mut router);
    topic_permissions::register(&mut router);
    group_messages::register(&mut router);
    history::register(&mut router);
    group_recall::register(&mut router);
    group_receipts::register(&mut router);
    pins::register(&mut router);
    unread::register(&mut router);
    notices::register(&mut router);
    direct_messages::register(&mut router);
    direct_history::register(&mut router);
    direct_reads::register(&mut router);
    extensions::register(&mut router);
    streams::register(&mut router);
    conversations::register(&mut router);
    conversation_marks::register(&mut router);
    conversation_groups::register(&mut router);
    friends::register(&mut router);
    friend_data::register(&mut router);
    friend_lists::register(&mut router);
    blocklists::register(&mut router);
    follows::register(&mut router);
    official_accounts::register(&mut router);
    subscribers::register(&mut router);
    official_messages::register(&mut router);
    robots::register(&mut router);
    rooms::register(&mut router);
    push::register(&mut router);
    moderation::register(&mut router);
    operation::register(&mut router);
    router
}
