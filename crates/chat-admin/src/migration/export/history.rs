//! The messages of the group, upwards.

use std::{collections::HashSet, iter};

use chat_transport::{Client, Error};
use chat_types::{
    GroupId, Paged, UnixSeconds, UserId,
    message::{
        GroupHistoryMsg, GroupMsgGetSimple, GroupMsgToImport, HistoryPlace, MsgPriorityLevel,
    },
};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};

use crate::migration::Omitted;

/// What a first look at the history tells.
#[derive(Debug, Default)]
pub(super) struct Overview {
    /// The sequence numbers of the oldest and the newest message.
    pub(super) range: Option<(u64, u64)>,
    /// Who wrote the messages that are carried over.
    pub(super) senders: HashSet<UserId>,
}

impl Overview {
    pub(super) fn add(&mut self, message: &GroupHistoryMsg) {
        let seq = message.msg_seq;
        let (oldest, newest) = self.range.unwrap_or((seq, seq));
        self.range = Some((oldest.min(seq), newest.max(seq)));
        if let Fate::Carried { sender, .. } = Fate::of(message)
            && !self.senders.contains(sender)
        {
            self.senders.insert(sender.clone());
        }
    }
}

/// The request for the whole history, recalled messages too, so that they can be counted.
pub(super) fn request(group: &GroupId) -> GroupMsgGetSimple {
    let width = u32::try_from(width()).unwrap_or(1);
    GroupMsgGetSimple::new(group, width).with_recalled_msg(true)
}

/// The messages between two sequence numbers, oldest first, window by window.
pub(super) fn upwards(
    client: Client,
    group: GroupId,
    range: Option<(u64, u64)>,
) -> BoxStream<'static, Result<Vec<GroupHistoryMsg>, Error>> {
    let Some((oldest, newest)) = range else { return stream::empty().boxed() };
    let lows = iter::successors(Some(oldest), move |low| low.checked_add(width()));
    let windows = lows
        .take_while(move |low| *low <= newest)
        .map(move |low| (low, newest.min(low.saturating_add(width() - 1))));
    stream::iter(windows)
        .map(move |(low, high)| window(client.clone(), group.clone(), low, high))
        .buffered(WINDOWS_AT_ONCE)
        .boxed()
}

/// All messages with sequence numbers from `low` to `high`. One call, unless the service cuts its
/// answer short or the numbers have gaps.
async fn window(
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

/// Turns messages into records, and counts those that it cannot.
#[derive(Debug, Default)]
pub(super) struct Carrier {
    newest: UnixSeconds,
}

impl Carrier {
    pub(super) fn carry(
        &mut self,
        message: GroupHistoryMsg,
        omitted: &mut Omitted,
    ) -> Option<GroupMsgToImport> {
        let (sender, time) = match Fate::of(&message) {
            Fate::Carried { sender, time } => (sender.clone(), time),
            Fate::Hole => return count(&mut omitted.holes),
            Fate::Recalled => return count(&mut omitted.recalled),
            Fate::System => return count(&mut omitted.system_messages),
            Fate::Unreadable => return count(&mut omitted.unreadable_messages),
        };
        omitted.times_raised += u64::from(time < self.newest);
        self.newest = self.newest.max(time);
        let priority = message.msg_priority.unwrap_or(MsgPriorityLevel::Normal);
        omitted.priorities += u64::from(priority != MsgPriorityLevel::Normal);
        let mut import = GroupMsgToImport::new(sender, self.newest, message.msg_body);
        // One 0 after the other would be taken for repeats of one message.
        if let Some(random) = message.msg_random.filter(|&random| random != 0) {
            import.random = u32::try_from(random).ok();
            omitted.randoms += u64::from(import.random.is_none());
        }
        Some(import)
    }
}

/// What becomes of a message.
enum Fate<'a> {
    Carried { sender: &'a UserId, time: UnixSeconds },
    Hole,
    Recalled,
    System,
    Unreadable,
}

impl<'a> Fate<'a> {
    fn of(message: &'a GroupHistoryMsg) -> Self {
        match message.place.unwrap_or(HistoryPlace::Message) {
            HistoryPlace::Hole => return Self::Hole,
            HistoryPlace::Recalled => return Self::Recalled,
            HistoryPlace::Message => {}
            _ => return Self::Unreadable,
        }
        if message.is_system_msg == Some(true) {
            return Self::System;
        }
        if message.msg_body.is_empty() {
            return Self::Hole;
        }
        let sender = message.from_account.as_ref().filter(|sender| !sender.as_str().is_empty());
        match sender.zip(message.msg_time_stamp) {
            Some((sender, time)) => Self::Carried { sender, time },
            None => Self::Unreadable,
        }
    }
}

fn count(counter: &mut u64) -> Option<GroupMsgToImport> {
    *counter += 1;
    None
}

/// How many messages one call reads.
fn width() -> u64 {
    GroupMsgGetSimple::MAX_PAGE_SIZE.map_or(1, |size| u64::from(size.max(1)))
}

/// Enough to hide the latency, few enough to hold.
const WINDOWS_AT_ONCE: usize = 8;
