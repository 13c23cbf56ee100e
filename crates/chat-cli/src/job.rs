//! Runs a batch: progress while it goes on, a report at the end, and the exit code that follows.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chat_admin::{Batch, CallReport, Failure, ItemReport, Outcome, Summary};
use chat_types::{
    Batched, UserId,
    spec::{EndpointSpec, RepeatSafety},
};
use futures_util::StreamExt;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use crate::{
    error::{Error, Exit},
    interrupt::Interrupts,
    output::{OneLine, Output, table},
};

/// Accounts that are no longer handed out once the user wants to stop.
pub(crate) struct Stoppable {
    accounts: Vec<UserId>,
}

impl Stoppable {
    pub(crate) fn new(accounts: Vec<UserId>) -> Self {
        Self { accounts }
    }

    /// Makes the batch out of the accounts, runs it and prints the report.
    ///
    /// Ctrl-C lets the calls under way end; a second one gives them up.
    pub(crate) async fn run<'a, E: Batched + 'a>(
        self,
        what: &'static str,
        out: &mut Output,
        batch: impl FnOnce(Box<dyn Iterator<Item = UserId> + Send>) -> Batch<'a, E>,
    ) -> Result<Exit, Error> {
        let mut interrupts = Interrupts::listen();
        let total = self.accounts.len() as u64;
        let feed = Feed::default();
        let calls = batch(Box::new(feed.hand_out(self.accounts))).calls();
        let mut calls = std::pin::pin!(calls);
        let bar = progress(out, what, total);
        let mut report = Report::new(E::SPEC, total);
        loop {
            tokio::select! {
                call = calls.next() => match call {
                    Some(call) => {
                        bar.inc(call.items.len() as u64);
                        feed.forget(call.items.len());
                        report.add(call);
                    }
                    None => break,
                },
                () = interrupts.next() => {
                    if feed.stop() {
                        break;
                    }
                    bar.suspend(|| {
                        out.note("interrupted: waiting for the calls under way; again to give them up");
                    });
                }
            }
        }
        bar.finish_and_clear();
        let (under_way, interrupted) = feed.end();
        report.add_given_up(under_way);
        out.despite_closed_pipe(|out| report.print(out))?;
        report.exit(interrupted)
    }
}

/// Hands out accounts and knows which of them nobody has reported on yet.
#[derive(Clone, Default)]
struct Feed(Arc<Mutex<FeedState>>);

#[derive(Default)]
struct FeedState {
    is_stopped: bool,
    under_way: VecDeque<UserId>,
}

impl Feed {
    fn hand_out(&self, accounts: Vec<UserId>) -> impl Iterator<Item = UserId> + Send + use<> {
        let feed = self.clone();
        accounts.into_iter().map_while(move |account| {
            let mut state = feed.lock();
            if state.is_stopped {
                return None;
            }
            state.under_way.push_back(account.clone());
            Some(account)
        })
    }

    /// Calls are reported in input order, so it is always the first ones that are.
    fn forget(&self, count: usize) {
        let under_way = &mut self.lock().under_way;
        let count = count.min(under_way.len());
        under_way.drain(..count);
    }

    /// Hands out no more, and says whether that was so before.
    fn stop(&self) -> bool {
        std::mem::replace(&mut self.lock().is_stopped, true)
    }

    /// What is still under way, and whether it was stopped.
    fn end(&self) -> (VecDeque<UserId>, bool) {
        let mut state = self.lock();
        (std::mem::take(&mut state.under_way), state.is_stopped)
    }

    fn lock(&self) -> MutexGuard<'_, FeedState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
    endpoint: &'static EndpointSpec,
    total: u64,
    summary: Summary,
    rest: Vec<ItemReport>,
    /// Sent, and not waited for.
    given_up: VecDeque<UserId>,
}

impl Report {
    fn new(endpoint: &'static EndpointSpec, total: u64) -> Self {
        let (summary, rest, given_up) = Default::default();
        Self { endpoint, total, summary, rest, given_up }
    }

    fn add(&mut self, call: CallReport) {
        self.summary.add(call.summary());
        let rest = call.items.into_iter().filter(|item| !matches!(item.outcome, Outcome::Done));
        self.rest.extend(rest);
    }

    fn add_given_up(&mut self, accounts: VecDeque<UserId>) {
        self.summary.unknown += accounts.len() as u64;
        self.given_up = accounts;
    }

    fn not_sent(&self) -> u64 {
        self.total.saturating_sub(self.summary.items())
    }

    fn print(&self, out: &mut Output) -> Result<(), Error> {
        let Summary { calls, done, pending, failed, unknown, .. } = self.summary;
        if out.is_json() {
            let given_up = self.given_up.iter().map(
                |account| json!({ "account": account, "outcome": "unknown", "reason": GIVEN_UP }),
            );
            let items: Vec<Value> = self.rest.iter().map(item_json).chain(given_up).collect();
            return out.json(&json!({
                "endpoint": self.endpoint.id().to_string(),
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
        let rest = self.rest.iter().map(|item| {
            let reason = item.outcome.failure().map(ToString::to_string).unwrap_or_default();
            [item.key.clone(), item.outcome.as_str().to_owned(), OneLine(&reason).to_string()]
        });
        let given_up = self
            .given_up
            .iter()
            .map(|account| [account.to_string(), "unknown".to_owned(), GIVEN_UP.to_owned()]);
        let count = self.rest.len() + self.given_up.len();
        if count == 0 {
            return Ok(());
        }
        let mut table = table(["ACCOUNT", "OUTCOME", "REASON"]);
        table.add_rows(rest.chain(given_up).take(SHOWN));
        out.table(&table)?;
        match count.saturating_sub(SHOWN) {
            0 => Ok(()),
            more => out.line(format_args!("and {more} more; --output json lists all")),
        }
    }

    fn exit(&self, interrupted: bool) -> Result<Exit, Error> {
        let Summary { done, pending, failed, unknown, .. } = self.summary;
        let total = self.total;
        if interrupted {
            let left = self.not_sent();
            let message = format!("interrupted: {done} of {total} done, {left} not sent");
            return Err(Error::interrupted(message).with_hint(self.hint_about_repeating()));
        }
        if self.summary.is_complete() {
            return Ok(Exit::Done);
        }
        let message = format!("{done} of {total} done, {failed} failed, {unknown} unknown");
        let error = match self.common_error() {
            Some(error) if done + pending == 0 => {
                let message = format!("none of {total} done: {}", error.message());
                error.with_message(message)
            }
            _ if done + pending == 0 && self.was_refused_item_by_item() => Error::refused(message),
            _ => Error::partial(message),
        };
        let error = error.with_endpoint(self.endpoint.id());
        Err(if error.has_hint() {
            error
        } else {
            error.with_hint("the report on standard output says which and why")
        })
    }

    fn hint_about_repeating(&self) -> &'static str {
        match self.endpoint.repeat.safety {
            RepeatSafety::Safe => "run it again with the whole list; a repeat is safe",
            _ => "the report names what is not known to be done; look before doing it again",
        }
    }

    /// Why everything failed, where all calls failed in the same way.
    fn common_error(&self) -> Option<Error> {
        let mut errors = self.rest.iter().map(|item| match item.outcome.failure() {
            Some(Failure::Call(error)) => Some(Error::from(&**error)),
            _ => None,
        });
        let first = errors.next()??;
        errors.all(|error| error.is_some_and(|error| error.exit() == first.exit())).then_some(first)
    }

    fn was_refused_item_by_item(&self) -> bool {
        let is_refusal =
            |item: &ItemReport| matches!(item.outcome.failure(), Some(Failure::Item { .. }));
        self.rest.iter().all(is_refusal)
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

const GIVEN_UP: &str = "interrupted before the answer came";

/// Rows of a table that a person still reads.
const SHOWN: usize = 20;
