//! Options that only jobs over one endpoint have.

use std::time::Duration;

use chat_types::{
    MuteTime, Seconds, TopicId,
    group::{AddGroupMember, BanGroupMember, DeleteGroupMember, ForbidSendMsg},
};

use crate::Batch;

impl Batch<'_, ForbidSendMsg> {
    /// Mutes for this long, counted from each call. The duration is rounded up to whole seconds, at least
    /// one. More than 136 years mutes permanently.
    pub fn for_duration(self, duration: Duration) -> Self {
        self.with(|mut request| {
            request.mute_time = MuteTime::from(duration);
            request
        })
    }

    /// Mutes permanently. This is the default.
    pub fn forever(self) -> Self {
        self.with(|mut request| {
            request.mute_time = MuteTime::Forever;
            request
        })
    }

    /// Mutes or unmutes in one topic instead of the whole Community group.
    pub fn in_topic(self, topic: impl Into<TopicId>) -> Self {
        self.with(|request| request.topic_id(topic))
    }
}

impl Batch<'_, BanGroupMember> {
    /// Bans for this long, counted from each call. The duration is rounded up to whole seconds, at least
    /// one.
    pub fn for_duration(self, duration: Duration) -> Self {
        self.with(|mut request| {
            let seconds = Seconds::try_from(duration).unwrap_or(Seconds::MAX);
            request.duration = seconds.max(Seconds::new(1));
            request
        })
    }

    /// Adds a description to the ban, of at most 1000 bytes.
    pub fn with_description(self, description: impl Into<String>) -> Self {
        self.with(|request| request.description(description))
    }
}

impl Batch<'_, DeleteGroupMember> {
    /// Notifies only the removed members, not the other members of the group.
    pub fn silently(self) -> Self {
        self.with(|request| request.silence(true))
    }

    /// Sets the reason for the removal, which the notification shows.
    pub fn with_reason(self, reason: impl Into<String>) -> Self {
        self.with(|request| request.reason(reason))
    }
}

impl Batch<'_, AddGroupMember> {
    /// Does not notify members.
    pub fn silently(self) -> Self {
        self.with(|request| request.silence(true))
    }
}
