//! Kills a job while it reads its journal and skips what is done, before it sends anything.

use std::{
    fs::OpenOptions,
    io::Write as _,
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;

use crate::{
    job::{BATCH_SIZE, CONCURRENCY},
    setup::{CHUNKS, Setup},
    verify::{ReceivedChunks, check_report},
};

pub(crate) fn check(setup: &Setup, seed: u64) {
    let mut random = Rng::with_seed(seed);
    let mut process = setup.resume();
    process.wait_until_sent(CHUNKS / 2);
    assert!(process.kill());
    let mut kills = 2;
    let resuming = time_to_resume(setup);
    let mut hits = 0;
    while hits < HITS {
        assert!(
            kills < MAX_KILLS,
            "the machine is too busy: only {hits} of {kills} kills came in time"
        );
        append_partial_line(setup, &mut random);
        let (_, before) = setup.journal();
        let received = setup.received();
        let mut process = setup.resume();
        process.wait_until_resuming();
        thread::sleep(resuming.mul_f64(random.f64()));
        assert!(process.kill(), "the job ended before its time");
        kills += 1;
        let has_sent = setup.received() > received;
        let (_, after) = setup.journal();
        let context = format!("{before:?} became {after:?}");
        assert!(after.done >= before.done && after.unknown >= before.unknown, "{context}");
        if !has_sent {
            // A few calls may have been recorded but not received.
            let most = before.items() + (CONCURRENCY * BATCH_SIZE) as u64;
            assert!(after.items() <= most, "{context}");
            hits += 1;
        }
    }
    let report = setup.resume().report();
    let mut seen = ReceivedChunks::default();
    seen.update(setup);
    check_report(setup, &report, &seen, kills);
    println!(
        "resuming takes {resuming:?}; {hits} of {kills} kills came before the first request, {}",
        report["summary"]
    );
}

/// Returns the time from opening the journal to the first request, after which it is killed.
fn time_to_resume(setup: &Setup) -> Duration {
    let mut process = setup.resume();
    process.wait_until_resuming();
    let start = Instant::now();
    process.wait_until_sent(1);
    let time = start.elapsed();
    assert!(process.kill());
    time
}

/// Appends the beginning of a line to the journal, as a power cut may leave it.
fn append_partial_line(setup: &Setup, random: &mut Rng) {
    let line = br#"{"sent":{"chunk":1999,"length":5,"digest":"00000000000000000000000000000000""#;
    let mut journal = OpenOptions::new().append(true).open(setup.journal_path()).unwrap();
    journal.write_all(&line[..random.usize(..line.len())]).unwrap();
}

/// The number of kills that must come before the first request.
const HITS: usize = 12;
const MAX_KILLS: usize = 80;
