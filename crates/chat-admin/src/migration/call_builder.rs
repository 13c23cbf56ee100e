//! Grouping records into calls.

use std::{collections::HashMap, future::ready};

use chat_types::{
    GroupId, UnixSeconds,
    clock::{Clock as _, SystemClock},
    message::GroupMsgToImport,
    spec::Site,
};
use futures_util::stream::{self, Stream, StreamExt};

use crate::migration::{
    ImportCall, ImportRequest, InGroup, ItemSource, Line, Record, schedule::Schedule,
};

/// Groups records into calls, in the order of the records.
///
/// The service requires `SendTime` to increase from message to message and to be in the past. A message
/// with the same time as the one before, or as the creation of its group, is therefore sent with the
/// next free second: the service would refuse it otherwise, and once a later message is imported, an
/// earlier one can no longer be. In a busy group that can be in the future; then its call has to wait
/// until that time has passed. [`ItemSource::original_time`] keeps the time of the record.
///
/// A call has at most as many records as every site of the vendor accepts.
///
/// An error in `records` is passed on where it occurs, and the records after it are still grouped. A
/// call with records from both sides of an error comes after the error.
///
/// ```
/// use chat_admin::migration::{Check, Records, import_calls};
/// use futures_util::{TryStreamExt, stream};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), chat_admin::migration::RecordError> {
/// let file = r#"{"account":{"UserID":"peter"}}
/// {"account":{"UserID":"leckie"}}
/// {"group":{"GroupId":"stargazers","Type":"Public","Name":"Stargazers","Owner_Account":"peter"}}
/// {"member":{"GroupId":"stargazers","Member_Account":"leckie"}}"#;
///
/// let records = Check::new(Records::new(file.as_bytes()));
/// let calls: Vec<_> = import_calls(stream::iter(records)).try_collect().await?;
///
/// let commands: Vec<_> = calls.iter().map(|call| (call.endpoint().command, call.len())).collect();
/// assert_eq!(
///     commands,
///     [("multiaccount_import", 2), ("import_group", 1), ("import_group_member", 1)],
/// );
/// # Ok(())
/// # }
/// ```
pub fn import_calls<S, E>(records: S) -> impl Stream<Item = Result<ImportCall, E>>
where
    S: Stream<Item = Result<Line, E>>,
{
    import_calls_on(CallBuilder::default(), records)
}

/// Groups records into calls as this builder does; see [`import_calls`].
pub(super) fn import_calls_on<S, E>(
    builder: CallBuilder,
    records: S,
) -> impl Stream<Item = Result<ImportCall, E>>
where
    S: Stream<Item = Result<Line, E>>,
{
    records
        .map(Some)
        .chain(stream::once(ready(None)))
        .scan(builder, |builder, line| {
            ready(Some(match line {
                Some(Ok(line)) => builder.push(line).map(Ok),
                Some(Err(error)) => Some(Err(error)),
                None => builder.finish().map(Ok),
            }))
        })
        .filter_map(ready)
}

/// Collects records until a call is full.
#[derive(Debug)]
pub(super) struct CallBuilder {
    site: Option<Site>,
    call: Option<ImportCall>,
    /// Whether there were accounts after the last call that waits for all earlier ones.
    has_pending_accounts: bool,
    /// The number of messages by group, if it is known.
    message_counts: HashMap<GroupId, u64>,
    /// The current time, at which the times of messages are assigned.
    now: UnixSeconds,
    /// The group, and the times of its messages.
    schedule: Option<(GroupId, Schedule)>,
}

impl CallBuilder {
    /// Starts with calls that have room for as many records as a site allows.
    pub(super) fn on(site: Option<Site>) -> Self {
        Self {
            site,
            call: None,
            has_pending_accounts: false,
            message_counts: HashMap::new(),
            now: SystemClock.now(),
            schedule: None,
        }
    }

    /// Sets the number of messages of each group, so that those of a busy group can be moved into the
    /// past.
    pub(super) fn message_counts(self, message_counts: HashMap<GroupId, u64>) -> Self {
        Self { message_counts, ..self }
    }

    /// Adds a record, and returns the previous call if the record does not fit into it.
    pub(super) fn push(&mut self, line: Line) -> Option<ImportCall> {
        let Line { number, mut record } = line;
        let original_time = match &mut record {
            Record::Message(message) => self.adjust_time(message),
            _ => None,
        };
        let source = ItemSource { line: number, original_time };
        let record = match &mut self.call {
            Some(call) => call.add(record, source, self.site).err()?,
            None => record,
        };
        let next = self.begin(record, source)?;
        self.call.replace(next)
    }

    /// Returns the last call.
    pub(super) fn finish(&mut self) -> Option<ImportCall> {
        self.call.take()
    }

    fn begin(&mut self, record: Record, source: ItemSource) -> Option<ImportCall> {
        let waits_for_earlier = match &record {
            Record::Group(group) => {
                self.schedule = group.group_id.clone().map(|id| {
                    let schedule = self.new_schedule(&id, group.create_time);
                    (id, schedule)
                });
                self.has_pending_accounts
            }
            Record::Message(_) => true,
            Record::Member(member) => !self.is_importing_members_of(&member.group_id),
            Record::Account(_) | Record::Header(_) | Record::Summary(_) => false,
        };
        let call = ImportCall::from_record(record, source, waits_for_earlier)?;
        let is_account = matches!(call.request(), ImportRequest::Accounts(_));
        self.has_pending_accounts = is_account || self.has_pending_accounts && !waits_for_earlier;
        Some(call)
    }

    fn is_importing_members_of(&self, group: &GroupId) -> bool {
        matches!(
            self.call.as_ref().map(ImportCall::request),
            Some(ImportRequest::Members(members)) if members.group_id == *group
        )
    }

    fn new_schedule(&self, group: &GroupId, created: Option<UnixSeconds>) -> Schedule {
        Schedule::new(created, self.now, self.message_counts.get(group).copied())
    }

    /// Assigns the time with which a message is sent. Returns the original time if it changed.
    fn adjust_time(&mut self, message: &mut InGroup<GroupMsgToImport>) -> Option<UnixSeconds> {
        let time = message.item.send_time;
        let is_current = |(group, _): &(GroupId, Schedule)| *group == message.group_id;
        if !self.schedule.as_ref().is_some_and(is_current) {
            let schedule = self.new_schedule(&message.group_id, None);
            self.schedule = Some((message.group_id.clone(), schedule));
        }
        let sent = self.schedule.as_mut().map_or(time, |(_, schedule)| schedule.assign(time));
        message.item.send_time = sent;
        (sent != time).then_some(time)
    }
}

impl Default for CallBuilder {
    fn default() -> Self {
        Self::on(None)
    }
}
