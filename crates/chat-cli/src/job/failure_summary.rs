//! The items of a job that are not done.

use chat_admin::{Failure, FailureKind, ItemReport, Outcome};
use serde::Serialize;

use super::label::ItemKind;
use crate::{
    error::{Error, Exit},
    output::{Output, one_line, table},
};

/// Keeps some of the items that are not done, and what all of those have in common. Takes little
/// memory, however many there are.
#[derive(Debug)]
pub(super) struct FailureSummary {
    rows: Vec<Row>,
    omitted: u64,
    common: CommonError,
    is_refused: bool,
    is_retryable: bool,
}

/// An item that is not done.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    item: String,
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

/// The error that all failed calls share, as far as the exit code is concerned.
#[derive(Debug, Default)]
enum CommonError {
    #[default]
    None,
    One(Error),
    Several,
}

impl Default for FailureSummary {
    fn default() -> Self {
        let (rows, omitted, common) = Default::default();
        Self { rows, omitted, common, is_refused: true, is_retryable: false }
    }
}

impl FailureSummary {
    /// Adds those items that are not done.
    pub(super) fn add(&mut self, items: &[ItemReport]) {
        for item in items.iter().filter(|item| !matches!(item.outcome, Outcome::Done)) {
            if let Some(failure) = item.outcome.failure() {
                self.add_failure(failure);
            }
            if self.rows.len() < MAX_KEPT {
                self.rows.push(Row::new(item));
            } else {
                self.omitted += 1;
            }
        }
    }

    fn add_failure(&mut self, failure: &Failure) {
        self.common = match (std::mem::take(&mut self.common), failure.error()) {
            (CommonError::None, Some(error)) => CommonError::One(error.into()),
            (CommonError::One(first), Some(error)) if first.exit() == Exit::of_call(error) => {
                CommonError::One(first)
            }
            _ => CommonError::Several,
        };
        self.is_refused &= failure.kind() == FailureKind::Item || failure.code().is_some();
        self.is_retryable |= failure.is_retryable();
    }

    /// Sorts the items in input order.
    pub(super) fn sorted(mut self) -> Self {
        self.rows.sort_by_key(|row| row.index);
        self
    }

    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Prints the first rows as a table, with the group if the job has several.
    pub(super) fn print(&self, kind: ItemKind, out: &mut Output) -> Result<(), Error> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let has_target = self.rows.iter().any(|row| row.target.is_some());
        let item = if kind == ItemKind::Records { "ITEM" } else { "ACCOUNT" };
        let rows = self.rows.iter().take(MAX_SHOWN).map(Row::cells);
        let table = if has_target {
            let mut table = table([item, "GROUP", "OUTCOME", "REASON"]);
            table.add_rows(rows);
            table
        } else {
            let mut table = table([item, "OUTCOME", "REASON"]);
            table.add_rows(rows.map(|[item, _, outcome, reason]| [item, outcome, reason]));
            table
        };
        out.table(&table)
    }

    /// Returns the number of items that [`print`](Self::print) leaves out.
    pub(super) fn not_shown(&self) -> u64 {
        self.rows.len().saturating_sub(MAX_SHOWN) as u64 + self.omitted
    }

    /// Returns the number of items that are not kept.
    pub(super) fn omitted(&self) -> u64 {
        self.omitted
    }

    /// Returns the error of the calls, if all of them failed in the same way.
    pub(super) fn common_error(self) -> Option<Error> {
        match self.common {
            CommonError::One(error) => Some(error),
            CommonError::None | CommonError::Several => None,
        }
    }

    /// Returns whether the service refused all of the items.
    pub(super) fn is_refused(&self) -> bool {
        self.is_refused
    }

    /// Returns whether a retry may help some of the items.
    pub(super) fn is_retryable(&self) -> bool {
        self.is_retryable
    }
}

impl Row {
    fn new(item: &ItemReport) -> Self {
        let failure = item.outcome.failure();
        Self {
            item: item.key.clone(),
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
        let target = self.target.as_deref().unwrap_or_default();
        let reason = self.reason.as_deref().unwrap_or_default();
        [&self.item, target, self.outcome, reason].map(|cell| one_line(cell).to_string())
    }
}

/// The number of items that the report on standard output lists.
pub(super) const MAX_KEPT: usize = 10_000;

/// The number of rows of a table for people.
pub(super) const MAX_SHOWN: usize = 20;
