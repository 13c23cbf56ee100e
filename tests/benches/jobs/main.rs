//! The cost of jobs over long lists: time, calls, memory and disk. Each section prints its figures next
//! to their targets.
//!
//! `cargo bench -p chat-tests --bench jobs -- [SECTION]… [--accounts N]`
//!
//! * `mute`: 100,000 accounts under the documented quota at a latency of 50 ms, compared with a loop
//!   without concurrency.
//! * `file`: 10,000,000 accounts from a file, or the number given with `--accounts`: share of the quota,
//!   and memory. Takes 100 seconds.
//! * `journal`: the cost of a journal.
//! * `bad-items`: the number of calls that it takes to isolate the bad accounts of a list.
//!
//! The emulator runs in a separate process, and so does the client where its memory is measured.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod bad_items;
mod file;
mod journal;
mod mute;
mod server;
mod system;

use std::{env, error::Error};

use chat_admin::Admin;
use chat_emulator::Emulator;
use chat_transport::{Client, Quota};
use chat_usersig::SecretKey;

/// The result of a section.
type BenchResult<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> BenchResult<()> {
    // Cargo adds `--bench`.
    let arguments: Vec<String> =
        env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments.first().map(String::as_str) {
        Some(server::FLAG) => return runtime.block_on(server::serve(&arguments[1..])),
        Some(file::FLAG) => return runtime.block_on(file::run_client(&arguments[1..])),
        _ => {}
    }
    let options = Options::parse(&arguments)?;
    for section in &options.sections {
        println!("\n{section}");
        match section.as_str() {
            "mute" => runtime.block_on(mute::measure())?,
            "file" => file::measure(options.accounts)?,
            "journal" => runtime.block_on(journal::measure())?,
            _ => runtime.block_on(bad_items::measure())?,
        }
    }
    Ok(())
}

struct Options {
    sections: Vec<String>,
    accounts: u64,
}

impl Options {
    fn parse(arguments: &[String]) -> BenchResult<Self> {
        let mut options = Self { sections: Vec::new(), accounts: 10_000_000 };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            if argument == "--accounts" {
                let number = arguments.next().ok_or("--accounts takes a number")?;
                options.accounts = number.replace('_', "").parse()?;
            } else if SECTIONS.contains(&argument.as_str()) {
                options.sections.push(argument.clone());
            } else {
                return Err(format!(
                    "invalid section {argument:?}: expected one of {}",
                    SECTIONS.join(", ")
                )
                .into());
            }
        }
        if options.sections.is_empty() {
            options.sections = SECTIONS.map(str::to_owned).to_vec();
        }
        Ok(options)
    }
}

/// Returns an admin for an emulator.
fn admin(url: &str, quota: Quota) -> BenchResult<Admin> {
    let key = SecretKey::new(Emulator::DEFAULT_KEY)?;
    let client = Client::builder(Emulator::DEFAULT_APP, key).endpoint(url).quota(quota).build()?;
    Ok(Admin::new(client))
}

/// Returns the first `count` accounts.
fn accounts(count: u64) -> impl Iterator<Item = String> + Send + Clone {
    (0..count).map(account)
}

fn account(number: u64) -> String {
    format!("viewer-{number:08}")
}

const SECTIONS: [&str; 4] = ["mute", "file", "journal", "bad-items"];
const GROUP: &str = "@TGS#aJRGC4MH6";
