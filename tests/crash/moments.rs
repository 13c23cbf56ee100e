//! Killed at fifty moments, spread over the whole of the job.

use std::{thread, time::Duration};

use fastrand::Rng;

use crate::{
    job::{AT_ONCE, PER_CALL},
    stage::{CHUNKS, Stage},
    witness::{Sightings, check_report},
};

pub(crate) fn check(stage: &Stage, seed: u64) {
    let mut random = Rng::with_seed(seed);
    let mut moments: Vec<usize> = (0..KILLS).map(|_| random.usize(..=CHUNKS)).collect();
    moments.sort_unstable();
    let mut ledger = Ledger::default();
    let mut waiting = moments.iter().peekable();
    while let Some(&&moment) = waiting.peek() {
        // As many further requests as it takes to have that many chunks behind it. None: the
        // process is killed as soon as it is there.
        let further = moment.saturating_sub(ledger.chunks_behind());
        let mut life = stage.go_on();
        life.until_it_sent(further);
        thread::sleep(Duration::from_micros(random.u64(..1_000)));
        if life.kill() {
            waiting.next();
            ledger.kills += 1;
        }
        ledger.check(stage);
    }
    assert_eq!(ledger.kills, KILLS);
    let report = stage.go_on().report();
    ledger.seen.update(stage);
    check_report(stage, &report, &ledger.seen, ledger.kills);
    println!(
        "{}: killed {} times, {} requests, {} chunks sent more than once, {}",
        stage.job.name(),
        ledger.kills,
        stage.received(),
        ledger.seen.repeated(),
        report["summary"],
    );
}

/// What the journal had after each kill.
#[derive(Debug, Default)]
struct Ledger {
    kills: usize,
    done: u64,
    unknown: u64,
    seen: Sightings,
}

impl Ledger {
    fn chunks_behind(&self) -> usize {
        usize::try_from(self.done + self.unknown).unwrap() / PER_CALL
    }

    /// What is true of a journal at any moment.
    fn check(&mut self, stage: &Stage) {
        // In this order: whatever is done was received before.
        let (items, journal) = stage.journal();
        self.seen.update(stage);
        let received = (self.seen.chunks() * PER_CALL) as u64;
        let under_way = (AT_ONCE * PER_CALL) as u64;
        let context = format!("after kill {}: {journal:?}, {received} received", self.kills);

        assert_eq!((journal.failed, journal.pending), (0, 0), "{context}");
        assert!(journal.done <= received, "{context}");
        assert!(journal.done >= self.done, "something done was forgotten; {context}");
        if stage.job.is_safe_to_repeat() {
            assert_eq!(journal.unknown, 0, "{context}");
            assert!(received - journal.done <= under_way, "{context}");
        } else {
            // Whatever was sent was written down before.
            assert!(received <= journal.done + journal.unknown, "{context}");
            assert!(journal.unknown >= self.unknown, "{context}");
            assert!(journal.unknown - self.unknown <= under_way, "{context}");
        }
        if let Some(items) = items {
            assert_eq!(items, (CHUNKS * PER_CALL) as u64, "{context}");
            assert_eq!(journal.items(), items, "{context}");
        }
        (self.done, self.unknown) = (journal.done, journal.unknown);
    }
}

const KILLS: usize = 50;
