//! Counts what changes the daily figures of an app.

use std::sync::Arc;

use chat_types::UnixSeconds;

use crate::state::{AppState, changes::Changes, group::Group};

impl AppState {
    /// Adds to the figures of a day how accounts, groups and friendships changed since the last time.
    pub(crate) fn note_changes(&mut self, now: UnixSeconds) {
        let accounts = self.accounts.take_changes();
        let groups = self.groups.take_changes();
        let friendships = self.relationships.take_changes();
        if [accounts, groups, friendships].iter().any(|changes| *changes != Changes::default()) {
            let day = self.figures.on(now);
            day.accounts += accounts;
            day.groups += groups;
            day.friendships += friendships;
        }
    }

    /// Counts a message that was sent in a group, to some of its members or to all but the sender.
    pub(crate) fn count_group_message(
        &mut self,
        group: &str,
        sender: &Arc<str>,
        chosen_receivers: Option<usize>,
        now: UnixSeconds,
    ) {
        let members =
            |group: &Group| group.members.len() - usize::from(group.members.contains(sender));
        let receivers =
            chosen_receivers.or_else(|| self.groups.get(group).map(members)).unwrap_or_default();
        let day = self.figures.on(now);
        day.group.count(sender, receivers as u64);
        if !day.active_groups.contains(group) {
            day.active_groups.insert(group.into());
        }
    }

    /// Counts clients that logged in.
    pub(crate) fn count_logins(&mut self, accounts: Vec<Arc<str>>, now: UnixSeconds) {
        let day = self.figures.on(now);
        day.logins += accounts.len() as u64;
        day.logged_in.extend(accounts);
    }

    /// Counts accounts that joined a group.
    pub(crate) fn count_joins(&mut self, joins: usize, now: UnixSeconds) {
        self.figures.on(now).joins += joins as u64;
    }

    /// Counts members who left a group or were removed from it.
    pub(crate) fn count_quits(&mut self, quits: usize, now: UnixSeconds) {
        self.figures.on(now).quits += quits as u64;
    }
}
