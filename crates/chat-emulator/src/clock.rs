//! The clock of an emulator: that of its builder, until it is set, advanced or frozen.

use std::{
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use chat_types::{UnixSeconds, clock::Clock};

use crate::{
    data::{Journal, LoggedClock},
    lock::lock,
};

/// The clock of an emulator, from [`Emulator::clock`](crate::Emulator::clock): the time by which
/// UserSigs expire, mutes and bans end, scheduled pushes are sent and messages are stamped, and the `Date`
/// of responses.
///
/// It follows the clock of [`EmulatorBuilder::clock`](crate::EmulatorBuilder::clock) until it is set,
/// advanced or frozen. Quotas keep following that clock, so that a frozen emulator still accepts calls at
/// the documented rate. Clones refer to the same clock.
///
/// ```
/// use std::time::Duration;
///
/// use chat_emulator::{Clock, Emulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::start().await?;
/// let clock = emulator.clock();
/// clock.freeze();
/// let start = clock.now();
/// // … the code under test mutes an account for a minute …
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), start.after(60), "the mute has ended");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct EmulatorClock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: Arc<dyn Clock>,
    /// Added to the time of the source while the clock runs, in milliseconds.
    offset: AtomicI64,
    /// The time that the clock shows while it is frozen, or [`RUNNING`].
    frozen_at: AtomicU64,
    /// Changes are made one at a time; the time is read without a lock.
    changing: Mutex<()>,
    /// The log of changes, if there is a data directory.
    journal: OnceLock<Arc<Journal>>,
}

const RUNNING: u64 = u64::MAX;

impl EmulatorClock {
    pub(crate) fn new(source: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            source,
            offset: AtomicI64::new(0),
            frozen_at: AtomicU64::new(RUNNING),
            changing: Mutex::default(),
            journal: OnceLock::new(),
        }))
    }

    /// Sets the time, also to an earlier one. A frozen clock stays frozen.
    pub fn set(&self, time: UnixSeconds) {
        self.change(|_| time.get().saturating_mul(1_000));
    }

    /// Advances the time, which a frozen clock keeps showing.
    pub fn advance(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.change(|now| now.saturating_add(millis));
    }

    /// Stops the clock at the current time. Does nothing if it is frozen.
    pub fn freeze(&self) {
        let _changing = lock(&self.0.changing);
        self.0.frozen_at.store(self.unix_millis().min(RUNNING - 1), Ordering::SeqCst);
        self.log();
    }

    /// Lets a frozen clock run again, from the time that it shows. Does nothing if it runs.
    pub fn resume(&self) {
        let _changing = lock(&self.0.changing);
        if self.is_frozen() {
            self.run_from(self.unix_millis());
            self.0.frozen_at.store(RUNNING, Ordering::SeqCst);
            self.log();
        }
    }

    /// Makes the clock follow that of the builder again, as at the start.
    pub fn reset(&self) {
        let _changing = lock(&self.0.changing);
        self.set_to(LoggedClock::default());
        self.log();
    }

    /// Returns whether the clock is frozen.
    pub fn is_frozen(&self) -> bool {
        self.0.frozen_at.load(Ordering::SeqCst) != RUNNING
    }

    /// Returns the time by which calls count against quotas: that of the clock of the builder.
    pub(crate) fn quota_millis(&self) -> u64 {
        self.0.source.unix_millis()
    }

    /// Returns the clock as the log has it.
    pub(crate) fn to_logged(&self) -> LoggedClock {
        let frozen_at = self.0.frozen_at.load(Ordering::SeqCst);
        LoggedClock {
            offset: self.0.offset.load(Ordering::SeqCst),
            frozen_at: (frozen_at != RUNNING).then_some(frozen_at),
        }
    }

    /// Makes the clock what the log says.
    pub(crate) fn restore(&self, logged: LoggedClock) {
        let _changing = lock(&self.0.changing);
        self.set_to(logged);
    }

    /// Logs all changes from now on.
    pub(crate) fn log_changes_to(&self, journal: Arc<Journal>) {
        // It is set once, at the start.
        let _ = self.0.journal.set(journal);
    }

    fn log(&self) {
        if let Some(journal) = self.0.journal.get() {
            journal.append_clock(self.to_logged());
        }
    }

    fn set_to(&self, LoggedClock { offset, frozen_at }: LoggedClock) {
        self.0.offset.store(offset, Ordering::SeqCst);
        self.0.frozen_at.store(frozen_at.unwrap_or(RUNNING), Ordering::SeqCst);
    }

    fn change(&self, change: impl FnOnce(u64) -> u64) {
        let _changing = lock(&self.0.changing);
        let time = change(self.unix_millis());
        if self.is_frozen() {
            self.0.frozen_at.store(time.min(RUNNING - 1), Ordering::SeqCst);
        } else {
            self.run_from(time);
        }
        self.log();
    }

    fn run_from(&self, time: u64) {
        let offset = i128::from(time) - i128::from(self.0.source.unix_millis());
        let offset = i64::try_from(offset).unwrap_or(if offset > 0 { i64::MAX } else { i64::MIN });
        self.0.offset.store(offset, Ordering::SeqCst);
    }
}

impl Clock for EmulatorClock {
    fn unix_millis(&self) -> u64 {
        match self.0.frozen_at.load(Ordering::SeqCst) {
            RUNNING => {
                let offset = self.0.offset.load(Ordering::SeqCst);
                self.0.source.unix_millis().saturating_add_signed(offset)
            }
            frozen_at => frozen_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use chat_types::clock::ManualClock;

    use super::*;

    fn clock() -> (ManualClock, EmulatorClock) {
        let source = ManualClock::at(1_000);
        (source.clone(), EmulatorClock::new(Arc::new(source)))
    }

    #[test]
    fn running_clock_follows_its_source_from_the_time_that_was_set() {
        let (source, clock) = clock();
        source.advance_seconds(5);
        assert_eq!(clock.now().get(), 1_005);
        clock.set(UnixSeconds::new(500));
        source.advance_seconds(5);
        assert_eq!(clock.now().get(), 505, "also an earlier time");
        clock.advance(Duration::from_millis(60_500));
        assert_eq!(clock.unix_millis(), 565_500);
        assert_eq!(clock.quota_millis(), 1_010_000, "quotas follow the source");
        clock.reset();
        assert_eq!(clock.now().get(), 1_010);
    }

    #[test]
    fn frozen_clock_moves_only_when_it_is_changed() {
        let (source, clock) = clock();
        clock.freeze();
        source.advance_seconds(5);
        clock.freeze();
        assert_eq!((clock.now().get(), clock.is_frozen()), (1_000, true));
        clock.advance(Duration::from_secs(60));
        assert_eq!((clock.now().get(), clock.is_frozen()), (1_060, true));
        clock.set(UnixSeconds::new(10));
        clock.resume();
        clock.resume();
        source.advance_seconds(5);
        assert_eq!((clock.now().get(), clock.is_frozen()), (15, false));
        clock.freeze();
        clock.reset();
        assert_eq!((clock.now().get(), clock.is_frozen()), (1_010, false));
    }

    #[test]
    fn any_time_can_be_set() {
        let (_, clock) = clock();
        for frozen in [false, true] {
            if frozen {
                clock.freeze();
            }
            clock.set(UnixSeconds::new(u64::MAX));
            clock.advance(Duration::MAX);
            assert!(clock.now().get() > 9_000_000_000_000, "{frozen}");
            assert_eq!(clock.is_frozen(), frozen);
            clock.set(UnixSeconds::new(0));
            assert_eq!(clock.now().get(), 0);
        }
    }
}
