//! The expected outcomes of calls.

use super::{Expected, Within};

/// Expects a failure of the first attempt, which reached the server and is the last.
pub(super) fn sent(sees: &'static str) -> Expected {
    Expected {
        sees,
        is_unsent: Some(false),
        is_retryable: Some(false),
        attempts: 1..=1,
        requests: 1,
        at_backup: 0,
        within: Within::NoWait,
    }
}

/// Expects a failure of this number of attempts, none of which was sent.
pub(super) fn unsent(sees: &'static str, attempts: usize) -> Expected {
    let expected = sent(sees).attempts(attempts).requests(0);
    Expected { is_unsent: Some(true), ..expected }
}

/// Expects a success with the last of this number of attempts.
pub(super) fn success(attempts: usize) -> Expected {
    Expected { is_retryable: Some(false), ..sent("Success").attempts(attempts) }
}

impl Expected {
    pub(super) fn attempts(self, attempts: usize) -> Self {
        let within = if attempts > 1 { Within::Waits } else { self.within };
        let all = attempts as u64;
        Self { attempts: all..=all, requests: attempts, within, ..self.retryable() }
    }

    /// Expects a refusal of every attempt, about one a second, until the time limit.
    pub(super) fn until_timeout(self) -> Self {
        Self { attempts: 2..=4, within: Within::SecondsWhileInTime, ..self.retryable() }
    }

    pub(super) fn retryable(self) -> Self {
        Self { is_retryable: Some(true), ..self }
    }

    pub(super) fn requests(self, requests: usize) -> Self {
        Self { requests, ..self }
    }

    pub(super) fn at_backup(self, at_backup: usize) -> Self {
        Self { at_backup, ..self }
    }

    pub(super) fn possibly_unsent(self) -> Self {
        Self { is_unsent: None, ..self }
    }

    pub(super) fn within(self, within: Within) -> Self {
        Self { within, ..self }
    }
}
