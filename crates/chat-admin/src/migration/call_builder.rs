//! Grouping records into calls.

use std::future::ready;

use chat_types::{GroupId, UnixSeconds, message::GroupMsgToImport, spec::Site};
use futures_util::stream::{self, Stream, StreamExt};

use crate::migration::{ImportCall, ImportRequest, InGroup, ItemSource, Line, Record};

/// Groups records into calls, in the order of the records.
///
/// The service requires `SendTime` to increase from message to message. A message with the same time
/// as the one before, or as the creation of its group, is therefore sent with the next free second:
/// the service would refuse it otherwise, and once a later message is imported, an earlier one can no
/// longer be. [`ItemSource::original_time`] keeps the time of the record.
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
    import_calls_on(None, records)
}

/// Groups records into calls of an app of this site; see [`import_calls`].
pub(super) fn import_calls_on<S, E>(
    site: Option<Site>,
    records: S,
) -> impl Stream<Item = Result<ImportCall, E>>
where
    S: Stream<Item = Result<Line, E>>,
{
    records
        .map(Some)
        .chain(stream::once(ready(None)))
        .scan(CallBuilder::on(site), |builder, line| {
            ready(Some(match line {
                Some(Ok(line)) => builder.push(line).map(Ok),
                Some(Err(error)) => Some(Err(error)),
                None => builder.finish().map(Ok),
            }))
        })
        .filter_map(ready)
}

/// Collects records until a call is full.
#[derive(Debug, Default)]
pub(super) struct CallBuilder {
    site: Option<Site>,
    call: Option<ImportCall>,
    /// Whether there were accounts after the last call that waits for all earlier ones.
    has_pending_accounts: bool,
    /// The group, and the time after which its next message must be sent.
    newest: Option<(GroupId, UnixSeconds)>,
}

impl CallBuilder {
    /// Starts with calls that have room for as many records as a site allows.
    pub(super) fn on(site: Option<Site>) -> Self {
        Self { site, ..Self::default() }
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
                self.newest = group.group_id.clone().zip(group.create_time);
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

    /// Moves the time of a message after that of the previous one. Returns the original time if it
    /// changed.
    fn adjust_time(&mut self, message: &mut InGroup<GroupMsgToImport>) -> Option<UnixSeconds> {
        let time = message.item.send_time;
        let free = match &self.newest {
            Some((group, newest)) if *group == message.group_id => newest.after(1),
            _ => time,
        };
        let sent = time.max(free);
        self.newest = Some((message.group_id.clone(), sent));
        message.item.send_time = sent;
        (sent != time).then_some(time)
    }
}
