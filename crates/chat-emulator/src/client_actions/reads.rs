//! Reading messages, and read receipts.

use std::sync::Arc;

use chat_types::{
    GroupId, UserId,
    message::{
        AdminSetMsgRead, C2cMsgReadReceipt, GroupMsgReceipt, GroupMsgSeq, MsgKey, ReadC2cMsg,
    },
};
use serde::{Deserialize, Serialize};

use super::{ClientError, UserClient, action::Action, groups::not_a_member};
use crate::{
    handlers::{
        direct_reads::{admin_set_msg_read, c2c_msg_read_receipt},
        group_receipts::group_msg_receipt,
        unread::has_unread_counts,
    },
    router::Context,
};

impl UserClient {
    /// Reads all messages of another user. Sends no read receipts, which
    /// [`send_read_receipts`](Self::send_read_receipts) does.
    ///
    /// # Errors
    /// When one of the accounts does not exist, or the user is not logged in.
    pub async fn mark_as_read(&self, peer: &str) -> Result<(), ClientError> {
        self.perform(MarkAsRead { peer: UserId::from(peer) }).await
    }

    /// Reads the messages of a group up to a number; `None` for all. Does nothing in groups without unread
    /// counts.
    ///
    /// # Errors
    /// When the group does not exist (10010), the user is not a member (10007), or is not logged in.
    pub async fn mark_group_as_read(
        &self,
        group: &str,
        up_to: Option<u64>,
    ) -> Result<(), ClientError> {
        self.perform(MarkGroupAsRead { group: GroupId::from(group), up_to }).await
    }

    /// Sends read receipts for messages of another user.
    ///
    /// # Errors
    /// When one of them is not a message of the other user to this one (20001), or the user is not logged
    /// in.
    pub async fn send_read_receipts(
        &self,
        peer: &str,
        messages: impl IntoIterator<Item = MsgKey>,
    ) -> Result<(), ClientError> {
        let messages = messages.into_iter().collect();
        self.perform(SendReadReceipts { peer: UserId::from(peer), messages }).await
    }

    /// Sends read receipts for messages of a group, by their numbers. Messages whose sender asked for none
    /// are skipped.
    ///
    /// # Errors
    /// When the group does not exist (10010) or has too many members (10007), the user is not a member
    /// (10004), or is not logged in.
    pub async fn send_group_read_receipts(
        &self,
        group: &str,
        messages: impl IntoIterator<Item = u64>,
    ) -> Result<(), ClientError> {
        let messages = messages.into_iter().collect();
        self.perform(SendGroupReadReceipts { group: GroupId::from(group), messages }).await
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MarkAsRead {
    peer: UserId,
}

impl Action for MarkAsRead {
    const KIND: &'static str = "mark_as_read";

    type Outcome = ();

    fn run(&self, context: &mut Context<'_>, account: &Arc<str>) -> Result<(), ClientError> {
        admin_set_msg_read(context, &AdminSetMsgRead::new(&**account, self.peer.clone()))?;
        Ok(())
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MarkGroupAsRead {
    group: GroupId,
    up_to: Option<u64>,
}

impl Action for MarkGroupAsRead {
    const KIND: &'static str = "mark_group_as_read";

    type Outcome = ();

    fn run(&self, context: &mut Context<'_>, account: &Arc<str>) -> Result<(), ClientError> {
        let group = context.group_mut(&self.group)?;
        if !group.members.contains(account) {
            return Err(not_a_member(account).into());
        }
        let newest = group.history.count();
        let counts_unread = has_unread_counts(group.group_type());
        let members = group.members.stored_mut().filter(|_| counts_unread);
        if let Some(member) = members.and_then(|members| members.get_mut(account)) {
            let read = self.up_to.unwrap_or(newest).min(newest);
            member.last_read = member.last_read.max(read);
        }
        Ok(())
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SendReadReceipts {
    peer: UserId,
    messages: Vec<MsgKey>,
}

impl Action for SendReadReceipts {
    const KIND: &'static str = "send_read_receipts";

    type Outcome = ();

    fn run(&self, context: &mut Context<'_>, account: &Arc<str>) -> Result<(), ClientError> {
        let peer = &self.peer;
        let read = |key: &MsgKey| ReadC2cMsg::new(peer.clone(), &**account, key.clone());
        let messages: Vec<_> = self.messages.iter().map(read).collect();
        let request = C2cMsgReadReceipt::new(&**account, peer.clone(), messages);
        c2c_msg_read_receipt(context, &request)?;
        Ok(())
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SendGroupReadReceipts {
    group: GroupId,
    messages: Vec<u64>,
}

impl Action for SendGroupReadReceipts {
    const KIND: &'static str = "send_group_read_receipts";

    type Outcome = ();

    fn run(&self, context: &mut Context<'_>, account: &Arc<str>) -> Result<(), ClientError> {
        let messages = self.messages.iter().map(|seq| GroupMsgSeq::new(*seq));
        let request = GroupMsgReceipt::new(self.group.clone(), &**account, messages);
        group_msg_receipt(context, &request)?;
        Ok(())
    }
}
