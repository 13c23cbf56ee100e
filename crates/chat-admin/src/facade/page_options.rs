//! Options that only the pages of one endpoint have.

use chat_types::{
    GroupType,
    group::{GetGroupMemberInfo, GetJoinedGroupList, Role},
};
#[cfg(feature = "message")]
use chat_types::{TopicId, UnixSeconds, message::GroupMsgGetSimple};

use crate::Pages;

impl Pages<GetGroupMemberInfo> {
    /// Reads only members with this role. Each further call adds a role.
    pub fn with_role(self, role: Role) -> Self {
        self.with(|mut request| {
            request.member_role_filter.push(role);
            request
        })
    }
}

#[cfg(feature = "message")]
impl Pages<GroupMsgGetSimple> {
    /// Ends before the first message that is older than this. Messages of the same second are included,
    /// and so are holes between them, which may have no time.
    pub fn since(self, time: UnixSeconds) -> Self {
        self.take_until(move |message| message.msg_time_stamp.is_some_and(|sent| sent < time))
    }

    /// Reads only messages older than the one with this sequence number.
    pub fn before_seq(self, seq: u64) -> Self {
        // The response to a request for number 0 is not documented.
        let newest = seq.saturating_sub(1).max(1);
        self.with(|request| request.req_msg_seq(newest))
            .take_until(move |message| message.msg_seq >= seq)
    }

    /// Includes recalled messages, marked as such.
    pub fn with_recalled(self) -> Self {
        self.with(|request| request.with_recalled_msg(true))
    }

    /// Reads the messages of one topic instead of those of the whole Community group.
    pub fn in_topic(self, topic: impl Into<TopicId>) -> Self {
        self.with(|request| request.topic_id(topic))
    }
}

impl Pages<GetJoinedGroupList> {
    /// Includes audio-video groups.
    pub fn with_audio_video_groups(self) -> Self {
        self.with(|request| request.with_huge_groups(true))
    }

    /// Includes Private (Work) groups that have not been activated yet.
    pub fn with_inactive_groups(self) -> Self {
        self.with(|request| request.with_no_active_groups(true))
    }

    /// Reads only groups of this type.
    pub fn of_type(self, group_type: GroupType) -> Self {
        self.with(|request| request.group_type(group_type))
    }
}
