//! Sending and reading messages.

use chat_types::{
    ErrorCode, GroupId, UnixSeconds, UserId,
    message::{AdminSetMsgRead, MsgElement, MsgKey, SendGroupMsg, SendMsg, TextElement},
};

use super::{ClientError, UserClient, groups::not_a_member};
use crate::{
    handlers::{
        direct_messages::sendmsg, direct_reads::admin_set_msg_read, group_messages::send_group_msg,
        unread::has_unread_counts,
    },
    response::ApiError,
};

/// A one-to-one message that a client has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentDirectMessage {
    /// The key of the message, with which it can be recalled.
    pub msg_key: MsgKey,
    /// When it was sent.
    pub msg_time: UnixSeconds,
}

/// A group message that a client has sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentGroupMessage {
    /// The number of the message in the group.
    pub msg_seq: u64,
    /// When it was sent.
    pub msg_time: UnixSeconds,
}

impl UserClient {
    /// Sends a text to another user; see [`send`](Self::send).
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_text(&self, to: &str, text: &str) -> Result<SentDirectMessage, ClientError> {
        self.send(to, [MsgElement::Text(TextElement::new(text))])
    }

    /// Sends a message to another user.
    ///
    /// # Errors
    /// When the sender is muted (20012) or blocked by the receiver (20007), the receiver does not exist
    /// (20003), the message is empty, too long or blocked by local moderation, or the sender is not logged
    /// in.
    pub fn send(
        &self,
        to: &str,
        body: impl IntoIterator<Item = MsgElement>,
    ) -> Result<SentDirectMessage, ClientError> {
        self.act(|context, account| {
            let mutes = &context.app.account_mutes.direct;
            if mutes.get(account, context.now).is_some() {
                let info = format!("{account:?} is muted");
                return Err(ApiError::new(ErrorCode::SENDER_MUTED, info));
            }
            if context.app.relationships.blocks(to, account) {
                let info = format!("{to:?} has blocked {account:?}");
                return Err(ApiError::new(ErrorCode::SENDER_BLOCKED, info));
            }
            let unknown = ErrorCode::SENDER_OR_RECEIVER_NOT_FOUND;
            context.account("to", &UserId::from(to), unknown)?;
            let random = context.app.direct_messages.generate_seq();
            let mut request = SendMsg::new(to, random, body);
            request.from_account = Some(UserId::from(&**account));
            let sent = sendmsg(context, &request)?;
            Ok(SentDirectMessage {
                msg_key: sent.msg_key.unwrap_or_default(),
                msg_time: sent.msg_time.unwrap_or(context.now),
            })
        })
    }

    /// Sends a text to a group; see [`send_to_group`](Self::send_to_group).
    ///
    /// # Errors
    /// As [`send_to_group`](Self::send_to_group).
    pub fn send_text_to_group(
        &self,
        group: &str,
        text: &str,
    ) -> Result<SentGroupMessage, ClientError> {
        self.send_to_group(group, None, [MsgElement::Text(TextElement::new(text))])
    }

    /// Sends a message to a group, or to a topic of a community.
    ///
    /// # Errors
    /// When the group does not exist (10010), the sender is not a member (10007) or is muted: everywhere, in
    /// the group, with all members or in the topic (10017), the message is empty, too long or blocked by
    /// local moderation, or the sender is not logged in.
    pub fn send_to_group(
        &self,
        group: &str,
        topic: Option<&str>,
        body: impl IntoIterator<Item = MsgElement>,
    ) -> Result<SentGroupMessage, ClientError> {
        self.act(|context, account| {
            if !context.group(&GroupId::from(group))?.members.contains(account) {
                return Err(not_a_member(account));
            }
            let random = context.app.direct_messages.generate_seq();
            let mut request = SendGroupMsg::new(group, random, body);
            request.from_account = Some(UserId::from(&**account));
            request.topic_id = topic.map(Into::into);
            let sent = send_group_msg(context, &request)?;
            Ok(SentGroupMessage {
                msg_seq: sent.msg_seq.unwrap_or_default(),
                msg_time: sent.msg_time.unwrap_or(context.now),
            })
        })
    }

    /// Reads all messages of another user. Sends no read receipts, which `c2c_msg_read_receipt` does.
    ///
    /// # Errors
    /// When one of the accounts does not exist, or the user is not logged in.
    pub fn mark_as_read(&self, peer: &str) -> Result<(), ClientError> {
        self.act(|context, account| {
            admin_set_msg_read(context, &AdminSetMsgRead::new(&**account, peer)).map(drop)
        })
    }

    /// Reads the messages of a group up to a number; `None` for all. Does nothing in groups without unread
    /// counts.
    ///
    /// # Errors
    /// When the group does not exist (10010), the user is not a member (10007), or is not logged in.
    pub fn mark_group_as_read(&self, group: &str, up_to: Option<u64>) -> Result<(), ClientError> {
        self.act(|context, account| {
            let group = context.group_mut(&GroupId::from(group))?;
            if !group.members.contains(account) {
                return Err(not_a_member(account));
            }
            let newest = group.history.count();
            let counts_unread = has_unread_counts(group.group_type());
            let members = group.members.stored_mut().filter(|_| counts_unread);
            if let Some(member) = members.and_then(|members| members.get_mut(account)) {
                let read = up_to.unwrap_or(newest).min(newest);
                member.last_read = member.last_read.max(read);
            }
            Ok(())
        })
    }
}
