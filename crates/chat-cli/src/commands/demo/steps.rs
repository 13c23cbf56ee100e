//! The steps of the demo and their summary.

use serde::Serialize;
use serde_json::json;

use crate::{
    error::Error,
    output::{Output, table},
};

/// The calls and members of one step.
#[derive(Debug, Serialize)]
pub(super) struct Step {
    pub(super) step: &'static str,
    pub(super) calls: u64,
    pub(super) members: u64,
    pub(super) seconds: f64,
    /// Absent if the step took less than a second, in which a quota allows all its calls at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) calls_per_second: Option<f64>,
    pub(super) quota: Option<u32>,
    pub(super) refused: u64,
    pub(super) failed: u64,
}

/// Prints the steps and their total.
pub(super) fn print_steps(steps: &[Step], out: &mut Output) -> Result<(), Error> {
    let sum = |of: fn(&Step) -> u64| steps.iter().map(of).sum::<u64>();
    let (calls, members) = (sum(|step| step.calls), sum(|step| step.members));
    let (refused, failed) = (sum(|step| step.refused), sum(|step| step.failed));
    let seconds: f64 = steps.iter().map(|step| step.seconds).sum();
    if out.is_json() {
        return out.json(&json!({
            "steps": steps,
            "total": {
                "calls": calls,
                "members": members,
                "seconds": seconds,
                "refused": refused,
                "failed": failed,
            },
        }));
    }
    let mut rows =
        table(["STEP", "CALLS", "MEMBERS", "SECONDS", "CALLS/S", "QUOTA", "REFUSED", "FAILED"]);
    for step in steps {
        let quota = step.quota.map_or_else(|| "-".to_owned(), |quota| quota.to_string());
        rows.add_row([
            step.step.to_owned(),
            step.calls.to_string(),
            step.members.to_string(),
            format!("{:.2}", step.seconds),
            rate_cell(step.calls_per_second),
            quota,
            step.refused.to_string(),
            step.failed.to_string(),
        ]);
    }
    rows.add_row([
        "total".to_owned(),
        calls.to_string(),
        members.to_string(),
        format!("{seconds:.2}"),
        rate_cell(rate(calls, seconds)),
        "-".to_owned(),
        refused.to_string(),
        failed.to_string(),
    ]);
    out.table(&rows)
}

/// Returns the calls per second after the first second.
pub(super) fn rate(calls: u64, seconds: f64) -> Option<f64> {
    (seconds >= 1.0).then(|| calls as f64 / seconds)
}

fn rate_cell(rate: Option<f64>) -> String {
    rate.map_or_else(|| "-".to_owned(), |rate| format!("{rate:.0}"))
}
