//! Jobs in a process of their own that is killed again and again, at any moment, and that go on from
//! their journal each time. The emulator's log of requests is the witness of what was sent.
//!
//! `CRASH_SEED` chooses other moments than the usual ones.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a program that is a test fails like one, and shows what it saw"
)]

mod job;
mod life;
mod moments;
mod resuming;
mod stage;
mod witness;

use std::{env, process::ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};

use crate::{job::Job, stage::Stage};

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    if let Some((word, words)) = words.split_first()
        && word == job::WORD
    {
        job::play(words);
        return ExitCode::SUCCESS;
    }
    let trials = vec![
        trial("a_safe_job_that_is_killed_fifty_times_does_everything", |seed| {
            moments::check(&Stage::new(Job::Mute), seed);
        }),
        trial("an_unsafe_job_that_is_killed_fifty_times_does_nothing_twice", |seed| {
            moments::check(&Stage::new(Job::Notify), seed);
        }),
        trial("a_job_that_is_killed_while_it_resumes_loses_nothing", |seed| {
            resuming::check(&Stage::new(Job::Notify), seed);
        }),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial(name: &str, check: impl FnOnce(u64) + Send + 'static) -> Trial {
    Trial::test(name, move || {
        let seed = env::var("CRASH_SEED").unwrap_or_else(|_| "5".to_owned());
        let number = seed.parse().map_err(|_| Failed::from("CRASH_SEED is no number"))?;
        check(number);
        Ok(())
    })
}
