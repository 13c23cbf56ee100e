//! The messages of the group, read oldest first.

use std::{collections::HashSet, iter};

use chat_transport::{Client, Error};
use chat_types::{
    GroupId, Paged, UnixSeconds, Unrecognized, UserId,
    message::{
        GroupHistoryMsg, GroupMsgGetSimple, GroupMsgToImport, HistoryEntryKind, MsgPriorityLevel,
    },
};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};

use crate::migration::Omitted;

/// What the first pass over the history found.
#[derive(Debug, Default)]
pub(super) struct HistoryOverview {
    /// The sequence numbers of the oldest and the newest message.
    pub(super) range: Option<(u64, u64)>,
    /// The senders of the messages that can be imported.
    pub(super) senders: HashSet<UserId>,
}

impl HistoryOverview {
    pub(super) fn add(&mut self, message: &GroupHistoryMsg) {
        let seq = message.msg_seq;
        let (oldest, newest) = self.range.unwrap_or((seq, seq));
        self.range = Some((oldest.min(seq), newest.max(seq)));
        if let MessageClass::Importable { sender, .. } = MessageClass::of(message)
            && !self.senders.contains(sender)
        {
            self.senders.insert(sender.clone());
        }
    }
}

/// Returns the request for the whole history, including recalled messages, so that they can be
/// counted.
pub(super) fn request(group: &GroupId) -> GroupMsgGetSimple {
    let size = u32::try_from(window_size()).unwrap_or(1);
    GroupMsgGetSimple::new(group, size).with_recalled_msg(true)
}

/// Returns the messages between two sequence numbers, oldest first, window by window.
pub(super) fn oldest_first(
    client: Client,
    group: GroupId,
    range: Option<(u64, u64)>,
) -> BoxStream<'static, Result<Vec<GroupHistoryMsg>, Error>> {
    let Some((oldest, newest)) = range else { return stream::empty().boxed() };
    let lows = iter::successors(Some(oldest), move |low| low.checked_add(window_size()));
    let windows = lows
        .take_while(move |low| *low <= newest)
        .map(move |low| (low, newest.min(low.saturating_add(window_size() - 1))));
    stream::iter(windows)
        .map(move |(low, high)| fetch_window(client.clone(), group.clone(), low, high))
        .buffered(CONCURRENT_WINDOWS)
        .boxed()
}

/// Fetches all messages with sequence numbers from `low` to `high`. This takes one call, unless the
/// service shortens its response or the numbers have gaps.
async fn fetch_window(
    client: Client,
    group: GroupId,
    low: u64,
    high: u64,
) -> Result<Vec<GroupHistoryMsg>, Error> {
    let mut messages = Vec::new();
    let mut top = Some(high);
    while let Some(high) = top {
        let mut request = request(&group).req_msg_seq(high);
        request.set_page_size(u32::try_from(high - low + 1).unwrap_or(u32::MAX));
        let page = request.page(client.call(&request).await?.into_body());
        let is_wanted = |message: &GroupHistoryMsg| (low..=high).contains(&message.msg_seq);
        messages.extend(page.items.into_iter().filter(is_wanted));
        top = page.next.filter(|next| (low..high).contains(next));
    }
    messages.sort_by_key(|message| message.msg_seq);
    Ok(messages)
}

/// Converts messages into records, and counts those that cannot be imported.
#[derive(Debug, Default)]
pub(super) struct MessageConverter {
    newest: UnixSeconds,
}

impl MessageConverter {
    pub(super) fn convert(
        &mut self,
        message: GroupHistoryMsg,
        omitted: &mut Omitted,
    ) -> Option<GroupMsgToImport> {
        let (sender, time) = match MessageClass::of(&message) {
            MessageClass::Importable { sender, time } => (sender.clone(), time),
            MessageClass::Deleted => return count(&mut omitted.deleted_messages),
            MessageClass::Recalled => return count(&mut omitted.recalled_messages),
            MessageClass::System => return count(&mut omitted.system_messages),
            MessageClass::Unreadable => return count(&mut omitted.unreadable_messages),
        };
        omitted.adjusted_times += u64::from(time < self.newest);
        self.newest = self.newest.max(time);
        let priority = message.msg_priority.unwrap_or(MsgPriorityLevel::Normal);
        omitted.priorities += u64::from(priority != MsgPriorityLevel::Normal);
        let mut import = GroupMsgToImport::new(sender, self.newest, message.msg_body);
        // The service would take consecutive messages with the number 0 for repeats of one message.
        if let Some(random) = message.msg_random.filter(|&random| random != 0) {
            import.random = u32::try_from(random).ok();
            omitted.randoms += u64::from(import.random.is_none());
        }
        Some(import)
    }
}

/// Whether a message can be imported, and if not, why.
enum MessageClass<'a> {
    Importable { sender: &'a UserId, time: UnixSeconds },
    Deleted,
    Recalled,
    System,
    Unreadable,
}

impl<'a> MessageClass<'a> {
    fn of(message: &'a GroupHistoryMsg) -> Self {
        match message.entry_kind.unwrap_or(HistoryEntryKind::Message) {
            HistoryEntryKind::Placeholder => return Self::Deleted,
            HistoryEntryKind::Recalled => return Self::Recalled,
            HistoryEntryKind::Message => {}
            _ => return Self::Unreadable,
        }
        if message.is_system_msg == Some(true) {
            return Self::System;
        }
        if !message.msg_body.unrecognized().is_empty() {
            return Self::Unreadable;
        }
        if message.msg_body.is_empty() {
            return Self::Deleted;
        }
        let sender = message.from_account.as_ref().filter(|sender| !sender.as_str().is_empty());
        match sender.zip(message.msg_time_stamp) {
            Some((sender, time)) => Self::Importable { sender, time },
            None => Self::Unreadable,
        }
    }
}

/// Counts entries of the history that are not even messages.
pub(super) fn count_unrecognized(entries: &[Unrecognized], omitted: &mut Omitted) {
    let is_system = |entry: &&Unrecognized| entry.json()["IsSystemMsg"] == 1;
    let system_messages = entries.iter().filter(is_system).count();
    omitted.system_messages += system_messages as u64;
    omitted.unreadable_messages += (entries.len() - system_messages) as u64;
}

fn count(counter: &mut u64) -> Option<GroupMsgToImport> {
    *counter += 1;
    None
}

/// The number of messages that one call reads.
fn window_size() -> u64 {
    GroupMsgGetSimple::MAX_PAGE_SIZE.map_or(1, |size| u64::from(size.max(1)))
}

/// Enough to hide the latency, and few enough to hold in memory.
const CONCURRENT_WINDOWS: usize = 8;
