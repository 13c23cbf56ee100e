//! The state of an app, as a handler sees it.

use std::ops::{Deref, DerefMut};

use crate::state::AppState;

/// The state of an app, which knows whether a handler got hold of it to change it: calls that only read
/// are not logged.
pub(crate) struct Tracked<'a> {
    state: &'a mut AppState,
    is_changed: bool,
}

impl<'a> Tracked<'a> {
    pub(crate) fn new(state: &'a mut AppState) -> Self {
        Self { state, is_changed: false }
    }

    /// Returns whether the state may have been changed.
    pub(crate) fn is_changed(&self) -> bool {
        self.is_changed
    }
}

impl Deref for Tracked<'_> {
    type Target = AppState;

    fn deref(&self) -> &AppState {
        self.state
    }
}

impl DerefMut for Tracked<'_> {
    fn deref_mut(&mut self) -> &mut AppState {
        self.is_changed = true;
        self.state
    }
}
