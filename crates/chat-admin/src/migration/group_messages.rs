//! What a group has already, to find out which messages an earlier call has imported.

use std::collections::HashMap;

use chat_transport::{Client, Error};
use chat_types::{
    GroupId, Paged as _, UnixSeconds, UserId,
    message::{GroupMsgGetSimple, GroupMsgToImport},
};

/// The messages of a group since some time.
#[derive(Debug, Default)]
pub(super) struct GroupMessages {
    times: HashMap<(UserId, Option<u64>), Vec<UnixSeconds>>,
}

impl GroupMessages {
    /// Reads the history from the newest message back to this time.
    pub(super) async fn since(
        client: &Client,
        group: &GroupId,
        oldest: UnixSeconds,
    ) -> Result<Self, Error> {
        let oldest = UnixSeconds::new(oldest.get().saturating_sub(MAX_SHIFT));
        let size = GroupMsgGetSimple::MAX_PAGE_SIZE.unwrap_or(1);
        let mut messages = Self::default();
        let mut request = GroupMsgGetSimple::new(group, size);
        loop {
            let page = request.page(client.call(&request).await?.into_body());
            let mut has_recent = false;
            for message in page.items {
                let Some(time) = message.msg_time_stamp else { continue };
                has_recent |= time >= oldest;
                let Some(sender) = message.from_account else { continue };
                let random = message.msg_random.filter(|random| *random != 0);
                messages.times.entry((sender.clone(), random)).or_default().push(time);
                if random.is_some() {
                    messages.times.entry((sender, None)).or_default().push(time);
                }
            }
            match page.next.filter(|_| has_recent) {
                Some(next) => request = request.req_msg_seq(next),
                None => return Ok(messages),
            }
        }
    }

    /// Returns whether the group has this message: with the same sender and time, or with the same
    /// sender and number and about the same time, which can differ between two imports.
    pub(super) fn contains(&self, message: &GroupMsgToImport) -> bool {
        let random = message.random.map(u64::from).filter(|random| *random != 0);
        let tolerance = if random.is_some() { MAX_SHIFT } else { 0 };
        let times = self.times.get(&(message.from_account.clone(), random));
        let is_near =
            |time: &UnixSeconds| time.get().abs_diff(message.send_time.get()) <= tolerance;
        times.is_some_and(|times| times.iter().any(is_near))
    }
}

/// By how many seconds the times of a message may differ between two imports: an hour is more than the
/// messages of a busy group are usually moved, and less than a sender takes to repeat a number.
const MAX_SHIFT: u64 = 3_600;
