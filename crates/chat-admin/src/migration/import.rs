//! The calls of an import.

use std::time::Duration;

use chat_transport::{Client, Error};
use chat_types::{
    Batched, Endpoint, GroupId, ItemOutcome, UnixSeconds,
    account::MultiaccountImport,
    group::{ImportGroup, ImportGroupMember},
    message::{GroupMsgToImport, ImportGroupMsg},
    spec::{EndpointSpec, Site},
};

use crate::migration::{InGroup, Record};

/// One call of an import: consecutive records of one type and one group, at most as many as the
/// endpoint accepts.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportCall {
    request: ImportRequest,
    sources: Vec<ItemSource>,
    waits_for_earlier: bool,
}

/// The request of an [`ImportCall`].
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

/// The record that an item of a call comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemSource {
    /// The line of the record.
    pub line: u64,
    /// The `SendTime` of the record, if the message is sent with another one.
    pub original_time: Option<UnixSeconds>,
}

impl ImportCall {
    /// Returns the request.
    pub fn request(&self) -> &ImportRequest {
        &self.request
    }

    /// Returns the record that each item comes from, in the order of the items.
    pub fn sources(&self) -> &[ItemSource] {
        &self.sources
    }

    /// Returns the endpoint.
    pub fn endpoint(&self) -> &'static EndpointSpec {
        match &self.request {
            ImportRequest::Accounts(_) => MultiaccountImport::SPEC,
            ImportRequest::Group(_) => ImportGroup::SPEC,
            ImportRequest::Messages(_) => ImportGroupMsg::SPEC,
            ImportRequest::Members(_) => ImportGroupMember::SPEC,
        }
    }

    /// Returns the group that the call imports, or imports into.
    pub fn group(&self) -> Option<&GroupId> {
        match &self.request {
            ImportRequest::Accounts(_) => None,
            ImportRequest::Group(group) => group.group_id.as_ref(),
            ImportRequest::Messages(messages) => Some(&messages.group_id),
            ImportRequest::Members(members) => Some(&members.group_id),
        }
    }

    /// Returns the number of items, at least 1.
    #[allow(clippy::len_without_is_empty, reason = "a call is never empty")]
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Returns whether all earlier calls must have ended before this one is sent. A call for which
    /// this is `false` may run concurrently with the calls before it.
    ///
    /// It is `true` for all messages, which the service accepts only oldest first, for the first
    /// members of a group, and for a group after accounts, one of which may be its owner.
    pub fn waits_for_earlier(&self) -> bool {
        self.waits_for_earlier
    }

    /// Returns the name of an item in a report: the account, the group, `GROUP message TIME/RANDOM`
    /// or `GROUP member ACCOUNT`. `None` if the index is out of bounds.
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

    /// Returns an item as the record that it is imported from, with the time with which it is sent.
    /// `None` if the index is out of bounds.
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

    /// Returns an item as the record that it is imported from, with the time that it has there. Its JSON
    /// is the same for the same input, so it can be part of a digest.
    pub(super) fn original_record(&self, index: usize) -> Option<Record> {
        let mut record = self.record(index)?;
        let original_time = self.sources.get(index).and_then(|source| source.original_time);
        if let (Record::Message(message), Some(time)) = (&mut record, original_time) {
            message.item.send_time = time;
        }
        Some(record)
    }

    /// Returns the same call with only the items at these indices, in the order of the indices; `None`
    /// if all of them are out of bounds.
    pub fn part(&self, indices: impl IntoIterator<Item = usize>) -> Option<Self> {
        let indices: Vec<usize> = indices.into_iter().filter(|&index| index < self.len()).collect();
        let request = match &self.request {
            ImportRequest::Accounts(request) => ImportRequest::Accounts(select(request, &indices)),
            ImportRequest::Group(group) => ImportRequest::Group(group.clone()),
            ImportRequest::Messages(request) => ImportRequest::Messages(select(request, &indices)),
            ImportRequest::Members(request) => ImportRequest::Members(select(request, &indices)),
        };
        let sources: Vec<ItemSource> =
            indices.iter().filter_map(|&index| self.sources.get(index).copied()).collect();
        (!sources.is_empty()).then_some(Self { request, sources, ..*self })
    }

    /// Sends the call. Returns the outcome of each item, and how long the call waited for a permit.
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

    pub(super) fn is_safe_to_repeat(&self, within: Duration) -> bool {
        let json = match &self.request {
            ImportRequest::Accounts(request) => serde_json::to_vec(request),
            ImportRequest::Group(request) => serde_json::to_vec(request),
            ImportRequest::Messages(request) => serde_json::to_vec(request),
            ImportRequest::Members(request) => serde_json::to_vec(request),
        };
        let json = json.unwrap_or_default();
        self.endpoint().is_safe_to_repeat(&json, within)
    }

    /// Creates a call with its first item; `None` for records that no call imports.
    pub(super) fn from_record(
        record: Record,
        source: ItemSource,
        waits_for_earlier: bool,
    ) -> Option<Self> {
        let request = match record {
            Record::Account(account) => {
                ImportRequest::Accounts(MultiaccountImport::new().account_list([account]))
            }
            Record::Group(group) => ImportRequest::Group(group),
            Record::Message(message) => {
                ImportRequest::Messages(ImportGroupMsg::new(message.group_id, [message.item]))
            }
            Record::Member(member) => {
                ImportRequest::Members(ImportGroupMember::new(member.group_id, [member.item]))
            }
            Record::Header(_) | Record::Summary(_) => return None,
        };
        Some(Self { request, sources: vec![source], waits_for_earlier })
    }

    /// Adds a record if the call has room for it; otherwise returns it.
    pub(super) fn add(
        &mut self,
        record: Record,
        source: ItemSource,
        site: Option<Site>,
    ) -> Result<(), Record> {
        match (&mut self.request, record) {
            (ImportRequest::Accounts(request), Record::Account(account))
                if has_room(request, site) =>
            {
                request.account_list.push(account);
            }
            (ImportRequest::Messages(request), Record::Message(message))
                if has_room(request, site) && request.group_id == message.group_id =>
            {
                request.msg_list.push(message.item);
            }
            (ImportRequest::Members(request), Record::Member(member))
                if has_room(request, site) && request.group_id == member.group_id =>
            {
                request.member_list.push(member.item);
            }
            (_, record) => return Err(record),
        }
        self.sources.push(source);
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

fn select<E: Batched>(request: &E, indices: &[usize]) -> E {
    let items = indices.iter().filter_map(|&index| request.items().get(index).cloned());
    request.with_items(items.collect())
}

fn has_room<E: Batched>(request: &E, site: Option<Site>) -> bool {
    E::BATCH.max_on(site).is_none_or(|max| (request.items().len() as u64) < u64::from(max))
}

fn message_key(group: &GroupId, message: &GroupMsgToImport) -> String {
    let time = message.send_time.get();
    match message.random {
        Some(random) => format!("{group} message {time}/{random}"),
        None => format!("{group} message {time}"),
    }
}
