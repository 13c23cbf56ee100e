use std::{borrow::Cow, future::ready, io, sync::Arc, time::Duration};

use chat_transport::{Client, Error};
use chat_types::{
    Batched, Endpoint, GroupId, ItemOutcome, UnixSeconds,
    account::MultiaccountImport,
    check::FieldPath,
    group::{ImportGroup, ImportGroupMember},
    message::{GroupMsgToImport, ImportGroupMsg},
    spec::EndpointSpec,
};
use futures_util::stream::{self, Stream, StreamExt};

use crate::{
    Outcome,
    job::{Chunk, Delivery, Sealed},
    migration::{InGroup, Line, Record},
};

/// One call of an import: consecutive records of one kind and one group, at most as many as the
/// endpoint takes.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportCall {
    request: ImportRequest,
    origins: Vec<Origin>,
    waits: bool,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ImportRequest {
    /// Accounts to register.
    Accounts(MultiaccountImport),
    /// A group to create.
    Group(Box<ImportGroup>),
    /// Messages of a group.
    Messages(ImportGroupMsg),
    /// Members of a group.
    Members(ImportGroupMember),
}

/// Where an item comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The line of its record.
    pub line: u64,
    /// The SendTime that the record has, where the message is sent with a later one.
    pub original_time: Option<UnixSeconds>,
}

/// Cuts records into calls, in the order of the records.
///
/// SendTime has to rise from message to message, so a message of the same second as the one before,
/// or of the second in which its group was created, is sent with the next second that is free. The
/// service would refuse it otherwise, and once a later message is in, an earlier one can never be
/// imported any more. [`Origin::original_time`] keeps the time that it had.
///
/// An error of `records` comes out in its place, and the records after it still come. A call that
/// takes both what is before and what is after it comes later.
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
    records
        .map(Some)
        .chain(stream::once(ready(None)))
        .scan(Cutter::default(), |cutter, line| {
            ready(Some(match line {
                Some(Ok(line)) => cutter.push(line).map(Ok),
                Some(Err(error)) => Some(Err(error)),
                None => cutter.finish().map(Ok),
            }))
        })
        .filter_map(ready)
}

impl ImportCall {
    /// The request.
    pub fn request(&self) -> &ImportRequest {
        &self.request
    }

    /// Where each item comes from, in the order of the items.
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// Its endpoint.
    pub fn endpoint(&self) -> &'static EndpointSpec {
        match &self.request {
            ImportRequest::Accounts(_) => MultiaccountImport::SPEC,
            ImportRequest::Group(_) => ImportGroup::SPEC,
            ImportRequest::Messages(_) => ImportGroupMsg::SPEC,
            ImportRequest::Members(_) => ImportGroupMember::SPEC,
        }
    }

    /// The group that it is about.
    pub fn group(&self) -> Option<&GroupId> {
        match &self.request {
            ImportRequest::Accounts(_) => None,
            ImportRequest::Group(group) => group.group_id.as_ref(),
            ImportRequest::Messages(messages) => Some(&messages.group_id),
            ImportRequest::Members(members) => Some(&members.group_id),
        }
    }

    /// How many items it has; at least 1.
    #[allow(clippy::len_without_is_empty, reason = "it never is")]
    pub fn len(&self) -> usize {
        self.origins.len()
    }

    /// Whether all calls before it must have ended first. Calls for which this is `false` may run at
    /// the same time as those before.
    ///
    /// It is `true` for all messages, which the service takes oldest first only, for the first
    /// members of a group, and for a group after accounts, of which one may be its owner.
    pub fn waits_for_earlier(&self) -> bool {
        self.waits
    }

    /// What an item is called in a report: the account, the group, `GROUP message TIME/RANDOM` or
    /// `GROUP member ACCOUNT`. `None` where there is no such item.
    pub fn key(&self, index: usize) -> Option<String> {
        match &self.request {
            ImportRequest::Accounts(request) => {
                request.account_list.get(index).map(|account| account.user_id.to_string())
            }
            ImportRequest::Group(group) => {
                let id = group.group_id.as_ref().filter(|_| index == 0)?;
                Some(id.to_string())
            }
            ImportRequest::Messages(request) => {
                request.msg_list.get(index).map(|message| message_key(&request.group_id, message))
            }
            ImportRequest::Members(request) => {
                let member = request.member_list.get(index)?;
                Some(format!("{} member {}", request.group_id, member.member_account))
            }
        }
    }

    /// An item as the record that it is imported from, with the time that it is sent with. Written
    /// as JSON it is the same for the same input, so it can go into a digest. `None` where there is
    /// no such item.
    pub fn record(&self, index: usize) -> Option<Record> {
        match &self.request {
            ImportRequest::Accounts(request) => {
                request.account_list.get(index).cloned().map(Record::Account)
            }
            ImportRequest::Group(group) => (index == 0).then(|| Record::Group(group.clone())),
            ImportRequest::Messages(request) => {
                let message = request.msg_list.get(index)?.clone();
                Some(Record::Message(InGroup::new(&request.group_id, message)))
            }
            ImportRequest::Members(request) => {
                let member = request.member_list.get(index)?.clone();
                Some(Record::Member(InGroup::new(&request.group_id, member)))
            }
        }
    }

    /// The same call with some of its items, in the order of `places`; `None` where it has none of
    /// them.
    pub fn part(&self, places: impl IntoIterator<Item = usize>) -> Option<Self> {
        let places: Vec<usize> = places.into_iter().filter(|&index| index < self.len()).collect();
        let request = match &self.request {
            ImportRequest::Accounts(request) => ImportRequest::Accounts(pick(request, &places)),
            ImportRequest::Group(group) => ImportRequest::Group(group.clone()),
            ImportRequest::Messages(request) => ImportRequest::Messages(pick(request, &places)),
            ImportRequest::Members(request) => ImportRequest::Members(pick(request, &places)),
        };
        let origins: Vec<Origin> =
            places.iter().filter_map(|&index| self.origins.get(index).copied()).collect();
        (!origins.is_empty()).then_some(Self { request, origins, waits: self.waits })
    }

    /// What becomes of each item, and how long the call waited for its turn.
    pub(super) async fn call(
        &self,
        client: &Client,
    ) -> Result<(Vec<ItemOutcome>, Duration), Error> {
        match &self.request {
            ImportRequest::Accounts(request) => outcomes_of(client, request).await,
            ImportRequest::Messages(request) => outcomes_of(client, request).await,
            ImportRequest::Members(request) => outcomes_of(client, request).await,
            ImportRequest::Group(request) => match client.call(&**request).await {
                Ok(response) => Ok((vec![ItemOutcome::Done], response.waited)),
                Err(error) if error.is_already_done() => {
                    Ok((vec![ItemOutcome::Done], Duration::ZERO))
                }
                Err(error) => Err(error),
            },
        }
    }

    fn is_safe_to_repeat(&self) -> bool {
        let json = match &self.request {
            ImportRequest::Accounts(request) => serde_json::to_vec(request),
            ImportRequest::Group(request) => serde_json::to_vec(request),
            ImportRequest::Messages(request) => serde_json::to_vec(request),
            ImportRequest::Members(request) => serde_json::to_vec(request),
        };
        let json = json.unwrap_or_default();
        self.endpoint().is_safe_to_repeat(&json, Duration::MAX)
    }

    /// Adds a record if the call can take it; otherwise gives it back.
    fn add(&mut self, record: Record, origin: Origin) -> Result<(), Record> {
        match (&mut self.request, record) {
            (ImportRequest::Accounts(request), Record::Account(account)) if has_room(request) => {
                request.account_list.push(account);
            }
            (ImportRequest::Messages(request), Record::Message(message))
                if has_room(request) && request.group_id == message.group_id =>
            {
                request.msg_list.push(message.item);
            }
            (ImportRequest::Members(request), Record::Member(member))
                if has_room(request) && request.group_id == member.group_id =>
            {
                request.member_list.push(member.item);
            }
            (_, record) => return Err(record),
        }
        self.origins.push(origin);
        Ok(())
    }
}

async fn outcomes_of<E: Batched>(
    client: &Client,
    request: &E,
) -> Result<(Vec<ItemOutcome>, Duration), Error> {
    let response = client.call(request).await?;
    Ok((request.outcomes(&response.body), response.waited))
}

impl Sealed for ImportCall {}

impl Chunk for ImportCall {
    /// Where the items that were sent come from.
    type Response = Vec<Origin>;

    fn endpoint(&self) -> &'static EndpointSpec {
        self.endpoint()
    }

    fn target(&self) -> Option<&Arc<str>> {
        None
    }

    fn length(&self) -> usize {
        self.len()
    }

    fn key(&self, index: usize) -> Cow<'_, str> {
        self.key(index).unwrap_or_default().into()
    }

    fn write_items(&self, to: &mut dyn io::Write) -> io::Result<()> {
        for index in 0..self.len() {
            serde_json::to_writer(&mut *to, &self.record(index))?;
        }
        Ok(())
    }

    fn item_at(&self, path: &FieldPath) -> Option<usize> {
        let batch = self.endpoint().batch.as_ref()?;
        path.index_in(batch.field)
    }

    fn is_safe_to_repeat(&self) -> bool {
        self.is_safe_to_repeat()
    }

    fn waits_for_earlier(&self) -> bool {
        self.waits_for_earlier()
    }

    /// A message that was not imported never can be after a later one, and nothing goes into a group
    /// that is not there, or is somebody else's. Only members can wait for another run.
    fn blocks_later_items(&self, outcome: &Outcome) -> bool {
        match self.request {
            ImportRequest::Group(_) => outcome.failure().is_some(),
            ImportRequest::Accounts(_) | ImportRequest::Messages(_) => outcome.is_open(),
            ImportRequest::Members(_) => false,
        }
    }

    async fn send(
        &self,
        client: &Client,
        _number: u64,
        places: &[usize],
    ) -> Result<Delivery<Vec<Origin>>, Error> {
        let part = self.part(places.iter().copied());
        let part = part.as_ref().unwrap_or(self);
        let (outcomes, waited) = part.call(client).await?;
        Ok(Delivery { outcomes, response: part.origins.clone(), waited })
    }
}

fn pick<E: Batched>(request: &E, places: &[usize]) -> E {
    let items = places.iter().filter_map(|&index| request.items().get(index).cloned());
    request.with_items(items.collect())
}

fn has_room<E: Batched>(request: &E) -> bool {
    E::BATCH.max.is_none_or(|max| (request.items().len() as u64) < u64::from(max))
}

fn message_key(group: &GroupId, message: &GroupMsgToImport) -> String {
    let time = message.send_time.get();
    match message.random {
        Some(random) => format!("{group} message {time}/{random}"),
        None => format!("{group} message {time}"),
    }
}

/// Gathers records until a call is full.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    gathered: Option<ImportCall>,
    /// Whether accounts came since a call that waits for everything before it.
    accounts_under_way: bool,
    /// The group, and the time after which its next message may be.
    newest: Option<(GroupId, UnixSeconds)>,
}

impl Cutter {
    /// Takes a record, and gives the call before it if that can take no more.
    pub(super) fn push(&mut self, line: Line) -> Option<ImportCall> {
        let Line { number, mut record } = line;
        let original_time = match &mut record {
            Record::Message(message) => self.raise(message),
            _ => None,
        };
        let origin = Origin { line: number, original_time };
        let record = match &mut self.gathered {
            Some(call) => call.add(record, origin).err()?,
            None => record,
        };
        let next = self.begin(record, origin)?;
        self.gathered.replace(next)
    }

    /// Gives the last call.
    pub(super) fn finish(&mut self) -> Option<ImportCall> {
        self.gathered.take()
    }

    /// Begins a call with its first item; `None` for records that no call imports.
    fn begin(&mut self, record: Record, origin: Origin) -> Option<ImportCall> {
        let (request, waits) = match record {
            Record::Account(account) => {
                let request = MultiaccountImport::new().account_list([account]);
                (ImportRequest::Accounts(request), false)
            }
            Record::Group(group) => {
                self.newest = group.group_id.clone().zip(group.create_time);
                (ImportRequest::Group(group), self.accounts_under_way)
            }
            Record::Message(message) => {
                let request = ImportGroupMsg::new(message.group_id, [message.item]);
                (ImportRequest::Messages(request), true)
            }
            Record::Member(member) => {
                let is_first = !self.gathers_members_of(&member.group_id);
                let request = ImportGroupMember::new(member.group_id, [member.item]);
                (ImportRequest::Members(request), is_first)
            }
            Record::Header(_) | Record::Summary(_) => return None,
        };
        let is_account = matches!(request, ImportRequest::Accounts(_));
        self.accounts_under_way = is_account || self.accounts_under_way && !waits;
        Some(ImportCall { request, origins: vec![origin], waits })
    }

    fn gathers_members_of(&self, group: &GroupId) -> bool {
        matches!(
            self.gathered.as_ref().map(ImportCall::request),
            Some(ImportRequest::Members(members)) if members.group_id == *group
        )
    }

    /// Moves a message behind the one before; gives the time it had if it had to.
    fn raise(&mut self, message: &mut InGroup<GroupMsgToImport>) -> Option<UnixSeconds> {
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
