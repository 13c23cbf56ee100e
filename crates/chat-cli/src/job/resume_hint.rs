//! What to do about a job that ended early or whose items failed.

use chat_admin::{Journal, Plan};

use super::{
    command_line::{CommandLine, shell_quoted},
    label::{ItemKind, JobLabel},
};

/// Says how a job continues that ended early or whose items failed.
#[derive(Debug)]
pub(super) struct ResumeHint {
    sentences: Sentences,
    /// Takes the place of `{resume}`: how the job is resumed from its journal.
    resume: String,
}

/// One row of the table: a sentence for each way in which a job ends without success.
#[derive(Debug)]
struct Sentences {
    /// The job was stopped, or could not continue.
    stopped: &'static str,
    /// Items failed for a reason that may pass.
    failed: &'static str,
    /// The input has a mistake, and items before it were sent.
    invalid_input: &'static str,
}

impl ResumeHint {
    pub(super) fn new(journal: Option<&Journal>, plan: &Plan, label: JobLabel) -> Self {
        let is_safe_to_repeat = plan.calls.iter().all(|calls| calls.is_safe_to_repeat);
        Self {
            sentences: Sentences::new(label.item_kind, journal.is_some(), is_safe_to_repeat),
            resume: journal.map(|journal| how_to_resume(journal, label)).unwrap_or_default(),
        }
    }

    /// Returns what to do about a job that ended early.
    pub(super) fn after_stop(&self) -> String {
        self.fill(self.sentences.stopped)
    }

    /// Returns what to do about items that failed for a reason that may pass.
    pub(super) fn after_failures(&self) -> String {
        self.fill(self.sentences.failed)
    }

    /// Returns what to do about a mistake in an input whose first items were sent.
    pub(super) fn after_invalid_input(&self) -> String {
        self.fill(self.sentences.invalid_input)
    }

    fn fill(&self, sentence: &str) -> String {
        sentence.replace("{resume}", &self.resume)
    }
}

impl Sentences {
    fn new(kind: ItemKind, has_journal: bool, is_safe_to_repeat: bool) -> Self {
        match (kind, has_journal, is_safe_to_repeat) {
            (ItemKind::LookedUpAccounts, ..) => Self {
                stopped: "run it again to do the rest",
                failed: "the report lists them; run it again to retry",
                invalid_input: "correct it and run it again",
            },
            (ItemKind::Records, true, _) => Self {
                stopped: "{resume}",
                failed: "the report lists them; {resume}",
                invalid_input: "correct it; {resume}",
            },
            (ItemKind::Records, false, _) => Self {
                stopped: "run it again to continue: what exists already does no harm (with --journal \
                          FILE a job can be resumed)",
                failed: "the report lists them (with --journal FILE a job can be resumed)",
                invalid_input: "correct it and run it again: what exists already does no harm",
            },
            (ItemKind::Accounts, true, true) => Self {
                stopped: "{resume}",
                failed: "the report lists them; {resume}",
                invalid_input: "correct it and run a new job with the whole list; repeating calls \
                                is safe",
            },
            (ItemKind::Accounts, true, false) => Self {
                stopped: "{resume}",
                failed: "the report lists them; {resume}",
                invalid_input: "correct it, and check what was done before you send the rest",
            },
            (ItemKind::Accounts, false, true) => Self {
                stopped: "run it again with the whole list; repeating calls is safe (with \
                          --journal FILE a job can be resumed)",
                failed: "the report lists them (with --journal FILE a job can be resumed)",
                invalid_input: "correct it and run a new job with the whole list; repeating calls \
                                is safe",
            },
            (ItemKind::Accounts, false, false) => Self {
                stopped: "the report lists the items that may not be done; check them before you \
                          repeat them (with --journal FILE a job can be resumed)",
                failed: "the report lists them (with --journal FILE a job can be resumed)",
                invalid_input: "correct it, and check what was done before you send the rest",
            },
        }
    }
}

fn how_to_resume(journal: &Journal, label: JobLabel) -> String {
    if CommandLine::from_note(journal.note()).is_none() {
        return "to resume, run the same command line with --resume".to_owned();
    }
    let command = format!("`chatctl bulk resume {}`", shell_quoted(&journal.name()));
    if label.is_piped {
        format!("to resume, pipe the same list into {command}")
    } else {
        format!("to resume, run {command}")
    }
}
