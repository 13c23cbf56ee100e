//! `--dry-run`: what a job would do.

use std::time::Duration;

use chat_admin::{Plan, PlannedCalls, Summary};
use chat_types::spec::EndpointSpec;
use serde_json::{Map, Value, json};

use super::{lookup::Lookup, options::JobOptions};
use crate::{
    error::Error,
    output::{Output, table},
};

/// The calls of a whole job, and what its journal knows of them already.
#[derive(Debug)]
pub(crate) struct DryRun {
    calls: Vec<CallCount>,
    min_duration: Option<Duration>,
    earlier: Option<Summary>,
    /// What was looked up, for jobs that look up what to do.
    lookup: Option<Lookup>,
}

/// The calls to one endpoint.
#[derive(Debug)]
pub(super) struct CallCount {
    pub(super) endpoint: &'static EndpointSpec,
    pub(super) items: Option<u64>,
    pub(super) calls: Option<u64>,
    pub(super) is_safe_to_repeat: bool,
}

impl DryRun {
    /// Describes a job that need not be run to know its calls.
    pub(crate) async fn from_plan(plan: &Plan, options: &JobOptions) -> Result<Self, Error> {
        let calls = plan.calls.iter().map(CallCount::new).collect();
        Self::new(calls, plan.min_duration, None, options).await
    }

    /// Returns the calls as a plan file stores them.
    pub(crate) fn calls_to_json(plan: &Plan) -> Value {
        plan.calls.iter().map(|calls| CallCount::new(calls).to_json()).collect()
    }

    pub(super) async fn new(
        calls: Vec<CallCount>,
        min_duration: Option<Duration>,
        lookup: Option<Lookup>,
        options: &JobOptions,
    ) -> Result<Self, Error> {
        Ok(Self { calls, min_duration, earlier: options.earlier().await?, lookup })
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
        let members = [
            ("dry_run", true.into()),
            ("plan", self.calls.iter().map(CallCount::to_json).collect()),
            ("min_seconds", self.min_duration.map(|time| time.as_secs_f64()).into()),
            ("earlier", earlier.into()),
        ];
        let lookup = self.lookup.iter().flat_map(Lookup::to_json);
        members.into_iter().chain(lookup).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    pub(crate) fn print_table(&self, out: &mut Output) -> Result<(), Error> {
        if let Some(lookup) = &self.lookup {
            lookup.print(out)?;
        }
        let mut rows = table(["ENDPOINT", "ITEMS", "CALLS", "QUOTA", "SAFE TO REPEAT"]);
        for calls in &self.calls {
            let count =
                |count: Option<u64>| count.map_or_else(|| "?".to_owned(), |n| n.to_string());
            let quota = calls.endpoint.calls_per_second;
            rows.add_row([
                calls.endpoint.id().to_string(),
                count(calls.items),
                count(calls.calls),
                quota.map_or_else(|| "-".to_owned(), |quota| format!("{quota}/s")),
                if calls.is_safe_to_repeat { "yes" } else { "no" }.to_owned(),
            ]);
        }
        if !self.calls.is_empty() {
            out.table(&rows)?;
        }
        if let Some(Summary { done, failed, unknown, .. }) = self.earlier {
            out.line(format_args!(
                "outcomes in the journal: {done} done, {failed} failed, {unknown} unknown"
            ))?;
        }
        let duration = match self.min_duration {
            Some(time) => format!("at least {:.0} s under the quota", time.as_secs_f64().ceil()),
            None => "the length of the list is not known".to_owned(),
        };
        out.line(format_args!("{duration}; nothing was changed"))
    }
}

impl CallCount {
    fn new(planned: &PlannedCalls) -> Self {
        let PlannedCalls { endpoint, items, calls, is_safe_to_repeat, .. } = *planned;
        Self { endpoint, items, calls, is_safe_to_repeat }
    }

    fn to_json(&self) -> Value {
        json!({
            "endpoint": self.endpoint.id().to_string(),
            "items": self.items,
            "calls": self.calls,
            "calls_per_second": self.endpoint.calls_per_second,
            "is_safe_to_repeat": self.is_safe_to_repeat,
        })
    }
}
