//! Duplicates of one receiver, in memory.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_channel::{Receiver, Sender};
use bytes::Bytes;
use chat_types::clock::{Clock, SystemClock};

use super::{BoxFuture, Claim, Duplicates, DuplicatesError, EventKey};

/// Remembers webhooks in memory, for a program with one receiver.
///
/// It is bounded in time and in number: when it is full, it forgets the oldest webhook. An entry takes
/// about 200 bytes and the response.
///
/// ```
/// use std::time::Duration;
///
/// use chat_webhook::{MemoryDuplicates, WebhookReceiver};
///
/// let duplicates = MemoryDuplicates::new(Duration::from_secs(600), 100_000);
/// let builder = WebhookReceiver::builder(1_400_000_000).duplicates(duplicates);
/// ```
pub struct MemoryDuplicates {
    window: Duration,
    max_entries: usize,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: HashMap<EventKey, Entry>,
    /// The keys by their claims, the oldest first, each with the number of its claim.
    order: VecDeque<(EventKey, u64)>,
    claims: u64,
}

struct Entry {
    claim: u64,
    /// In Unix milliseconds.
    expires_at: u64,
    progress: Progress,
}

enum Progress {
    /// The channel is closed when that ends. Nothing is ever sent.
    Running {
        _end: Sender<()>,
        ended: Receiver<()>,
    },
    Done(Bytes),
}

impl MemoryDuplicates {
    /// Creates a store that remembers a webhook for `window`, and at most `max_entries` of them, at
    /// least one.
    ///
    /// How long after the first attempt the service repeats a webhook is not documented. Ten minutes
    /// and as many entries as webhooks come in that time are a safe choice.
    pub fn new(window: Duration, max_entries: usize) -> Self {
        Self {
            window,
            max_entries: max_entries.max(1),
            clock: Arc::new(SystemClock),
            state: Mutex::default(),
        }
    }

    /// Sets the clock by which webhooks are forgotten. The default is the clock of the machine.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Returns the number of webhooks that are remembered.
    pub fn len(&self) -> usize {
        self.state().entries.len()
    }

    /// Returns whether no webhook is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn claim_now(&self, key: &EventKey) -> Attempt {
        let now = self.clock.unix_millis();
        let mut state = self.state();
        state.forget(now, self.max_entries);
        match state.entries.get(key) {
            Some(Entry { expires_at, progress, .. }) if *expires_at > now => match progress {
                Progress::Done(response) => {
                    return Attempt::Claimed(Claim::Repeat(response.clone()));
                }
                Progress::Running { ended, .. } => return Attempt::Wait(ended.clone()),
            },
            _ => {}
        }
        state.claims += 1;
        let claim = state.claims;
        let (end, ended) = async_channel::bounded(1);
        let progress = Progress::Running { _end: end, ended };
        let expires_at = now.saturating_add(millis(CLAIM));
        state.entries.insert(*key, Entry { claim, expires_at, progress });
        state.order.push_back((*key, claim));
        Attempt::Claimed(Claim::First)
    }

    fn complete_now(&self, key: &EventKey, response: Bytes) {
        let expires_at = self.clock.unix_millis().saturating_add(millis(self.window));
        if let Some(entry) = self.state().entries.get_mut(key)
            && matches!(entry.progress, Progress::Running { .. })
        {
            entry.expires_at = expires_at;
            entry.progress = Progress::Done(response);
        }
    }

    fn release_now(&self, key: &EventKey) {
        let mut state = self.state();
        let is_running = |entry: &Entry| matches!(entry.progress, Progress::Running { .. });
        if state.entries.get(key).is_some_and(is_running) {
            state.entries.remove(key);
        }
    }

    /// Nothing panics while holding the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Attempt {
    Claimed(Claim),
    Wait(Receiver<()>),
}

impl State {
    /// Removes what is over, and the oldest entry if there is no room for another one.
    fn forget(&mut self, now: u64, max_entries: usize) {
        while let Some((key, claim)) = self.order.front() {
            let entry = self.entries.get(key).filter(|entry| entry.claim == *claim);
            match entry {
                Some(entry) if entry.expires_at > now && self.order.len() < max_entries => return,
                Some(_) => drop(self.entries.remove(key)),
                // It was released, or claimed again later.
                None => {}
            }
            self.order.pop_front();
        }
    }
}

impl Duplicates for MemoryDuplicates {
    fn claim<'a>(&'a self, key: &'a EventKey) -> BoxFuture<'a, Result<Claim, DuplicatesError>> {
        Box::pin(async move {
            loop {
                match self.claim_now(key) {
                    Attempt::Claimed(claim) => return Ok(claim),
                    Attempt::Wait(ended) => drop(ended.recv().await),
                }
            }
        })
    }

    fn complete<'a>(
        &'a self,
        key: &'a EventKey,
        response: Bytes,
    ) -> BoxFuture<'a, Result<(), DuplicatesError>> {
        self.complete_now(key, response);
        Box::pin(std::future::ready(Ok(())))
    }

    fn release<'a>(&'a self, key: &'a EventKey) -> BoxFuture<'a, Result<(), DuplicatesError>> {
        self.release_now(key);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl fmt::Debug for MemoryDuplicates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryDuplicates")
            .field("window", &self.window)
            .field("max_entries", &self.max_entries)
            .finish_non_exhaustive()
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// How long a claim holds that is neither completed nor released. The service waits 2 seconds.
pub(super) const CLAIM: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use chat_types::{clock::ManualClock, webhook::WebhookParameters};
    use futures_util::FutureExt as _;

    use super::*;

    fn key(seq: usize) -> EventKey {
        let mut parameters = WebhookParameters::default();
        parameters.callback_command = "Group.CallbackAfterSendMsg".to_owned();
        EventKey::of(&parameters, format!(r#"{{"GroupId":"g","MsgSeq":{seq}}}"#).as_bytes())
            .unwrap()
    }

    fn store(max_entries: usize) -> (MemoryDuplicates, ManualClock) {
        let clock = ManualClock::at(1_000);
        (MemoryDuplicates::new(Duration::from_secs(60), max_entries).clock(clock.clone()), clock)
    }

    fn claim(store: &MemoryDuplicates, key: EventKey) -> Option<Claim> {
        store.claim(&key).now_or_never().map(Result::unwrap)
    }

    fn complete(store: &MemoryDuplicates, key: EventKey) {
        store.complete(&key, Bytes::from_static(b"{}")).now_or_never().unwrap().unwrap();
    }

    fn repeat() -> Option<Claim> {
        Some(Claim::Repeat(Bytes::from_static(b"{}")))
    }

    #[test]
    fn repeat_gets_the_response_within_the_window() {
        let (store, clock) = store(10);
        assert_eq!(claim(&store, key(1)), Some(Claim::First));
        complete(&store, key(1));
        clock.advance_seconds(59);
        assert_eq!(claim(&store, key(1)), repeat());
        assert_eq!(claim(&store, key(2)), Some(Claim::First));
        clock.advance_seconds(1);
        assert_eq!(claim(&store, key(1)), Some(Claim::First));
    }

    #[test]
    fn repeat_waits_while_the_first_is_handled() {
        let (store, _) = store(10);
        assert_eq!(claim(&store, key(1)), Some(Claim::First));
        let first = key(1);
        let mut waiting = store.claim(&first);
        assert_eq!((&mut waiting).now_or_never().map(Result::unwrap), None);
        complete(&store, key(1));
        assert_eq!(waiting.now_or_never().map(Result::unwrap), repeat());
    }

    #[test]
    fn one_of_those_that_wait_takes_over_a_released_claim() {
        let (store, _) = store(10);
        let first = key(1);
        assert_eq!(claim(&store, first), Some(Claim::First));
        let (mut second, mut third) = (store.claim(&first), store.claim(&first));
        assert!((&mut second).now_or_never().is_none() && (&mut third).now_or_never().is_none());
        store.release(&first).now_or_never().unwrap().unwrap();
        assert_eq!((&mut third).now_or_never().map(Result::unwrap), Some(Claim::First));
        assert!((&mut second).now_or_never().is_none());
    }

    #[test]
    fn claim_of_a_receiver_that_is_gone_ends() {
        let (store, clock) = store(10);
        assert_eq!(claim(&store, key(1)), Some(Claim::First));
        assert_eq!(claim(&store, key(1)), None);
        clock.advance_seconds(5);
        assert_eq!(claim(&store, key(1)), Some(Claim::First));
        complete(&store, key(1));
        assert_eq!(claim(&store, key(1)), repeat());
    }

    #[test]
    fn oldest_is_forgotten_when_the_store_is_full() {
        let (store, _) = store(3);
        for seq in 0..1_000 {
            assert_eq!(claim(&store, key(seq)), Some(Claim::First));
            complete(&store, key(seq));
            assert!(store.len() <= 3);
        }
        assert_eq!(claim(&store, key(999)), repeat());
        assert_eq!(claim(&store, key(0)), Some(Claim::First));
    }

    #[test]
    fn claims_and_releases_leave_nothing_behind() {
        let (store, _) = store(3);
        for _ in 0..1_000 {
            assert_eq!(claim(&store, key(1)), Some(Claim::First));
            store.release(&key(1)).now_or_never().unwrap().unwrap();
        }
        assert!(store.is_empty());
        assert!(store.state().order.len() <= 3);
    }
}
