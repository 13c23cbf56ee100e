//! What the service remembers of one app.

pub(crate) mod accounts;
pub(crate) mod deadlines;
pub(crate) mod direct_messages;
pub(crate) mod group;
pub(crate) mod groups;
pub(crate) mod growth;
pub(crate) mod history;
pub(crate) mod members;
pub(crate) mod roster;

use self::{
    accounts::Accounts, direct_messages::DirectMessages, groups::Groups, growth::Growth,
    history::History,
};

/// Everything that one app has.
#[derive(Debug)]
pub(crate) struct AppState {
    pub(crate) sdk_app_id: u32,
    pub(crate) accounts: Accounts,
    pub(crate) groups: Groups,
    pub(crate) growth: Growth,
    /// What was sent to all audio-video groups together.
    pub(crate) broadcasts: History,
    pub(crate) direct_messages: DirectMessages,
}
