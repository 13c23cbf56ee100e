//! Client, quota, job and service together, in virtual time, over a network that fails as a seed decides.
//!
//! 1. [`world`] is one run: the emulator, the clock, and the processes with their clients.
//! 2. [`network`] carries the requests, late, or not, or without their responses.
//! 3. [`scenario`] decides by the seed what the processes do, and when they are killed.
//! 4. [`verdict`] compares the reports with what the service did.
//!
//! `endurance` makes calls for a day instead, and looks at what the process holds.
//!
//! What fails prints its seed, and `SIMULATION_SEED=7 cargo test -p chat-tests --test simulation` plays it
//! again, call by call. `SIMULATION_SEEDS=100000` plays more of them.
#![allow(clippy::unwrap_used, reason = "a test that cannot continue has failed")]
#![allow(clippy::panic, reason = "a test that cannot continue has failed")]

#[cfg(target_os = "linux")]
mod endurance;
mod network;
mod scenario;
mod verdict;
mod world;

use std::{ops::Range, panic::AssertUnwindSafe};

use crate::{scenario::Scenario, world::World};

/// Returns the number of an environment variable.
fn variable(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")))
}

fn seeds() -> Range<u64> {
    match variable("SIMULATION_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..variable("SIMULATION_SEEDS").unwrap_or(1_000),
    }
}

/// Plays a seed, and returns what crossed the network and when.
#[expect(clippy::print_stdout, reason = "the seed of a failure")]
fn play(seed: u64) -> Vec<String> {
    let scenario = Scenario::new(seed);
    let played = std::panic::catch_unwind(AssertUnwindSafe(|| World::play(&scenario)));
    played.unwrap_or_else(|panic| {
        // The message of the panic is above this one.
        println!("seed {seed} failed: {scenario:?}; play it with SIMULATION_SEED={seed}");
        std::panic::resume_unwind(panic)
    })
}

#[test]
fn reports_agree_with_the_service_whatever_the_network_does() {
    let mut requests = 0;
    for seed in seeds() {
        requests += play(seed).len();
    }
    assert!(requests > 0);
}

#[test]
fn seed_plays_the_same_run_again() {
    // A journal waits for a thread that syncs its file, and how long that takes decides the order of
    // calls that are due at the same time.
    let has_journal =
        |seed: &u64| Scenario::new(*seed).jobs.iter().any(|job| !job.kills.is_empty());
    let mut played = 0;
    for seed in (0..1_000).step_by(15).filter(|seed| !has_journal(seed)) {
        assert_eq!(play(seed), play(seed), "seed {seed}");
        played += 1;
    }
    assert!(played > 10, "{played}");
}
