//! Keeps the calls to each endpoint within its quota.
//!
//! Each endpoint has a [`Limiter`]. Its parts know one subject each:
//!
//! * `line`: in which order calls go, and which of two classes is next.
//! * `spread`: how background calls leave room for interactive ones that come later.
//! * `log`: whether the quota has room. It is the only part that knows what a quota is, and the
//!   line knows it by a few methods, so that another kind of log can stand in for it.
//! * `round_trips`: for how long a call holds its place, so that the service, which sees calls
//!   later than they were sent, never counts more than the quota.
//! * `slowdown`: what share of the quota is used after a refusal.
//! * `turn`: what a call holds, from the moment at which it may go.
//!
//! A call enters the log when its first byte is about to be written, not when it may go: opening a
//! connection takes a while, and calls that were let through in one second would otherwise arrive
//! in the next.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chat_types::spec::EndpointSpec;

use crate::quota::{Key, Quota, key};

pub(crate) use self::{
    limiter::{Ask, Limiter, NoTurn},
    log::Window,
    turn::Turn,
};

mod limiter;
mod line;
mod log;
mod round_trips;
mod slowdown;
mod spread;
mod turn;

/// The limiters of the endpoints that were called so far.
///
/// Made ahead, from the table of all endpoints, they would put that table with all its texts into
/// every program.
pub(crate) struct Pace {
    quota: Quota,
    limiters: Mutex<HashMap<Key, Option<Arc<Limiter>>>>,
}

impl Pace {
    pub(crate) fn new(quota: Quota) -> Self {
        Self { quota, limiters: Mutex::default() }
    }

    /// `None` where nothing limits the calls to this endpoint.
    pub(crate) fn limiter(&self, spec: &'static EndpointSpec) -> Option<Arc<Limiter>> {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        limiters.entry(key(spec)).or_insert_with(|| self.quota.limiter(spec)).clone()
    }
}

#[cfg(test)]
mod tests;
