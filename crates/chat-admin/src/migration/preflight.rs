//! Validating a file before anything is sent.

use std::{collections::HashMap, fmt, ptr};

use chat_types::{
    GroupId, UnixSeconds,
    clock::{Clock as _, SystemClock},
    spec::{EndpointSpec, Site},
};

use crate::migration::{
    Check, ImportCall, Line, Record, RecordError, call_builder::CallBuilder, schedule::Adjustments,
};

/// What a file contains and what its import needs, found by reading all of it and sending nothing.
///
/// ```
/// use chat_admin::migration::{Check, Preflight, Records};
///
/// let file = r#"{"account":{"UserID":"peter"}}
/// {"account":{"UserID":"leckie"}}
/// {"acount":{"UserID":"tommy"}}"#;
/// let preflight = Preflight::of(Check::new(Records::new(file.as_bytes())), 20);
///
/// assert_eq!((preflight.accounts, preflight.call_count()), (2, 1));
/// assert_eq!(preflight.error_count, 1);
/// assert!(preflight.errors[0].to_string().starts_with("line 3: unknown record type \"acount\""));
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Preflight {
    /// The number of valid account records.
    pub accounts: u64,
    /// The number of valid group records.
    pub groups: u64,
    /// The number of valid message records.
    pub messages: u64,
    /// The number of valid member records.
    pub members: u64,
    /// The number of messages that would be sent with a later time, because no two messages of a group
    /// can have the same second.
    pub moved_later: u64,
    /// The number of messages that would be sent with an earlier time, because they would be in the
    /// future otherwise.
    pub moved_earlier: u64,
    /// For how many seconds the import would wait until the time of its last message has passed,
    /// counted from the preflight. 0 unless a group is so busy that its messages do not fit into the
    /// seconds until now.
    pub wait_seconds: u64,
    /// The calls that the valid records need, by endpoint, in the order of first use.
    pub calls: Vec<CallCount>,
    /// The first errors.
    pub errors: Vec<RecordError>,
    /// The number of all errors.
    pub error_count: u64,
    /// The number of messages by group.
    pub(super) message_counts: HashMap<GroupId, u64>,
}

/// The number of calls of one endpoint, and of the records that they import.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallCount {
    /// The endpoint.
    pub endpoint: &'static EndpointSpec,
    /// The number of records.
    pub records: u64,
    /// The number of calls.
    pub calls: u64,
}

impl Preflight {
    /// Reads records to their end and keeps the first `max_errors` errors.
    ///
    /// Counts the calls of an app whose site is not known; see [`on_site`](Self::on_site).
    pub fn of<I>(records: Check<I>, max_errors: usize) -> Self
    where
        I: Iterator<Item = Result<Line, RecordError>>,
    {
        Self::on_site(None, records, max_errors)
    }

    /// Reads records to their end, as [`of`](Self::of) does, and counts the calls of an app of this
    /// site, which is that of the [client](chat_transport::Client::site).
    pub fn on_site<I>(site: Option<Site>, records: Check<I>, max_errors: usize) -> Self
    where
        I: Iterator<Item = Result<Line, RecordError>>,
    {
        let mut preflight = Self::default();
        let mut builder = CallBuilder::on(site);
        let mut times = GroupTimes::default();
        for line in records {
            match line {
                Ok(line) => {
                    preflight.add_record(&line.record);
                    times.add(&line.record, &mut preflight);
                    preflight.add_call(builder.push(line));
                }
                Err(error) => preflight.add_error(error, max_errors),
            }
        }
        preflight.add_call(builder.finish());
        times.finish(&mut preflight);
        preflight
    }

    /// Returns whether there are no errors.
    pub fn is_clean(&self) -> bool {
        self.error_count == 0
    }

    /// Returns the number of calls of all endpoints.
    pub fn call_count(&self) -> u64 {
        self.calls.iter().map(|count| count.calls).sum()
    }

    fn add_record(&mut self, record: &Record) {
        let count = match record {
            Record::Account(_) => &mut self.accounts,
            Record::Group(_) => &mut self.groups,
            Record::Message(_) => &mut self.messages,
            Record::Member(_) => &mut self.members,
            Record::Header(_) | Record::Summary(_) => return,
        };
        *count += 1;
    }

    fn add_call(&mut self, call: Option<ImportCall>) {
        let Some(call) = call else { return };
        let (endpoint, records) = (call.endpoint(), call.len() as u64);
        match self.calls.iter_mut().find(|count| ptr::eq(count.endpoint, endpoint)) {
            Some(count) => {
                count.records += records;
                count.calls += 1;
            }
            None => self.calls.push(CallCount { endpoint, records, calls: 1 }),
        }
    }

    fn add_error(&mut self, error: RecordError, max_errors: usize) {
        self.error_count += 1;
        if self.errors.len() < max_errors {
            self.errors.push(error);
        }
    }
}

/// The times of the messages of the current group.
#[derive(Debug, Default)]
struct GroupTimes {
    group: Option<(GroupId, Option<UnixSeconds>)>,
    messages: Vec<UnixSeconds>,
}

impl GroupTimes {
    fn add(&mut self, record: &Record, preflight: &mut Preflight) {
        match record {
            Record::Group(group) => {
                self.finish(preflight);
                self.group = group.group_id.clone().map(|id| (id, group.create_time));
            }
            Record::Message(message) => self.messages.push(message.item.send_time),
            _ => {}
        }
    }

    /// Ends the group.
    fn finish(&mut self, preflight: &mut Preflight) {
        let messages = std::mem::take(&mut self.messages);
        let Some((group, created)) = self.group.take() else { return };
        let found = Adjustments::of(created, SystemClock.now(), &messages);
        preflight.moved_later += found.later;
        preflight.moved_earlier += found.earlier;
        preflight.wait_seconds = preflight.wait_seconds.max(found.wait_seconds);
        preflight.message_counts.insert(group, messages.len() as u64);
    }
}

impl fmt::Display for Preflight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accounts, groups, messages, members, error_count, .. } = self;
        let calls = self.call_count();
        write!(
            f,
            "{accounts} accounts, {groups} groups, {messages} messages, {members} members in \
             {calls} calls; {error_count} errors"
        )
    }
}
