//! What jobs over long lists cost: time, calls, memory, disk. Each section prints its figures with
//! the aim beside.
//!
//! `cargo bench -p chat-tests --bench jobs -- [SECTION]… [--accounts N]`
//!
//! * `mute`: 100,000 accounts under the documented quota, 50 ms away, and what a loop of the caller's
//!   own takes.
//! * `file`: 10,000,000 accounts from a file, or as many as `--accounts` says: share of the quota and
//!   memory. Takes 100 seconds.
//! * `journal`: what it costs to write down what was sent.
//! * `culprits`: how many calls it takes to find the bad accounts of a list.
//!
//! The emulator runs in a process of its own, and so does the client where its memory counts.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod culprits;
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

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    // Cargo itself says `--bench`.
    let words: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match words.first().map(String::as_str) {
        Some(server::WORD) => return runtime.block_on(server::serve(&words[1..])),
        Some(file::WORD) => return runtime.block_on(file::play(&words[1..])),
        _ => {}
    }
    let options = Options::read(&words)?;
    for section in &options.sections {
        println!("\n{section}");
        match section.as_str() {
            "mute" => runtime.block_on(mute::measure())?,
            "file" => file::measure(options.accounts)?,
            "journal" => runtime.block_on(journal::measure())?,
            _ => runtime.block_on(culprits::measure())?,
        }
    }
    Ok(())
}

struct Options {
    sections: Vec<String>,
    accounts: u64,
}

impl Options {
    fn read(words: &[String]) -> Outcome<Self> {
        let mut options = Self { sections: Vec::new(), accounts: 10_000_000 };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "--accounts" {
                let number = words.next().ok_or("--accounts takes a number")?;
                options.accounts = number.replace('_', "").parse()?;
            } else if SECTIONS.contains(&word.as_str()) {
                options.sections.push(word.clone());
            } else {
                return Err(format!("{word:?} is none of {}", SECTIONS.join(", ")).into());
            }
        }
        if options.sections.is_empty() {
            options.sections = SECTIONS.map(str::to_owned).to_vec();
        }
        Ok(options)
    }
}

/// Jobs over an emulator.
fn admin(url: &str, quota: Quota) -> Outcome<Admin> {
    let key = SecretKey::new(Emulator::DEFAULT_KEY)?;
    let client = Client::builder(Emulator::DEFAULT_APP, key).endpoint(url).quota(quota).build()?;
    Ok(Admin::new(client))
}

fn accounts(count: u64) -> impl Iterator<Item = String> + Send + Clone {
    (0..count).map(account)
}

fn account(number: u64) -> String {
    format!("viewer-{number:08}")
}

const SECTIONS: [&str; 4] = ["mute", "file", "journal", "culprits"];
const GROUP: &str = "@TGS#aJRGC4MH6";
