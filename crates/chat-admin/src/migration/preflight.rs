use std::fmt;

use chat_types::spec::EndpointSpec;

use crate::migration::{Check, ImportCall, Line, Record, RecordError, import::Cutter};

/// What a file holds and what importing it takes, found by reading all of it and sending nothing.
///
/// ```
/// use chat_admin::migration::{Check, Records, Preflight};
///
/// let file = r#"{"account":{"UserID":"peter"}}
/// {"account":{"UserID":"leckie"}}
/// {"acount":{"UserID":"tommy"}}"#;
/// let preflight = Preflight::of(Check::new(Records::new(file.as_bytes())), 20);
///
/// assert_eq!((preflight.accounts, preflight.call_count()), (2, 1));
/// assert_eq!(preflight.mistake_count, 1);
/// assert!(preflight.mistakes[0].to_string().starts_with("line 3: \"acount\" is no kind of record"));
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Preflight {
    /// Accounts without a mistake.
    pub accounts: u64,
    /// Groups without a mistake.
    pub groups: u64,
    /// Messages without a mistake.
    pub messages: u64,
    /// Members without a mistake.
    pub members: u64,
    /// Messages that would be sent with a later time, see [`import_calls`](crate::migration::import_calls).
    pub times_moved: u64,
    /// The calls that records without a mistake need, by endpoint, in the order of first use.
    pub calls: Vec<CallCount>,
    /// The first mistakes.
    pub mistakes: Vec<RecordError>,
    /// How many mistakes there are in all.
    pub mistake_count: u64,
}

/// How many calls of one endpoint are needed, and for how many records.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallCount {
    /// The endpoint.
    pub endpoint: &'static EndpointSpec,
    /// The records.
    pub records: u64,
    /// The calls.
    pub calls: u64,
}

impl Preflight {
    /// Reads records to their end and keeps the first mistakes, at most so many.
    pub fn of<I>(records: Check<I>, mistakes_kept: usize) -> Self
    where
        I: Iterator<Item = Result<Line, RecordError>>,
    {
        let mut preflight = Self::default();
        let mut cutter = Cutter::default();
        for line in records {
            match line {
                Ok(line) => {
                    preflight.count(&line.record);
                    preflight.add(cutter.push(line));
                }
                Err(mistake) => preflight.note(mistake, mistakes_kept),
            }
        }
        preflight.add(cutter.finish());
        preflight
    }

    /// Whether there is no mistake.
    pub fn is_clean(&self) -> bool {
        self.mistake_count == 0
    }

    /// All calls that are needed.
    pub fn call_count(&self) -> u64 {
        self.calls.iter().map(|count| count.calls).sum()
    }

    fn count(&mut self, record: &Record) {
        let count = match record {
            Record::Account(_) => &mut self.accounts,
            Record::Group(_) => &mut self.groups,
            Record::Message(_) => &mut self.messages,
            Record::Member(_) => &mut self.members,
            Record::Header(_) | Record::Summary(_) => return,
        };
        *count += 1;
    }

    fn add(&mut self, call: Option<ImportCall>) {
        let Some(call) = call else { return };
        let moved = call.origins().iter().filter(|origin| origin.original_time.is_some());
        self.times_moved += moved.count() as u64;
        let (endpoint, records) = (call.endpoint(), call.len() as u64);
        match self.calls.iter_mut().find(|count| std::ptr::eq(count.endpoint, endpoint)) {
            Some(count) => {
                count.records += records;
                count.calls += 1;
            }
            None => self.calls.push(CallCount { endpoint, records, calls: 1 }),
        }
    }

    fn note(&mut self, mistake: RecordError, kept: usize) {
        self.mistake_count += 1;
        if self.mistakes.len() < kept {
            self.mistakes.push(mistake);
        }
    }
}

impl fmt::Display for Preflight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accounts, groups, messages, members, mistake_count, .. } = self;
        let calls = self.call_count();
        write!(
            f,
            "{accounts} accounts, {groups} groups, {messages} messages, {members} members in \
             {calls} calls; {mistake_count} mistakes"
        )
    }
}
