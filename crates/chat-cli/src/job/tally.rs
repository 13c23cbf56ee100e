use chat_admin::{Failure, FailureKind, ItemReport, Outcome};
use serde::Serialize;

use super::Over;
use crate::{
    error::{Error, Exit},
    output::{OneLine, Output, table},
};

/// What is kept of the items of a job: some of those that are not done, and what all of those have
/// in common. Takes little memory however many there are.
#[derive(Debug)]
pub(super) struct Tally {
    over: Over,
    rows: Vec<Row>,
    omitted: u64,
    common: Common,
    is_refused: bool,
    is_retryable: bool,
}

/// An item that is not done.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    #[serde(flatten)]
    key: Key,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    index: u64,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_retryable: Option<bool>,
}

/// What an item is called, under a name that says what it is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Key {
    Account(String),
    /// A record of an import.
    Item(String),
}

/// The error that all failed calls have in common, as far as the exit code goes.
#[derive(Debug, Default)]
enum Common {
    #[default]
    Nothing,
    Error(Error),
    Several,
}

impl Tally {
    pub(super) fn new(over: Over) -> Self {
        let (rows, omitted, common) = Default::default();
        Self { over, rows, omitted, common, is_refused: true, is_retryable: false }
    }

    pub(super) fn add(&mut self, items: &[ItemReport]) {
        for item in items.iter().filter(|item| !matches!(item.outcome, Outcome::Done)) {
            if let Some(failure) = item.outcome.failure() {
                self.note(failure);
            }
            if self.rows.len() < KEPT {
                self.rows.push(Row::of(item, self.over));
            } else {
                self.omitted += 1;
            }
        }
    }

    fn note(&mut self, failure: &Failure) {
        self.common = match (std::mem::take(&mut self.common), failure.error()) {
            (Common::Nothing, Some(error)) => Common::Error(error.into()),
            (Common::Error(first), Some(error)) if first.exit() == Exit::of(error) => {
                Common::Error(first)
            }
            _ => Common::Several,
        };
        self.is_refused &= failure.kind() == FailureKind::Item || failure.code().is_some();
        self.is_retryable |= failure.is_retryable();
    }

    /// In input order.
    pub(super) fn sorted(mut self) -> Self {
        self.rows.sort_by_key(|row| row.index);
        self
    }

    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Some rows for people, with the group where the job is about several.
    pub(super) fn print(&self, out: &mut Output) -> Result<(), Error> {
        let has_target = self.rows.iter().any(|row| row.target.is_some());
        let key = if self.over == Over::Records { "ITEM" } else { "ACCOUNT" };
        let rows = self.rows.iter().take(SHOWN).map(Row::cells);
        let table = if has_target {
            let mut table = table([key, "GROUP", "OUTCOME", "REASON"]);
            table.add_rows(rows);
            table
        } else {
            let mut table = table([key, "OUTCOME", "REASON"]);
            table.add_rows(rows.map(|[key, _, outcome, reason]| [key, outcome, reason]));
            table
        };
        if self.rows.is_empty() { Ok(()) } else { out.table(&table) }
    }

    /// How many more there are than people are shown.
    pub(super) fn not_shown(&self) -> u64 {
        self.rows.len().saturating_sub(SHOWN) as u64 + self.omitted
    }

    /// How many more there are.
    pub(super) fn omitted(&self) -> u64 {
        self.omitted
    }

    /// Why everything failed, where all calls failed in the same way.
    pub(super) fn common_error(self) -> Option<Error> {
        match self.common {
            Common::Error(error) => Some(error),
            Common::Nothing | Common::Several => None,
        }
    }

    /// Whether the service said no to all of them.
    pub(super) fn is_refused(&self) -> bool {
        self.is_refused
    }

    /// Whether some may succeed another time.
    pub(super) fn is_retryable(&self) -> bool {
        self.is_retryable
    }
}

impl Row {
    fn of(item: &ItemReport, over: Over) -> Self {
        let failure = item.outcome.failure();
        let key = item.key.clone();
        Self {
            key: if over == Over::Records { Key::Item(key) } else { Key::Account(key) },
            target: item.target.as_deref().map(str::to_owned),
            index: item.index,
            outcome: item.outcome.as_str(),
            code: failure.and_then(Failure::code),
            meaning: failure.and_then(Failure::meaning),
            reason: failure.map(ToString::to_string),
            is_retryable: failure.map(Failure::is_retryable),
        }
    }

    fn cells(&self) -> [String; 4] {
        let (Key::Account(key) | Key::Item(key)) = &self.key;
        let target = self.target.as_deref().unwrap_or_default();
        let reason = self.reason.as_deref().unwrap_or_default();
        [key, target, self.outcome, reason].map(|cell| OneLine(cell).to_string())
    }
}

/// Items that the report on standard output lists.
pub(super) const KEPT: usize = 10_000;

/// Rows of a table that a person still reads.
pub(super) const SHOWN: usize = 20;
