//! An emulator, a list of accounts and a journal, for one job after the other.

use std::{env, fs, path::PathBuf, process::Command, time::Duration};

use chat_admin::{Journal, Summary};
use chat_emulator::{App, Emulator, QuotaMode, ReceivedRequest};
use chat_types::GroupType;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{
    job::{self, GROUP, Job, PER_CALL},
    life::Life,
};

pub(crate) struct Stage {
    pub(crate) job: Job,
    folder: TempDir,
    emulator: Emulator,
    /// Serves until it is dropped.
    _runtime: Runtime,
}

impl Stage {
    pub(crate) fn new(job: Job) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let emulator = Emulator::builder().quotas(QuotaMode::Off).latency(LATENCY);
        let emulator = runtime.block_on(emulator.keep_requests(10 * CHUNKS).start()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let accounts: String = (0..ACCOUNTS).map(|number| account(number) + "\n").collect();
        fs::write(folder.path().join("accounts.txt"), accounts).unwrap();
        let stage = Self { job, folder, emulator, _runtime: runtime };
        stage.app().create_group(GROUP, GroupType::Public).unwrap();
        stage
    }

    /// A new process that goes on with the job.
    pub(crate) fn go_on(&self) -> Life<'_> {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args([job::WORD, self.job.name(), &self.emulator.url()]);
        command.arg(self.folder.path().join("accounts.txt")).arg(self.journal_path());
        Life::begin(self, command)
    }

    pub(crate) fn journal_path(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    /// What the journal has; nothing where no process came as far as its first line.
    pub(crate) fn journal(&self) -> (Option<u64>, Summary) {
        let is_begun = fs::read(self.journal_path()).is_ok_and(|bytes| bytes.contains(&b'\n'));
        if !is_begun {
            return (None, Summary::default());
        }
        let journal = Journal::read(self.journal_path()).unwrap();
        (journal.items, journal.summary)
    }

    pub(crate) fn app(&self) -> App {
        self.emulator.app(Emulator::DEFAULT_APP).unwrap()
    }

    /// How many requests came, of all processes together.
    pub(crate) fn received(&self) -> usize {
        usize::try_from(self.emulator.calls().of(self.job.spec()).received).unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        assert_eq!(self.emulator.dropped_requests(), 0, "the log must have every request");
        self.emulator.requests()
    }
}

pub(crate) fn account(number: usize) -> String {
    format!("user-{number:05}")
}

/// The accounts of a chunk.
pub(crate) fn chunk(number: usize) -> Vec<String> {
    (number * PER_CALL..(number + 1) * PER_CALL).map(account).collect()
}

pub(crate) const CHUNKS: usize = 2_000;
pub(crate) const ACCOUNTS: usize = CHUNKS * PER_CALL;

const LATENCY: Duration = Duration::from_millis(3);
