//! Which of a region's domains calls go to.
//!
//! Calls go to the primary domain until it fails three times with no success in between, and then
//! to the backup. From then on a call that is safe to repeat looks now and then whether the primary
//! one is back: after 5 seconds, then after twice as long each time that it is not, up to a minute.
//! Two such calls in a row have to succeed before the others follow. A primary domain that fails
//! again within a minute of its return is asked half as often as before, so that calls do not go
//! back and forth.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{base_url::BaseUrl, call::Origin};

/// The primary domain and, if there is one, the backup.
pub(crate) struct Domains {
    primary: BaseUrl,
    backup: Option<BaseUrl>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    current: Origin,
    /// Of each domain, without a success in between.
    failures: [u32; 2],
    /// When to look next whether the primary domain is back.
    probe_at: Instant,
    probe_wait: Duration,
    /// How often it was found to be back since it failed.
    found: u32,
    returned_at: Option<Instant>,
}

/// Where an attempt goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) origin: Origin,
    /// It finds out whether the primary domain is back.
    pub(crate) is_probe: bool,
}

/// What follows from an attempt.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Lesson {
    /// Another domain may serve this call: the one to avoid.
    pub(crate) detour: Option<Origin>,
    /// All calls go here from now on.
    pub(crate) moved_to: Option<Origin>,
}

impl Domains {
    pub(crate) fn new(primary: BaseUrl, backup: Option<BaseUrl>) -> Self {
        let state = State {
            current: Origin::Primary,
            failures: [0; 2],
            probe_at: Instant::now(),
            probe_wait: FIRST_PROBE,
            found: 0,
            returned_at: None,
        };
        Self { primary, backup, state: Mutex::new(state) }
    }

    pub(crate) fn primary(&self) -> &BaseUrl {
        &self.primary
    }

    pub(crate) fn backup(&self) -> Option<&BaseUrl> {
        self.backup.as_ref()
    }

    pub(crate) fn url(&self, origin: Origin) -> &BaseUrl {
        match origin {
            Origin::Primary => &self.primary,
            Origin::Backup => self.backup.as_ref().unwrap_or(&self.primary),
        }
    }

    pub(crate) fn choose(&self, avoid: Option<Origin>, may_probe: impl FnOnce() -> bool) -> Choice {
        let straight = |origin| Choice { origin, is_probe: false };
        if self.backup().is_none() {
            return straight(Origin::Primary);
        }
        let mut state = self.state();
        let now = Instant::now();
        if let Some(origin) = avoid {
            return straight(other(origin));
        }
        if state.current == Origin::Backup && state.probe_at <= now && may_probe() {
            state.probe_at = now + state.probe_wait;
            return Choice { origin: Origin::Primary, is_probe: true };
        }
        straight(state.current)
    }

    pub(crate) fn learn(&self, choice: Choice, is_up: bool) -> Lesson {
        if self.backup().is_none() {
            return Lesson::default();
        }
        let mut state = self.state();
        if is_up {
            return Lesson { detour: None, moved_to: state.note_success(choice) };
        }
        let moved_to = state.note_failure(choice);
        let other_works = state.failures[other(choice.origin) as usize] == 0;
        Lesson { detour: other_works.then_some(choice.origin), moved_to }
    }

    /// Nothing in here panics under the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn note_success(&mut self, choice: Choice) -> Option<Origin> {
        self.failures[choice.origin as usize] = 0;
        if !choice.is_probe || self.current == Origin::Primary {
            return None;
        }
        let now = Instant::now();
        self.found += 1;
        if self.found < PROBES_TO_RETURN {
            self.probe_at = now + SECOND_LOOK;
            return None;
        }
        self.current = Origin::Primary;
        self.returned_at = Some(now);
        Some(Origin::Primary)
    }

    fn note_failure(&mut self, choice: Choice) -> Option<Origin> {
        let now = Instant::now();
        let failures = &mut self.failures[choice.origin as usize];
        *failures = failures.saturating_add(1);
        if choice.is_probe {
            self.found = 0;
            self.probe_wait = LONGEST_PROBE.min(2 * self.probe_wait);
            self.probe_at = now + self.probe_wait;
        }
        if choice.origin != self.current || *failures < FAILURES_TO_MOVE {
            return None;
        }
        self.current = other(choice.origin);
        self.failures[self.current as usize] = 0;
        if self.current == Origin::Backup {
            self.found = 0;
            let is_stable = self.returned_at.is_none_or(|at| at + LONGEST_PROBE < now);
            self.probe_wait =
                if is_stable { FIRST_PROBE } else { LONGEST_PROBE.min(2 * self.probe_wait) };
            self.probe_at = now + self.probe_wait;
        }
        Some(self.current)
    }
}

fn other(origin: Origin) -> Origin {
    match origin {
        Origin::Primary => Origin::Backup,
        Origin::Backup => Origin::Primary,
    }
}

const FAILURES_TO_MOVE: u32 = 3;
const PROBES_TO_RETURN: u32 = 2;
const FIRST_PROBE: Duration = Duration::from_secs(5);
const SECOND_LOOK: Duration = Duration::from_secs(1);
const LONGEST_PROBE: Duration = Duration::from_secs(60);

/// How much of a call's time looking whether a domain is back may take.
pub(crate) const PROBE_LIMIT: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests;
