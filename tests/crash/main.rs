//! Kills the process of a job again and again, at any moment, and resumes the job from its journal each
//! time. The emulator's log of requests says what was really sent.
//!
//! The environment variable `CRASH_SEED` selects other moments.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test program fails by panicking and prints what it measured"
)]

mod job;
mod job_process;
mod kill_while_resuming;
mod kill_while_running;
mod setup;
mod verify;

use std::{env, process::ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};

use crate::{job::Job, setup::Setup};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let Some((first, arguments)) = arguments.split_first()
        && first == job::FLAG
    {
        job::run(arguments);
        return ExitCode::SUCCESS;
    }
    let trials = vec![
        trial("safe_job_killed_fifty_times_does_everything", |seed| {
            kill_while_running::check(&Setup::new(Job::Mute), seed);
        }),
        trial("unsafe_job_killed_fifty_times_repeats_nothing", |seed| {
            kill_while_running::check(&Setup::new(Job::Notify), seed);
        }),
        trial("job_killed_while_resuming_loses_nothing", |seed| {
            kill_while_resuming::check(&Setup::new(Job::Notify), seed);
        }),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial(name: &str, check: impl FnOnce(u64) + Send + 'static) -> Trial {
    Trial::test(name, move || {
        let seed = env::var("CRASH_SEED").unwrap_or_else(|_| "5".to_owned());
        let number = seed.parse().map_err(|_| Failed::from("CRASH_SEED is not a number"))?;
        check(number);
        Ok(())
    })
}
