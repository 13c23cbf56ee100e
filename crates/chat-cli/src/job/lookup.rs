//! What a job that looks up its items would do with them.

use std::{collections::HashSet, sync::Arc};

use chat_admin::ItemReport;
use serde::Serialize;
use serde_json::Value;

use super::{
    failure_summary::{FailureSummary, MAX_KEPT, MAX_SHOWN},
    label::ItemKind,
};
use crate::{
    error::{Error, Exit},
    output::{Output, counted, table},
};

/// The removals that were looked up, and the accounts that could not be.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    removals: Vec<Removal>,
    total: u64,
    groups: HashSet<Arc<str>>,
    failures: FailureSummary,
}

#[derive(Debug, Serialize)]
struct Removal {
    item: String,
    target: String,
}

impl Lookup {
    /// Adds removals of accounts from one group.
    pub(super) fn add(&mut self, accounts: Vec<String>, group: Arc<str>) {
        self.total += accounts.len() as u64;
        let room = MAX_KEPT.saturating_sub(self.removals.len());
        let kept = accounts.into_iter().take(room);
        self.removals.extend(kept.map(|item| Removal { item, target: group.to_string() }));
        self.groups.insert(group);
    }

    /// Adds accounts that could not be looked up.
    pub(super) fn add_failures(&mut self, accounts: &[ItemReport]) {
        self.failures.add(accounts);
    }

    /// Returns the members of the dry run's JSON object.
    pub(super) fn to_json(&self) -> [(&'static str, Value); 5] {
        [
            ("removals", self.total.into()),
            ("groups", self.groups.len().into()),
            ("items", to_value(&self.removals)),
            ("items_omitted", (self.total - self.removals.len() as u64).into()),
            ("lookup_failures", to_value(self.failures.rows())),
        ]
    }

    pub(super) fn print(&self, out: &mut Output) -> Result<(), Error> {
        if self.total == 0 {
            out.line("no members to remove")?;
        } else {
            let mut rows = table(["ACCOUNT", "GROUP"]);
            let shown = self.removals.iter().take(MAX_SHOWN);
            rows.add_rows(shown.map(|removal| [&removal.item, &removal.target]));
            out.table(&rows)?;
            match self.total.saturating_sub(MAX_SHOWN as u64) {
                0 => {}
                more => out.line(format_args!("and {more} more; --output json lists them"))?,
            }
            let removals = counted(self.total, "removal");
            let groups = counted(self.groups.len() as u64, "group");
            out.line(format_args!("{removals} in {groups}"))?;
        }
        self.failures.print(ItemKind::LookedUpAccounts, out)
    }

    /// Returns the exit of the dry run: partial if some accounts could not be looked up.
    pub(super) fn exit(&self) -> Result<Exit, Error> {
        match self.failures.rows().len() as u64 + self.failures.omitted() {
            0 => Ok(Exit::Done),
            count => Err(Error::partial(format!("cannot look up {}", counted(count, "account")))
                .with_hint("the output lists them with the reasons")),
        }
    }
}

fn to_value(rows: &(impl Serialize + ?Sized)) -> Value {
    serde_json::to_value(rows).unwrap_or_default()
}
