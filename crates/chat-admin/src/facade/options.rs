//! Options of single jobs, on the batch that carries them.

use std::time::Duration;

use chat_types::{
    MuteTime, Seconds, TopicId,
    group::{AddGroupMember, BanGroupMember, DeleteGroupMember, ForbidSendMsg},
};

use crate::Batch;

impl Batch<'_, ForbidSendMsg> {
    /// Mutes for this long, counted from each call; rounded up to whole seconds, at least one. More
    /// than 136 years is for good.
    pub fn for_duration(self, period: Duration) -> Self {
        self.with(|mut request| {
            request.mute_time = MuteTime::from(at_least_one_second(period).get());
            request
        })
    }

    /// Mutes for good. This is the default.
    pub fn forever(self) -> Self {
        self.with(|mut request| {
            request.mute_time = MuteTime::Forever;
            request
        })
    }

    /// Mutes or unmutes in one topic instead of the whole community.
    pub fn in_topic(self, topic: impl Into<TopicId>) -> Self {
        self.with(|request| request.topic_id(topic))
    }
}

impl Batch<'_, BanGroupMember> {
    /// Bans for this long, counted from each call; rounded up to whole seconds, at least one.
    pub fn for_duration(self, period: Duration) -> Self {
        self.with(|mut request| {
            request.duration = at_least_one_second(period);
            request
        })
    }

    /// A text that goes with the ban, at most 1000 bytes.
    pub fn with_description(self, text: impl Into<String>) -> Self {
        self.with(|request| request.description(text))
    }
}

impl Batch<'_, DeleteGroupMember> {
    /// Tells nobody in the group but the removed members.
    pub fn silently(self) -> Self {
        self.with(|request| request.silence(true))
    }

    /// Why they are removed; shown in the notification.
    pub fn with_reason(self, reason: impl Into<String>) -> Self {
        self.with(|request| request.reason(reason))
    }
}

impl Batch<'_, AddGroupMember> {
    /// Tells nobody.
    pub fn silently(self) -> Self {
        self.with(|request| request.silence(true))
    }
}

/// Zero would mean something else on the wire: unmuting.
fn at_least_one_second(period: Duration) -> Seconds {
    Seconds::try_from(period).unwrap_or(Seconds::MAX).max(Seconds::new(1))
}
