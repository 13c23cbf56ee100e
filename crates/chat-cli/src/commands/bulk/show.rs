//! `chatctl bulk show`.

use chat_admin::JournalSummary;
use clap::Args;
use serde_json::{Value, json};

use crate::{
    complete,
    error::{Error, Exit},
    job::{CommandLine, JournalLocation},
    output::{Output, one_line, table},
};

/// Show the job of a journal and its progress
///
/// Sends nothing. The job may be running. An account whose response is missing counts as unknown
/// until the job is resumed.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl bulk show mute.journal")]
pub(crate) struct Show {
    /// Journal of the job, a file or redis://HOST:PORT/DB/KEY
    #[arg(value_name = "JOURNAL", value_parser = JournalLocation::parser(),
          add = complete::journals())]
    journal: JournalLocation,
}

impl Show {
    pub(super) async fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let journal = self.journal.read(Error::read_journal).await?;
        let command = CommandLine::from_note(&journal.note);
        if out.is_json() {
            out.json(&self.to_json(&journal, command.as_ref()))?;
        } else {
            self.print(&journal, command.as_ref(), out)?;
        }
        Ok(Exit::Done)
    }

    fn to_json(&self, journal: &JournalSummary, command: Option<&CommandLine>) -> Value {
        let summary = &journal.summary;
        json!({
            "journal": self.journal.to_string(),
            "sdkappid": journal.sdk_app_id,
            "job": journal.job,
            "command": command.map(CommandLine::arguments),
            "directory": command.and_then(CommandLine::directory),
            "items": journal.items,
            "ended": journal.items.is_some(),
            "complete": is_complete(journal),
            "summary": {
                "done": summary.done,
                "pending": summary.pending,
                "failed": summary.failed,
                "unknown": summary.unknown,
                "remaining": journal.remaining,
            },
        })
    }

    fn print(
        &self,
        journal: &JournalSummary,
        command: Option<&CommandLine>,
        out: &mut Output,
    ) -> Result<(), Error> {
        let summary = &journal.summary;
        let mut rows = table(["JOURNAL", &self.journal.to_string()]);
        rows.add_row(["app", &journal.sdk_app_id.to_string()]);
        for (name, value) in journal.job.as_object().into_iter().flatten() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            rows.add_row([name, &one_line(&text).to_string()]);
        }
        if let Some(command) = command {
            rows.add_row(["command", &one_line(&command.to_string()).to_string()]);
        }
        for (name, count) in [
            ("done", summary.done),
            ("pending", summary.pending),
            ("failed", summary.failed),
            ("unknown", summary.unknown),
        ] {
            rows.add_row([name, &count.to_string()]);
        }
        let state = match journal.items {
            Some(items) if is_complete(journal) => format!("complete: all {items} items are done"),
            Some(items) if journal.remaining == 0 => {
                format!("ended: all {items} items have an outcome; nothing is left to resume")
            }
            Some(items) => format!(
                "ended: all {items} items have an outcome; `bulk resume` tries {} of them again",
                journal.remaining
            ),
            None => "did not end".to_owned(),
        };
        rows.add_row(["state", &state]);
        out.table(&rows)
    }
}

fn is_complete(journal: &JournalSummary) -> bool {
    journal.items.is_some_and(|items| items == journal.summary.items())
        && journal.summary.is_complete()
}
