//! `--dry-run`: what a job would do.

use chat_admin::{Plan, PlannedCalls, Summary};
use serde_json::{Value, json};

use crate::{
    error::Error,
    output::{Output, table},
};

/// Prints the plan of the whole job, and what a journal knows of it already.
pub(super) fn print(plan: &Plan, earlier: Option<Summary>, out: &mut Output) -> Result<(), Error> {
    if out.is_json() {
        return out.json(&json!({
            "dry_run": true,
            "plan": plan.calls.iter().map(calls_json).collect::<Value>(),
            "least_seconds": plan.least_time.map(|time| time.as_secs_f64()),
            "earlier": earlier.map(|summary| json!({
                "done": summary.done,
                "pending": summary.pending,
                "failed": summary.failed,
                "unknown": summary.unknown,
            })),
        }));
    }
    let mut rows = table(["ENDPOINT", "ITEMS", "CALLS", "QUOTA", "A REPEAT"]);
    for calls in &plan.calls {
        let count = |count: Option<u64>| count.map_or_else(|| "?".to_owned(), |n| n.to_string());
        let quota = calls.endpoint.calls_per_second;
        rows.add_row([
            calls.endpoint.id().to_string(),
            count(calls.items),
            count(calls.calls),
            quota.map_or_else(|| "-".to_owned(), |quota| format!("{quota}/s")),
            if calls.is_safe_to_repeat { "is safe" } else { "is not safe" }.to_owned(),
        ]);
    }
    out.table(&rows)?;
    if let Some(Summary { done, failed, unknown, .. }) = earlier {
        let known = format!("{done} done, {failed} failed, {unknown} unknown");
        out.line(format_args!("of these the journal has {known}"))?;
    }
    let least = match plan.least_time {
        Some(time) => format!("at least {:.0} s under the quota", time.as_secs_f64().ceil()),
        None => "the length of the list is not known".to_owned(),
    };
    out.line(format_args!("{least}; nothing was sent"))
}

fn calls_json(calls: &PlannedCalls) -> Value {
    let PlannedCalls { endpoint, items, calls, is_safe_to_repeat, .. } = calls;
    json!({
        "endpoint": endpoint.id().to_string(),
        "items": items,
        "calls": calls,
        "calls_per_second": endpoint.calls_per_second,
        "safe_to_repeat": is_safe_to_repeat,
    })
}
