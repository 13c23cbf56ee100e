//! The report of a job on standard output.

use std::path::PathBuf;

use chat_admin::{End, JobError, Plan, Progress, Summary};
use serde_json::{Value, json};

use super::{
    failure_summary::FailureSummary, journal_location::JournalLocation, label::ItemKind,
    options::JobOptions, resume_hint::ResumeHint,
};
use crate::{
    error::{Error, Exit},
    output::Output,
};

/// The outcomes of a job's items: counts, and the items that are not done.
pub(super) struct Report {
    item_kind: ItemKind,
    /// The endpoint, if there is only one.
    endpoint: Option<String>,
    summary: Summary,
    total: Option<u64>,
    earlier: u64,
    end: End,
    failures: FailureSummary,
    hint: ResumeHint,
    journal: Option<JournalLocation>,
    file: Option<PathBuf>,
}

impl Report {
    pub(super) fn new(
        item_kind: ItemKind,
        plan: &Plan,
        progress: Progress,
        end: End,
        failures: FailureSummary,
        hint: ResumeHint,
        options: &JobOptions,
    ) -> Self {
        let Progress { summary, total, earlier, .. } = progress;
        let endpoint = match plan.calls.as_slice() {
            [calls] => Some(calls.endpoint.id().to_string()),
            _ => None,
        };
        // The length of the input is known at its end.
        let total = if matches!(end, End::Complete) { Some(summary.items()) } else { total };
        Self {
            item_kind,
            endpoint,
            summary,
            total,
            earlier,
            end,
            failures: failures.sorted(),
            hint,
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
            return out.line("no members to remove");
        }
        out.line(self.summary)?;
        if self.earlier > 0 {
            out.line(format_args!("{} of them in earlier runs", self.earlier))?;
        }
        self.failures.print(self.item_kind, out)?;
        match self.failures.not_shown() {
            0 => Ok(()),
            more => out.line(format_args!("and {more} more; {}", self.where_the_rest_is())),
        }
    }

    fn where_the_rest_is(&self) -> String {
        match &self.file {
            Some(file) => format!("{} lists all", file.display()),
            None if self.failures.omitted() > 0 => "--report FILE lists all".to_owned(),
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
            "items": self.failures.rows(),
            "items_omitted": self.failures.omitted(),
            "journal": self.journal.as_ref().map(ToString::to_string),
            "report": self.file.as_ref().map(|path| path.to_string_lossy()),
        })
    }

    /// Returns the exit code, or the error that the report ends with.
    pub(super) fn exit(self) -> Result<Exit, Error> {
        match &self.end {
            End::Complete => self.exit_when_complete(),
            End::Broken(error) => Err(self.broken_by(error)),
            _ => Err(self.interrupted()),
        }
    }

    fn exit_when_complete(self) -> Result<Exit, Error> {
        let Summary { done, pending, failed, unknown, .. } = self.summary;
        if self.item_kind == ItemKind::Records && self.summary.items() == 0 {
            return Err(Error::input("nothing to import"));
        }
        if self.summary.is_complete() {
            return Ok(Exit::Done);
        }
        let total = self.summary.items();
        let message = format!("{done} of {total} done, {failed} failed, {unknown} unknown");
        let is_refused = self.failures.is_refused();
        let hint = if self.failures.is_retryable() {
            self.hint.after_failures()
        } else if unknown > 0 {
            "the report lists them; check the unknown ones before you repeat them".to_owned()
        } else {
            "the report lists them".to_owned()
        };
        let nothing_done = done + pending == 0;
        let error = match self.failures.common_error().filter(|_| nothing_done) {
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
        let error = Error::interrupted(format!("interrupted: {}", self.progress()));
        error.with_hint(self.hint.after_stop())
    }

    fn broken_by(&self, error: &JobError) -> Error {
        let message = format!("{error}; {}", self.progress());
        let this = match error {
            // The error of the call decides the exit code and the hint.
            JobError::Blocked { item, failure } if self.done() == 0 => match failure.error() {
                Some(call) => {
                    let call = Error::from(call);
                    let why = call.message();
                    let message = format!("stopped at {item}: {why}");
                    call.with_message(message)
                }
                None => Error::partial(message),
            },
            _ => Error::partial(message),
        };
        match error {
            // Its message has a hint.
            JobError::Journal(journal) if journal.is_job_mismatch() => this,
            JobError::Input(input) if !Error::is_call_failure(input) => {
                this.with_hint(self.hint.after_invalid_input())
            }
            _ if this.has_hint() => this,
            _ => this.with_hint(self.hint.after_stop()),
        }
    }

    /// Returns the error of a job that was stopped because its report file could not be written.
    pub(super) fn stopped_by(&self, error: &Error) -> Error {
        let message = format!("{}; {}", error.message(), self.progress());
        Error::partial(message).with_hint(self.hint.after_stop())
    }

    /// Returns whether a job that looks up its items found none.
    fn found_nothing(&self) -> bool {
        self.item_kind == ItemKind::LookedUpAccounts
            && matches!(self.end, End::Complete)
            && self.summary.items() == 0
    }

    fn done(&self) -> u64 {
        self.summary.done + self.summary.pending
    }

    fn progress(&self) -> String {
        let done = self.done();
        match (self.total, self.not_sent()) {
            (Some(total), Some(left)) => format!("{done} of {total} done, {left} not sent"),
            _ => format!("{done} done, the rest of the list was not sent"),
        }
    }
}
