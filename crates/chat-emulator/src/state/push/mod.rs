//! The push service of an app: whom pushes can reach, what selects them, and the pushes that were sent.

pub(crate) mod audience;
pub(crate) mod condition;
pub(crate) mod messages;
pub(crate) mod record;
pub(crate) mod schedule;

use serde::{Deserialize, Serialize};

use self::{audience::Audience, messages::MessagePushes, record::Pushes, schedule::Schedule};

/// The state of the push service of one app.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PushService {
    pub(crate) audience: Audience,
    pub(crate) pushes: Pushes,
    pub(crate) messages: MessagePushes,
    pub(crate) schedule: Schedule,
}

impl PushService {
    pub(crate) fn new(max_daily_pushes: Option<u64>) -> Self {
        Self {
            audience: Audience::default(),
            pushes: Pushes::new(max_daily_pushes),
            messages: MessagePushes::default(),
            schedule: Schedule::default(),
        }
    }
}
