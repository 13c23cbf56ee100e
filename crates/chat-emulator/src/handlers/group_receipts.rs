//! Read receipts of group messages: `group_msg_receipt`, `get_group_msg_receipt` and
//! `get_group_msg_receipt_detail`.

use std::{collections::BTreeSet, sync::Arc};

use chat_types::{
    ErrorCode, GroupId, GroupType, UserId,
    limits::MAX_MEMBERS_WITH_READ_RECEIPTS,
    message::{
        GetGroupMsgReceipt, GetGroupMsgReceiptDetail, GetGroupMsgReceiptDetailResponse,
        GetGroupMsgReceiptResponse, GroupMsgReadCount, GroupMsgReader, GroupMsgReceipt,
        GroupMsgReceiptResponse, ReadReceiptFilter,
    },
    webhook::group::{self as webhook, CallbackAfterReadReceipt},
};

use super::paging::max_page_size;
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{
        group::Group,
        history::{History, Message},
    },
    webhooks::fields::account_list,
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(group_msg_receipt, |request| &request.group_id);
    router.add_for_group(get_group_msg_receipt, |request| &request.group_id);
    router.add_for_group(get_group_msg_receipt_detail, |request| &request.group_id);
}

/// Marks messages as read. Those without read receipts are skipped, since the response has no results.
pub(crate) fn group_msg_receipt(
    context: &mut Context<'_>,
    request: &GroupMsgReceipt,
) -> Result<GroupMsgReceiptResponse, ApiError> {
    let reader = context.app.accounts.shared_id(request.from_account.as_str());
    let group = context.group_mut(&request.group_id)?;
    if group.members.len() > MAX_MEMBERS_WITH_READ_RECEIPTS {
        let info = format!("the group has more than {MAX_MEMBERS_WITH_READ_RECEIPTS} members");
        return Err(ApiError::new(ErrorCode::GROUP_OPERATION_NOT_PERMITTED, info));
    }
    if !group.members.contains(&reader) {
        let info = format!("From_Account: {reader:?} is not a member of the group");
        return Err(ApiError::invalid_parameter(info));
    }
    let mut newly_read = Vec::new();
    for read in &request.msg_seq_list {
        let message = group.history.get_mut(read.msg_seq);
        if let Some(readers) = message.and_then(|message| message.readers.as_mut())
            && readers.insert(Arc::clone(&reader))
        {
            newly_read.push(read.msg_seq);
        }
    }
    report_receipts(context, &request.group_id, &newly_read, Some(&request.from_account));
    Ok(GroupMsgReceiptResponse::default())
}

/// Reports how many members have read messages, unless the group is a community.
pub(super) fn report_receipts(
    context: &mut Context<'_>,
    id: &GroupId,
    seqs: &[u64],
    reader: Option<&UserId>,
) {
    let Some(group) = context.app.groups.get(id.as_str()) else { return };
    if seqs.is_empty() || *group.group_type() == GroupType::Community {
        return;
    }
    let entry = |&seq: &u64| {
        let count = read_count(group, seq);
        let mut entry = webhook::GroupMsgReceipt::default();
        entry.msg_seq = seq;
        entry.read_num = count.read_num;
        entry.unread_num = count.unread_num;
        entry.read_receipt_members = account_list(reader);
        entry
    };
    context.webhooks.emit(|| {
        let mut event = CallbackAfterReadReceipt::default();
        event.group_id = id.clone();
        event.type_ = Some(group.group_type().clone());
        event.group_msg_receipt_list = seqs.iter().map(entry).collect();
        event
    });
}

/// Returns how many members have read a message.
fn read_count(group: &Group, seq: u64) -> GroupMsgReadCount {
    let mut count = GroupMsgReadCount::default();
    count.msg_seq = seq;
    match with_receipts(&group.history, seq) {
        None => count.code = ErrorCode::MESSAGE_WITHOUT_READ_RECEIPT,
        Some(receipts) => {
            let members = || receivers(group, receipts.message);
            let read = members().filter(|(_, account)| receipts.readers.contains(*account));
            let read = read.count();
            let number = |count: usize| Some(u32::try_from(count).unwrap_or(u32::MAX));
            count.read_num = number(read);
            count.unread_num = number(members().count() - read);
        }
    }
    count
}

fn get_group_msg_receipt(
    context: &mut Context<'_>,
    request: &GetGroupMsgReceipt,
) -> Result<GetGroupMsgReceiptResponse, ApiError> {
    let group = context.group(&request.group_id)?;
    let mut response = GetGroupMsgReceiptResponse::default();
    response.group_msg_receipt_list =
        request.msg_seq_list.iter().map(|item| read_count(group, item.msg_seq)).collect();
    Ok(response)
}

fn get_group_msg_receipt_detail(
    context: &mut Context<'_>,
    request: &GetGroupMsgReceiptDetail,
) -> Result<GetGroupMsgReceiptDetailResponse, ApiError> {
    let start: u64 = match request.cursor.as_str() {
        "" => 0,
        cursor => cursor.parse().map_err(|_| {
            ApiError::invalid_parameter(format!("Cursor: {cursor:?} is not from a response"))
        })?,
    };
    let group = context.group(&request.group_id)?;
    let receipts = with_receipts(&group.history, request.msg_seq).ok_or_else(|| {
        let info = "MsgSeq: the message does not exist, or was sent without read receipts";
        ApiError::new(ErrorCode::MESSAGE_WITHOUT_READ_RECEIPT, info)
    })?;
    let lists_readers = request.filter == ReadReceiptFilter::Read;
    let mut listed = receivers(group, receipts.message).filter(|&(serial, account)| {
        serial >= start && receipts.readers.contains(account) == lists_readers
    });
    let size = (request.count as usize).min(max_page_size::<GetGroupMsgReceiptDetail>());
    let mut response = GetGroupMsgReceiptDetailResponse::default();
    for (_, account) in listed.by_ref().take(size) {
        let (account, mut entry) = (UserId::from(&**account), GroupMsgReader::default());
        if lists_readers {
            entry.read_account = Some(account);
            response.read_list.push(entry);
        } else {
            entry.unread_account = Some(account);
            response.unread_list.push(entry);
        }
    }
    let next = listed.next().map(|(serial, _)| serial);
    response.msg_seq = Some(request.msg_seq);
    response.is_finish = Some(next.is_none());
    response.cursor = Some(next.unwrap_or(0).to_string());
    Ok(response)
}

/// A message that was sent with read receipts.
struct Receipts<'a> {
    message: &'a Message,
    readers: &'a BTreeSet<Arc<str>>,
}

/// Returns a message with its readers; `None` if it does not exist, was recalled, or was sent without
/// read receipts.
fn with_receipts(history: &History, seq: u64) -> Option<Receipts<'_>> {
    let message = history.get(seq).filter(|message| !message.recalled)?;
    Some(Receipts { message, readers: message.readers.as_ref()? })
}

/// Iterates over the members who were to read a message, each with a serial number: all but the
/// sender.
fn receivers<'a>(
    group: &'a Group,
    message: &'a Message,
) -> impl Iterator<Item = (u64, &'a Arc<str>)> {
    let members = group.members.stored().into_iter().flat_map(|all| all.starting_at_serial(0));
    let accounts = members.map(|(serial, account, _)| (serial, account));
    accounts.filter(|(_, account)| **account != message.sender)
}
