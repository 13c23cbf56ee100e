//! The right to send one call.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    budget::{InFlight, Reservation},
    limiter::Limiter,
    reason::Reason,
};

/// The right to send one call.
///
/// Report [`sent`](Self::sent) right before the first byte of the request is written and
/// [`completed`](Self::completed) when the head of the response has arrived: the time between the
/// two shows how late the service may have counted the call. Reports that come twice or in another
/// order change nothing.
///
/// A permit that is dropped before the call was sent gives its capacity back. One that is dropped
/// after that counts the call as sent, and as late as a call can be.
///
/// ```
/// use chat_quota::{AcquireError, Quota};
/// use chat_types::{Endpoint, group::ForbidSendMsg};
///
/// # async fn connect() {}
/// # async fn exchange() {}
/// async fn call(quota: &Quota) -> Result<(), AcquireError> {
///     let permit = quota.acquire(ForbidSendMsg::SPEC).await?;
///     connect().await;
///     permit.sent();
///     exchange().await;
///     permit.completed();
///     Ok(())
/// }
/// ```
#[must_use = "a permit that is dropped gives its capacity back"]
pub struct Permit {
    /// `None` where nothing limits the calls to the endpoint.
    held: Option<Held>,
    /// The permits of the items, where a limit counts them.
    items: Vec<Permit>,
}

struct Held {
    limiter: Arc<Limiter>,
    waited: Option<Waited>,
    stage: Mutex<Stage>,
}

/// How long a call waited for its permit, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waited {
    /// The time that it waited.
    pub time: Duration,
    /// What it waited for last.
    pub reason: Reason,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    Reserved(Reservation),
    Sent(InFlight),
    Done,
}

impl Permit {
    pub(crate) fn unlimited() -> Self {
        Self { held: None, items: Vec::new() }
    }

    /// Adds the permits of the items.
    pub(crate) fn with_items(mut self, items: Vec<Self>) -> Self {
        self.items = items;
        self
    }

    pub(crate) fn new(
        limiter: Arc<Limiter>,
        reservation: Reservation,
        waited: Option<Waited>,
    ) -> Self {
        let stage = Mutex::new(Stage::Reserved(reservation));
        Self { held: Some(Held { limiter, waited, stage }), items: Vec::new() }
    }

    /// Returns how long the call waited; `None` if it did not have to.
    pub fn waited(&self) -> Option<Waited> {
        let for_call = self.held.as_ref().and_then(|held| held.waited);
        // They waited together, and before the call did.
        let for_items = self.items.iter().filter_map(Self::waited).max_by_key(|it| it.time);
        match (for_call, for_items) {
            (Some(call), Some(items)) => {
                let longest = if call.time > items.time { call } else { items };
                Some(Waited { time: call.time + items.time, ..longest })
            }
            (call, items) => call.or(items),
        }
    }

    /// Reports that the first byte of the request is about to be written.
    ///
    /// The call counts from here on, so connect first if you can.
    pub fn sent(&self) {
        self.items.iter().for_each(Self::sent);
        self.advance(|stage, limiter| match stage {
            Stage::Reserved(reservation) => Stage::Sent(limiter.sent(reservation)),
            later => later,
        });
    }

    /// Reports that the head of the response has arrived, whatever it says.
    pub fn completed(&self) {
        // One response says too little about the way of all items to be learned from.
        self.items.iter().for_each(Self::release);
        self.advance(|stage, limiter| match stage {
            Stage::Sent(call) => {
                limiter.completed(call);
                Stage::Done
            }
            other => other,
        });
    }

    /// Reports that the call will not be sent, or if it was, that no response will arrive. The same
    /// as dropping the permit, for one that is shared.
    pub fn release(&self) {
        self.items.iter().for_each(Self::release);
        self.advance(|stage, limiter| {
            match stage {
                Stage::Reserved(reservation) => limiter.cancel(reservation),
                Stage::Sent(call) => limiter.lost(call),
                Stage::Done => {}
            }
            Stage::Done
        });
    }

    fn advance(&self, step: impl FnOnce(Stage, &Limiter) -> Stage) {
        let Some(Held { limiter, stage, .. }) = &self.held else { return };
        let mut stage = stage.lock().unwrap_or_else(PoisonError::into_inner);
        *stage = step(*stage, limiter);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.release();
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("waited", &self.waited()).finish_non_exhaustive()
    }
}
