//! Runs a batch: progress while it goes on, a report at the end, and the exit code that follows.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chat_admin::{Batch, CallReport, Failure, ItemReport, Outcome, Summary};
use chat_types::{Batched, UserId};
use futures_util::StreamExt;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use crate::{
    error::{Error, Exit},
    interrupt,
    output::{OneLine, Output, table},
};

/// Accounts that are no longer handed out once the user wants to stop.
pub(crate) struct Stoppable {
    accounts: Vec<UserId>,
    stop: Arc<AtomicBool>,
}

impl Stoppable {
    pub(crate) fn new(accounts: Vec<UserId>) -> Self {
        Self { accounts, stop: Arc::default() }
    }

    /// Makes the batch out of the accounts, runs it and prints the report.
    pub(crate) async fn run<'a, E: Batched + 'a>(
        self,
        what: &'static str,
        out: &mut Output,
        batch: impl FnOnce(Box<dyn Iterator<Item = UserId> + Send>) -> Batch<'a, E>,
    ) -> Result<Exit, Error> {
        let total = self.accounts.len() as u64;
        let stop = Arc::clone(&self.stop);
        let stopped = Arc::clone(&self.stop);
        let accounts = self.accounts.into_iter();
        let accounts = accounts.take_while(move |_| !stopped.load(Ordering::Relaxed));
        let calls = batch(Box::new(accounts)).calls();
        let mut calls = std::pin::pin!(calls);
        let bar = progress(out, what, total);
        let mut report = Report::new(E::SPEC.id().to_string(), total);
        loop {
            tokio::select! {
                call = calls.next() => match call {
                    Some(call) => {
                        bar.inc(call.items.len() as u64);
                        report.add(call);
                    }
                    None => break,
                },
                Ok(()) = interrupt::wait(), if !stop.load(Ordering::Relaxed) => {
                    stop.store(true, Ordering::Relaxed);
                    out.note("interrupted: waiting for the calls under way");
                }
            }
        }
        bar.finish_and_clear();
        report.print(out)?;
        report.exit(stop.load(Ordering::Relaxed))
    }
}

/// A progress bar on a terminal; nothing elsewhere.
pub(crate) fn progress(out: &Output, what: &'static str, total: u64) -> ProgressBar {
    if out.is_quiet() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
    let template = "{msg:10} {wide_bar} {pos}/{len} {per_sec} {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// What became of the accounts: counts, and every one that is not known to be done.
struct Report {
    endpoint: String,
    total: u64,
    summary: Summary,
    rest: Vec<ItemReport>,
}

impl Report {
    fn new(endpoint: String, total: u64) -> Self {
        Self { endpoint, total, summary: Summary::default(), rest: Vec::new() }
    }

    fn add(&mut self, call: CallReport) {
        self.summary.add(call.summary());
        let rest = call.items.into_iter().filter(|item| !matches!(item.outcome, Outcome::Done));
        self.rest.extend(rest);
    }

    fn not_sent(&self) -> u64 {
        self.total.saturating_sub(self.summary.items())
    }

    fn print(&self, out: &mut Output) -> Result<(), Error> {
        let Summary { calls, done, pending, failed, unknown, .. } = self.summary;
        if out.is_json() {
            let items: Vec<Value> = self.rest.iter().map(item_json).collect();
            return out.json(&json!({
                "endpoint": self.endpoint,
                "summary": {
                    "calls": calls,
                    "done": done,
                    "pending": pending,
                    "failed": failed,
                    "unknown": unknown,
                    "not_sent": self.not_sent(),
                },
                "items": items,
            }));
        }
        out.line(self.summary)?;
        if self.rest.is_empty() {
            return Ok(());
        }
        let mut table = table(["ACCOUNT", "OUTCOME", "REASON"]);
        for item in self.rest.iter().take(SHOWN) {
            let reason = item.outcome.failure().map(ToString::to_string).unwrap_or_default();
            table.add_row([&item.key, item.outcome.as_str(), &OneLine(&reason).to_string()]);
        }
        out.table(&table)?;
        match self.rest.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => out.line(format_args!("and {more} more; --output json lists all")),
        }
    }

    fn exit(&self, interrupted: bool) -> Result<Exit, Error> {
        let Summary { done, pending, failed, unknown, .. } = self.summary;
        let total = self.total;
        if interrupted {
            let left = self.not_sent();
            return Err(Error::interrupted(format!(
                "interrupted: {done} of {total} done, {left} not sent"
            ))
            .with_hint("the report names the others; run it again, a repeat is safe"));
        }
        if self.summary.is_complete() {
            return Ok(Exit::Done);
        }
        let message = format!("{done} of {total} done, {failed} failed, {unknown} unknown");
        let hint = "the report on standard output says which and why";
        let error = match self.first_call_error() {
            Some(call) if done + pending == 0 => {
                let cause = call.message().to_owned();
                call.with_message(format!("none of {total} done: {cause}"))
            }
            _ if done + pending == 0 => Error::refused(message).with_hint(hint),
            _ => Error::partial(message).with_hint(hint),
        };
        Err(error.with_endpoint(&self.endpoint))
    }

    fn first_call_error(&self) -> Option<Error> {
        self.rest.iter().find_map(|item| match item.outcome.failure() {
            Some(Failure::Call(error)) => Some(Error::from(&**error)),
            _ => None,
        })
    }
}

fn item_json(item: &ItemReport) -> Value {
    let mut object = json!({ "account": item.key, "outcome": item.outcome.as_str() });
    let code = match item.outcome.failure() {
        Some(Failure::Item { code, .. }) => *code,
        Some(Failure::Call(error)) => error.code().map(chat_types::ErrorCode::get),
        _ => None,
    };
    if let Some(code) = code {
        object["code"] = code.into();
    }
    if let Some(failure) = item.outcome.failure() {
        object["reason"] = failure.to_string().into();
    }
    object
}

/// Rows of a table that a person still reads.
const SHOWN: usize = 20;
