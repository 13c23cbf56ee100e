//! What happens because time passes, at the next time that anybody looks.

use chat_types::UnixSeconds;

use crate::state::AppState;

impl AppState {
    /// Dispatches the scheduled pushes that are due, and dissolves rooms that nobody uses. Returns whether
    /// there was anything to do.
    pub(crate) fn pass_time(&mut self, now: UnixSeconds) -> bool {
        let dispatched = self.dispatch_due_pushes(now);
        let dissolved = self.groups.dissolve_idle_rooms(now);
        if dissolved {
            self.note_changes(now);
        }
        dispatched || dissolved
    }
}
