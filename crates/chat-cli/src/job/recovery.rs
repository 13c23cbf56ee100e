use chat_admin::{Journal, Plan};

use super::{CommandLine, Over, Subject, command_line::quoted};

/// How a job goes on that did not come to its end, or did not succeed in full.
#[derive(Debug)]
pub(super) struct Recovery {
    /// How it goes on from its journal, if it has one.
    from_journal: Option<String>,
    over: Over,
    is_safe_to_repeat: bool,
}

impl Recovery {
    pub(super) fn of(journal: Option<&Journal>, plan: &Plan, subject: Subject) -> Self {
        let from_journal = journal.map(|journal| from_journal(journal, subject.is_piped));
        let is_safe_to_repeat = plan.calls.iter().all(|calls| calls.is_safe_to_repeat);
        Self { from_journal, over: subject.over, is_safe_to_repeat }
    }

    /// What to do about a job that ended early.
    pub(super) fn of_the_rest(&self) -> String {
        if let Some(how) = &self.from_journal {
            return how.clone();
        }
        match self.over {
            Over::AccountsLookedUp => AGAIN.to_owned(),
            Over::Records => format!("in a new run {RECORDS_AGAIN} ({NEXT_TIME})"),
            Over::Accounts if self.is_safe_to_repeat => {
                format!("run it again with the whole list; a repeat is safe ({NEXT_TIME})")
            }
            Over::Accounts => format!(
                "the report names what is not known to be done; look before doing it again \
                 ({NEXT_TIME})"
            ),
        }
    }

    /// What to do about items that failed for a reason that may pass.
    pub(super) fn of_failures(&self) -> String {
        let how = match (&self.from_journal, self.over) {
            (Some(how), _) => how,
            (None, Over::AccountsLookedUp) => AGAIN,
            (None, _) => return format!("the report says which and why ({NEXT_TIME})"),
        };
        format!("the report says which and why; {how}")
    }

    /// What to do about a mistake in the input, of which a part was sent.
    pub(super) fn of_mistake(&self) -> String {
        match (&self.from_journal, self.over) {
            (Some(how), Over::Records) => format!("correct it; then {how}"),
            (None, Over::Records) => format!("correct it; in a new run {RECORDS_AGAIN}"),
            _ if self.is_safe_to_repeat => {
                "correct it and run a new job with the whole list; a repeat is safe".to_owned()
            }
            _ => "correct it, and look at what was done before the rest is sent".to_owned(),
        }
    }
}

fn from_journal(journal: &Journal, is_piped: bool) -> String {
    if CommandLine::from_note(journal.note()).is_none() {
        return "the same command line with --resume goes on with it".to_owned();
    }
    let path = journal.path().to_string_lossy();
    let command = format!("`chatctl bulk resume {}`", quoted(&path));
    if is_piped {
        format!("pipe the same list into {command} to go on")
    } else {
        format!("{command} goes on with it")
    }
}

const NEXT_TIME: &str = "with --journal FILE a job can be resumed";

const AGAIN: &str = "run it again: it does what is left";

const RECORDS_AGAIN: &str = "accounts, groups and members that are there do no harm, and messages that are there are refused";
