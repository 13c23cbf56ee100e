//! Kills a job at fifty moments, spread over its whole run.

use std::{thread, time::Duration};

use fastrand::Rng;

use crate::{
    job::{BATCH_SIZE, CONCURRENCY},
    setup::{CHUNKS, Setup},
    verify::{ReceivedChunks, check_report},
};

pub(crate) fn check(setup: &Setup, seed: u64) {
    let mut random = Rng::with_seed(seed);
    let mut moments: Vec<usize> = (0..KILLS).map(|_| random.usize(..=CHUNKS)).collect();
    moments.sort_unstable();
    let mut progress = Progress::default();
    let mut waiting = moments.iter().peekable();
    while let Some(&&moment) = waiting.peek() {
        // The number of further requests until that many chunks are settled. With 0 the process is
        // killed as soon as it exists.
        let further = moment.saturating_sub(progress.settled_chunks());
        let mut process = setup.resume();
        process.wait_until_sent(further);
        thread::sleep(Duration::from_micros(random.u64(..1_000)));
        if process.kill() {
            waiting.next();
            progress.kills += 1;
        }
        progress.check(setup);
    }
    assert_eq!(progress.kills, KILLS);
    let report = setup.resume().report();
    progress.seen.update(setup);
    check_report(setup, &report, &progress.seen, progress.kills);
    println!(
        "{}: killed {} times, {} requests, {} chunks sent more than once, {}",
        setup.job.name(),
        progress.kills,
        setup.received(),
        progress.seen.repeated(),
        report["summary"],
    );
}

/// What the journal contained after the last kill.
#[derive(Debug, Default)]
struct Progress {
    kills: usize,
    done: u64,
    unknown: u64,
    seen: ReceivedChunks,
}

impl Progress {
    fn settled_chunks(&self) -> usize {
        usize::try_from(self.done + self.unknown).unwrap() / BATCH_SIZE
    }

    /// Checks what must be true of a journal at any moment.
    fn check(&mut self, setup: &Setup) {
        // In this order, because what is done was received before.
        let (items, journal) = setup.journal();
        self.seen.update(setup);
        let received = (self.seen.chunks() * BATCH_SIZE) as u64;
        let in_flight = (CONCURRENCY * BATCH_SIZE) as u64;
        let context = format!("after kill {}: {journal:?}, {received} received", self.kills);

        assert_eq!((journal.failed, journal.pending), (0, 0), "{context}");
        assert!(journal.done <= received, "{context}");
        assert!(journal.done >= self.done, "a done item was forgotten; {context}");
        if setup.job.is_safe_to_repeat() {
            assert_eq!(journal.unknown, 0, "{context}");
            assert!(received - journal.done <= in_flight, "{context}");
        } else {
            // What was sent was recorded before.
            assert!(received <= journal.done + journal.unknown, "{context}");
            assert!(journal.unknown >= self.unknown, "{context}");
            assert!(journal.unknown - self.unknown <= in_flight, "{context}");
        }
        if let Some(items) = items {
            assert_eq!(items, (CHUNKS * BATCH_SIZE) as u64, "{context}");
            assert_eq!(journal.items(), items, "{context}");
        }
        (self.done, self.unknown) = (journal.done, journal.unknown);
    }
}

const KILLS: usize = 50;
