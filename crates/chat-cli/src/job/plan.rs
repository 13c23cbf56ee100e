//! `--dry-run`: what a job would do.

use std::time::Duration;

use chat_admin::{Plan, PlannedCalls, Summary};
use chat_types::spec::EndpointSpec;
use serde_json::{Map, Value, json};

use super::JobOptions;
use crate::{
    error::Error,
    output::{Output, table},
};

/// The whole job, and what a journal knows of it already.
#[derive(Debug)]
pub(crate) struct DryRun {
    pub(super) calls: Vec<Calls>,
    pub(super) min_duration: Option<Duration>,
    earlier: Option<Summary>,
}

/// The calls to one endpoint.
#[derive(Debug)]
pub(super) struct Calls {
    pub(super) endpoint: &'static EndpointSpec,
    pub(super) items: Option<u64>,
    pub(super) calls: Option<u64>,
    pub(super) is_safe_to_repeat: bool,
}

impl DryRun {
    pub(crate) fn of_plan(plan: &Plan, options: &JobOptions) -> Result<Self, Error> {
        let calls = plan.calls.iter().map(Calls::of).collect();
        Self::new(calls, plan.min_duration, options)
    }

    pub(super) fn new(
        calls: Vec<Calls>,
        min_duration: Option<Duration>,
        options: &JobOptions,
    ) -> Result<Self, Error> {
        Ok(Self { calls, min_duration, earlier: options.earlier()? })
    }

    pub(crate) fn print(&self, out: &mut Output) -> Result<(), Error> {
        if out.is_json() { out.json(&self.to_json()) } else { self.print_table(out) }
    }

    pub(crate) fn to_json(&self) -> Map<String, Value> {
        let earlier = self.earlier.map(|summary| {
            json!({
                "done": summary.done,
                "pending": summary.pending,
                "failed": summary.failed,
                "unknown": summary.unknown,
            })
        });
        [
            ("dry_run", true.into()),
            ("plan", self.calls.iter().map(Calls::to_json).collect()),
            ("least_seconds", self.min_duration.map(|time| time.as_secs_f64()).into()),
            ("earlier", earlier.into()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
    }

    pub(crate) fn print_table(&self, out: &mut Output) -> Result<(), Error> {
        let mut rows = table(["ENDPOINT", "ITEMS", "CALLS", "QUOTA", "A REPEAT"]);
        for calls in &self.calls {
            let count =
                |count: Option<u64>| count.map_or_else(|| "?".to_owned(), |n| n.to_string());
            let quota = calls.endpoint.calls_per_second;
            rows.add_row([
                calls.endpoint.id().to_string(),
                count(calls.items),
                count(calls.calls),
                quota.map_or_else(|| "-".to_owned(), |quota| format!("{quota}/s")),
                if calls.is_safe_to_repeat { "is safe" } else { "is not safe" }.to_owned(),
            ]);
        }
        if !self.calls.is_empty() {
            out.table(&rows)?;
        }
        if let Some(Summary { done, failed, unknown, .. }) = self.earlier {
            let known = format!("{done} done, {failed} failed, {unknown} unknown");
            out.line(format_args!("of these the journal has {known}"))?;
        }
        let least = match self.min_duration {
            Some(time) => format!("at least {:.0} s under the quota", time.as_secs_f64().ceil()),
            None => "the length of the list is not known".to_owned(),
        };
        out.line(format_args!("{least}; nothing was changed"))
    }
}

impl Calls {
    fn of(planned: &PlannedCalls) -> Self {
        let PlannedCalls { endpoint, items, calls, is_safe_to_repeat, .. } = *planned;
        Self { endpoint, items, calls, is_safe_to_repeat }
    }

    fn to_json(&self) -> Value {
        json!({
            "endpoint": self.endpoint.id().to_string(),
            "items": self.items,
            "calls": self.calls,
            "calls_per_second": self.endpoint.calls_per_second,
            "safe_to_repeat": self.is_safe_to_repeat,
        })
    }
}
