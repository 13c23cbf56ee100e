use std::path::PathBuf;

use chat_admin::{End, JobError, Plan, Progress, Summary};
use serde_json::{Value, json};

use super::{JobOptions, Over, recovery::Recovery, tally::Tally};
use crate::{
    error::{Error, Exit},
    output::Output,
};

/// What became of the items: counts, and those that are not known to be done.
pub(super) struct Report {
    over: Over,
    /// The endpoint, where there is only one.
    endpoint: Option<String>,
    summary: Summary,
    total: Option<u64>,
    earlier: u64,
    end: End,
    tally: Tally,
    recovery: Recovery,
    journal: Option<PathBuf>,
    file: Option<PathBuf>,
}

impl Report {
    pub(super) fn new(
        over: Over,
        plan: &Plan,
        progress: Progress,
        end: End,
        tally: Tally,
        recovery: Recovery,
        options: &JobOptions,
    ) -> Self {
        let Progress { summary, total, earlier, .. } = progress;
        let endpoint = match plan.calls.as_slice() {
            [calls] => Some(calls.endpoint.id().to_string()),
            _ => None,
        };
        // At the end of the list it shows how long it was.
        let total = if matches!(end, End::Complete) { Some(summary.items()) } else { total };
        Self {
            over,
            endpoint,
            summary,
            total,
            earlier,
            end,
            tally: tally.sorted(),
            recovery,
            journal: options.journal.clone(),
            file: options.report_path().map(Into::into),
        }
    }

    fn not_sent(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.summary.items()))
    }

    pub(super) fn print(&self, out: &mut Output) -> Result<(), Error> {
        if out.is_json() {
            return out.json(&self.to_json());
        }
        if self.found_nothing() {
            return out.line("nobody was to be removed");
        }
        out.line(self.summary)?;
        if self.earlier > 0 {
            out.line(format_args!("{} of them were known from the journal", self.earlier))?;
        }
        self.tally.print(out)?;
        match self.tally.not_shown() {
            0 => Ok(()),
            more => out.line(format_args!("and {more} more; {}", self.where_all_are())),
        }
    }

    fn where_all_are(&self) -> String {
        match &self.file {
            Some(file) => format!("{} has all", file.display()),
            None if self.tally.omitted() > 0 => "--report FILE writes all".to_owned(),
            None => "--output json lists all".to_owned(),
        }
    }

    fn to_json(&self) -> Value {
        let Summary { calls, failed_calls, done, pending, failed, unknown, .. } = self.summary;
        json!({
            "endpoint": self.endpoint,
            "end": match self.end {
                End::Complete => "complete",
                End::Stopped => "stopped",
                _ => "broken",
            },
            "summary": {
                "calls": calls,
                "failed_calls": failed_calls,
                "done": done,
                "pending": pending,
                "failed": failed,
                "unknown": unknown,
                "not_sent": self.not_sent(),
                "earlier": self.earlier,
            },
            "items": self.tally.rows(),
            "items_left_out": self.tally.omitted(),
            "journal": self.journal.as_ref().map(|path| path.to_string_lossy()),
            "report": self.file.as_ref().map(|path| path.to_string_lossy()),
        })
    }

    pub(super) fn exit(self) -> Result<Exit, Error> {
        match &self.end {
            End::Complete => self.exit_at_the_end(),
            End::Broken(error) => Err(self.broken(error)),
            _ => Err(self.interrupted()),
        }
    }

    fn exit_at_the_end(self) -> Result<Exit, Error> {
        let Summary { done, pending, failed, unknown, .. } = self.summary;
        if self.over == Over::Records && self.summary.items() == 0 {
            return Err(Error::input("there is nothing to import"));
        }
        if self.summary.is_complete() {
            return Ok(Exit::Done);
        }
        let total = self.summary.items();
        let message = format!("{done} of {total} done, {failed} failed, {unknown} unknown");
        let is_refused = self.tally.is_refused();
        let hint = if self.tally.is_retryable() || unknown > 0 {
            self.recovery.of_failures()
        } else {
            "the report says which and why".to_owned()
        };
        let nothing_done = done + pending == 0;
        let error = match self.tally.common_error().filter(|_| nothing_done) {
            Some(error) => {
                let message = format!("none of {total} done: {}", error.message());
                error.with_message(message)
            }
            None if nothing_done && is_refused => Error::refused(message),
            None => Error::partial(message),
        };
        let error = match self.endpoint {
            Some(endpoint) => error.with_endpoint(endpoint),
            None => error,
        };
        Err(if error.has_hint() { error } else { error.with_hint(hint) })
    }

    fn interrupted(&self) -> Error {
        let error = Error::interrupted(format!("interrupted: {}", self.how_far()));
        error.with_hint(self.recovery.of_the_rest())
    }

    fn broken(&self, error: &JobError) -> Error {
        let message = format!("{error}; {}", self.how_far());
        let this = match error {
            // The error of the call tells the exit code, and what to do.
            JobError::HeldUp { item, failure } if self.done() == 0 => match failure.error() {
                Some(call) => {
                    let call = Error::from(call);
                    let why = call.message();
                    let message = format!("{item} and what comes after it was not done: {why}");
                    call.with_message(message)
                }
                None => Error::partial(message),
            },
            _ => Error::partial(message),
        };
        match error {
            // It says itself what to do.
            JobError::Journal(journal) if journal.is_job_mismatch() => this,
            JobError::Input(input) if !Error::is_of_call(input) => {
                this.with_hint(self.recovery.of_mistake())
            }
            _ if this.has_hint() => this,
            _ => this.with_hint(self.recovery.of_the_rest()),
        }
    }

    /// Ended because this happened to the report.
    pub(super) fn cut_short(&self, error: &Error) -> Error {
        let message = format!("{}; {}", error.message(), self.how_far());
        Error::partial(message).with_hint(self.recovery.of_the_rest())
    }

    /// Whether it looked for what to do and there was nothing.
    fn found_nothing(&self) -> bool {
        self.over == Over::AccountsLookedUp
            && matches!(self.end, End::Complete)
            && self.summary.items() == 0
    }

    fn done(&self) -> u64 {
        self.summary.done + self.summary.pending
    }

    fn how_far(&self) -> String {
        let done = self.done();
        match (self.total, self.not_sent()) {
            (Some(total), Some(left)) => format!("{done} of {total} done, {left} not sent"),
            _ => format!("{done} done, and the rest of the list was not sent"),
        }
    }
}
