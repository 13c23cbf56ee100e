//! What it changes that users go offline.

use std::sync::Arc;

use chat_types::UnixSeconds;

use crate::state::AppState;

impl AppState {
    /// Logs all clients of an account out. Returns whether any was logged in.
    pub(crate) fn log_out_everywhere(&mut self, account: &str, now: UnixSeconds) -> bool {
        let was_online = self.sessions.log_out_everywhere(account);
        if was_online {
            self.leave_audiences(account, now);
        }
        was_online
    }

    /// Removes an account from the groups whose members are those who are connected, and returns their IDs.
    pub(crate) fn leave_audiences(&mut self, account: &str, now: UnixSeconds) -> Vec<Arc<str>> {
        let audiences =
            self.groups.iter_mut().filter(|(_, group)| group.members.stored().is_none());
        let left = audiences.filter_map(|(id, group)| group.remove(account, now).then_some(id));
        let left: Vec<_> = left.map(Arc::clone).collect();
        self.count_quits(left.len(), now);
        left
    }
}
