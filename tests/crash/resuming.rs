//! Killed while it reads its journal and finds its place in the input, and has sent nothing yet.

use std::{
    fs::OpenOptions,
    io::Write as _,
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;

use crate::{
    job::{AT_ONCE, PER_CALL},
    stage::{CHUNKS, Stage},
    witness::{Sightings, check_report},
};

pub(crate) fn check(stage: &Stage, seed: u64) {
    let mut random = Rng::with_seed(seed);
    let mut life = stage.go_on();
    life.until_it_sent(CHUNKS / 2);
    assert!(life.kill());
    let mut kills = 2;
    let resuming = time_to_resume(stage);
    let mut hits = 0;
    while hits < HITS {
        assert!(
            kills < MOST_KILLS,
            "the machine is too busy: {hits} of {kills} kills came in time"
        );
        tear_off(stage, &mut random);
        let (_, before) = stage.journal();
        let received = stage.received();
        let mut life = stage.go_on();
        life.until_it_resumes();
        thread::sleep(resuming.mul_f64(random.f64()));
        assert!(life.kill(), "the job ended before its time");
        kills += 1;
        let has_sent = stage.received() > received;
        let (_, after) = stage.journal();
        let context = format!("{before:?} became {after:?}");
        assert!(after.done >= before.done && after.unknown >= before.unknown, "{context}");
        if !has_sent {
            // A few calls may be on their way.
            let most = before.items() + (AT_ONCE * PER_CALL) as u64;
            assert!(after.items() <= most, "{context}");
            hits += 1;
        }
    }
    let report = stage.go_on().report();
    let mut seen = Sightings::default();
    seen.update(stage);
    check_report(stage, &report, &seen, kills);
    println!(
        "resuming takes {resuming:?}; {hits} of {kills} kills came before the first request, {}",
        report["summary"]
    );
}

/// From the opening of the journal to the first request. It is killed then.
fn time_to_resume(stage: &Stage) -> Duration {
    let mut life = stage.go_on();
    life.until_it_resumes();
    let start = Instant::now();
    life.until_it_sent(1);
    let time = start.elapsed();
    assert!(life.kill());
    time
}

/// Leaves the beginning of a line at the end of the journal, as a power cut may.
fn tear_off(stage: &Stage, random: &mut Rng) {
    let line = br#"{"sent":{"chunk":1999,"of":5,"digest":"00000000000000000000000000000000""#;
    let mut journal = OpenOptions::new().append(true).open(stage.journal_path()).unwrap();
    journal.write_all(&line[..random.usize(..line.len())]).unwrap();
}

/// Kills that must come before the first request.
const HITS: usize = 12;
const MOST_KILLS: usize = 80;
