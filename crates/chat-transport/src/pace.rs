//! Keeps the calls to each endpoint within its quota.
//!
//! Each endpoint has a [`Limiter`]. Its parts know one subject each:
//!
//! * `line`: in which order calls go, and which of two classes is next.
//! * `spread`: how background calls leave room for interactive ones that come later.
//! * `ledger`: whether the quota has room, by one of two: `log` notes what this client sent, and
//!   `leases` hold what a server lets it send, where other processes share the quota.
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
    time::Duration,
};

use chat_types::spec::EndpointSpec;

use self::log::Log;
use crate::quota::{Key, Quota, key};
#[cfg(feature = "redis")]
use crate::{pace::leases::Leases, shared::Shared};

pub(crate) use self::{
    limiter::{Ask, Limiter, NoTurn},
    log::Window,
    turn::Turn,
};

#[cfg(feature = "redis")]
mod leases;
mod ledger;
mod limiter;
mod line;
mod log;
#[cfg(feature = "redis")]
mod recent;
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
    /// And the number of the app, whose quota it is.
    #[cfg(feature = "redis")]
    shared: Option<(Arc<Shared>, u32)>,
    limiters: Mutex<HashMap<Key, Option<Arc<Limiter>>>>,
}

impl Pace {
    pub(crate) fn new(quota: Quota) -> Self {
        Self {
            quota,
            #[cfg(feature = "redis")]
            shared: None,
            limiters: Mutex::default(),
        }
    }

    /// The same for a quota that other processes share.
    #[cfg(feature = "redis")]
    pub(crate) fn share(mut self, shared: Shared, sdk_app_id: u32) -> Self {
        self.shared = Some((Arc::new(shared), sdk_app_id));
        self
    }

    /// `None` where nothing limits the calls to this endpoint.
    pub(crate) fn limiter(&self, spec: &'static EndpointSpec) -> Option<Arc<Limiter>> {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        limiters.entry(key(spec)).or_insert_with(|| self.make(spec)).clone()
    }

    /// How long so many calls take at the least.
    pub(crate) fn min_duration(&self, spec: &'static EndpointSpec, calls: u64) -> Duration {
        let windows = self.quota.windows(spec);
        windows.iter().map(|window| window.min_duration(calls)).max().unwrap_or_default()
    }

    /// Lets fewer calls through for a while, as after a refusal.
    pub(crate) fn slow_down(&self, spec: &'static EndpointSpec) {
        if let Some(limiter) = self.limiter(spec) {
            limiter.refused();
        }
    }

    fn make(&self, spec: &'static EndpointSpec) -> Option<Arc<Limiter>> {
        let windows = self.quota.windows(spec);
        if windows.is_empty() {
            return None;
        }
        #[cfg(feature = "redis")]
        if let Some((shared, sdk_app_id)) = &self.shared {
            let key = format!("{sdk_app_id}/{}", spec.id());
            let leases = Leases::new(Arc::clone(shared), key, windows);
            return Some(Limiter::new(Box::new(leases)));
        }
        Some(Limiter::new(Box::new(Log::new(windows))))
    }
}

#[cfg(test)]
mod tests;
