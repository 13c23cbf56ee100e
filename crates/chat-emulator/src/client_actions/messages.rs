//! Sending and recalling messages.

use std::sync::Arc;

use chat_types::{
    ErrorCode, GroupId, TopicId, UnixSeconds, UserId,
    message::{
        AdminMsgWithdraw, GroupMsgRecall, GroupMsgSeq, MsgElement, MsgKey, SendGroupMsg, SendMsg,
        TextElement,
    },
};
use serde::{Deserialize, Serialize};

use super::{
    ClientError, UserClient,
    action::Action,
    groups::{not_a_member, not_permitted},
};
use crate::{
    handlers::{
        direct_history::admin_msgwithdraw, direct_messages::sendmsg,
        group_messages::send_group_msg, group_recall::group_msg_recall, topics::history_of,
    },
    response::ApiError,
    router::Context,
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
    pub async fn send_text(&self, to: &str, text: &str) -> Result<SentDirectMessage, ClientError> {
        self.send(to, [MsgElement::Text(TextElement::new(text))]).await
    }

    /// Sends a message to another user.
    ///
    /// The app's server is asked first, and may refuse, drop or change the message.
    ///
    /// # Errors
    /// When the sender is muted (20012) or blocked by the receiver (20007), the receiver does not exist
    /// (20003), the message is empty, too long or blocked by local moderation, the app's server refuses
    /// (20006, or its own code), or the sender is not logged in.
    pub async fn send(
        &self,
        to: &str,
        body: impl IntoIterator<Item = MsgElement>,
    ) -> Result<SentDirectMessage, ClientError> {
        let body = body.into_iter().collect();
        self.perform(Send { to: UserId::from(to), body }).await
    }

    /// Sends a text to a group; see [`send_to_group`](Self::send_to_group).
    ///
    /// # Errors
    /// As [`send_to_group`](Self::send_to_group).
    pub async fn send_text_to_group(
        &self,
        group: &str,
        text: &str,
    ) -> Result<SentGroupMessage, ClientError> {
        self.send_to_group(group, None, [MsgElement::Text(TextElement::new(text))]).await
    }

    /// Sends a message to a group, or to a topic of a community.
    ///
    /// The app's server is asked first, and may refuse, drop or change the message.
    ///
    /// # Errors
    /// When the group does not exist (10010), the sender is not a member (10007) or is muted: everywhere, in
    /// the group, with all members or in the topic (10017), the message is empty, too long or blocked by
    /// local moderation, the app's server refuses (10016, or its own code), or the sender is not logged in.
    pub async fn send_to_group(
        &self,
        group: &str,
        topic: Option<&str>,
        body: impl IntoIterator<Item = MsgElement>,
    ) -> Result<SentGroupMessage, ClientError> {
        let body = body.into_iter().collect();
        let topic = topic.map(TopicId::from);
        self.perform(SendToGroup { group: GroupId::from(group), topic, body }).await
    }

    /// Recalls a message that the user sent to another user.
    ///
    /// # Errors
    /// When one of the accounts does not exist, the user has not sent such a message to the other one
    /// (20022) or has recalled it (20023), or the user is not logged in.
    pub async fn recall(&self, to: &str, msg_key: MsgKey) -> Result<(), ClientError> {
        self.perform(Recall { to: UserId::from(to), msg_key }).await
    }

    /// Recalls a message of a group, or of a topic of a community: one that the user sent, or any if the
    /// user is the owner or an admin of the group.
    ///
    /// # Errors
    /// When the group does not exist (10010), the user is not a member or the message is by somebody else
    /// (10007), the message does not exist (10030), or the user is not logged in.
    pub async fn recall_in_group(
        &self,
        group: &str,
        topic: Option<&str>,
        msg_seq: u64,
    ) -> Result<(), ClientError> {
        let topic = topic.map(TopicId::from);
        self.perform(RecallInGroup { group: GroupId::from(group), topic, msg_seq }).await
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Send {
    to: UserId,
    body: Vec<MsgElement>,
}

impl Action for Send {
    const KIND: &'static str = "send";

    type Outcome = SentDirectMessage;

    fn run(
        &self,
        context: &mut Context<'_>,
        account: &Arc<str>,
    ) -> Result<SentDirectMessage, ClientError> {
        let mutes = &context.app.account_mutes.direct;
        if mutes.get(account, context.now).is_some() {
            let info = format!("{account:?} is muted");
            return Err(ApiError::new(ErrorCode::SENDER_MUTED, info).into());
        }
        let to = self.to.as_str();
        if context.app.relationships.blocks(to, account) {
            let info = format!("{to:?} has blocked {account:?}");
            return Err(ApiError::new(ErrorCode::SENDER_BLOCKED, info).into());
        }
        context.account("to", &self.to, ErrorCode::SENDER_OR_RECEIVER_NOT_FOUND)?;
        let mut request = SendMsg::new(to, random(context), self.body.iter().cloned());
        request.from_account = Some(UserId::from(&**account));
        let sent = sendmsg(context, &request)?;
        Ok(SentDirectMessage {
            msg_key: sent.msg_key.unwrap_or_default(),
            msg_time: sent.msg_time.unwrap_or(context.now),
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SendToGroup {
    group: GroupId,
    topic: Option<TopicId>,
    body: Vec<MsgElement>,
}

impl Action for SendToGroup {
    const KIND: &'static str = "send_to_group";

    type Outcome = SentGroupMessage;

    fn run(
        &self,
        context: &mut Context<'_>,
        account: &Arc<str>,
    ) -> Result<SentGroupMessage, ClientError> {
        if !context.group(&self.group)?.members.contains(account) {
            return Err(not_a_member(account).into());
        }
        let random = random(context);
        let mut request = SendGroupMsg::new(self.group.clone(), random, self.body.iter().cloned());
        request.from_account = Some(UserId::from(&**account));
        request.topic_id.clone_from(&self.topic);
        let sent = send_group_msg(context, &request)?;
        Ok(SentGroupMessage {
            msg_seq: sent.msg_seq.unwrap_or_default(),
            msg_time: sent.msg_time.unwrap_or(context.now),
        })
    }
}

/// Returns the number that makes a message differ from others with the same content: the same in all
/// runs of an action.
fn random(context: &mut Context<'_>) -> u32 {
    let messages = &mut context.app.direct_messages;
    context.webhooks.keep(|| messages.generate_seq())
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Recall {
    to: UserId,
    msg_key: MsgKey,
}

impl Action for Recall {
    const KIND: &'static str = "recall";

    type Outcome = ();

    fn run(&self, context: &mut Context<'_>, account: &Arc<str>) -> Result<(), ClientError> {
        let (to, msg_key) = (self.to.clone(), self.msg_key.clone());
        let request = AdminMsgWithdraw::new(&**account, to, msg_key);
        admin_msgwithdraw(context, &request)?;
        Ok(())
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RecallInGroup {
    group: GroupId,
    topic: Option<TopicId>,
    msg_seq: u64,
}

impl Action for RecallInGroup {
    const KIND: &'static str = "recall_in_group";

    type Outcome = ();

    fn run(&self, context: &mut Context<'_>, account: &Arc<str>) -> Result<(), ClientError> {
        let group = context.group_mut(&self.group)?;
        if !group.members.contains(account) {
            return Err(not_a_member(account).into());
        }
        let leads = group.is_led_by(account);
        let history = history_of(group, self.topic.as_ref())?;
        let sender = history.get_mut(self.msg_seq).map(|message| &message.sender);
        if sender.is_some_and(|sender| sender != account && !leads) {
            let info = "only the sender and those who manage the group can recall a message";
            return Err(not_permitted(info).into());
        }
        let seq = GroupMsgSeq::new(self.msg_seq);
        let mut request = GroupMsgRecall::new(self.group.clone(), [seq]);
        request.topic_id.clone_from(&self.topic);
        let results = group_msg_recall(context, &request)?.recall_ret_list;
        match results.iter().find(|result| result.ret_code != ErrorCode::OK) {
            Some(failed) => {
                let info = format!("message {} cannot be recalled", self.msg_seq);
                Err(ApiError::new(failed.ret_code, info).into())
            }
            None => Ok(()),
        }
    }
}
