//! An emulator, a list of accounts and a journal, shared by all processes of a test.

use std::{env, fs, path::PathBuf, process::Command, time::Duration};

use chat_admin::{Journal, Summary};
use chat_emulator::{App, Emulator, QuotaMode, ReceivedRequest};
use chat_types::GroupType;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{
    job::{self, BATCH_SIZE, GROUP, Job},
    job_process::JobProcess,
};

/// The setup of a test.
pub(crate) struct Setup {
    pub(crate) job: Job,
    folder: TempDir,
    emulator: Emulator,
    /// Runs the emulator until it is dropped.
    _runtime: Runtime,
}

impl Setup {
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
        let setup = Self { job, folder, emulator, _runtime: runtime };
        setup.app().create_group(GROUP, GroupType::Public).unwrap();
        setup
    }

    /// Starts a process that starts or resumes the job.
    pub(crate) fn resume(&self) -> JobProcess<'_> {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args([job::FLAG, self.job.name(), &self.emulator.url()]);
        command.arg(self.folder.path().join("accounts.txt")).arg(self.journal_path());
        JobProcess::start(self, command)
    }

    pub(crate) fn journal_path(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    /// Returns what the journal contains, or nothing if it has no complete line.
    pub(crate) fn journal(&self) -> (Option<u64>, Summary) {
        let has_line = fs::read(self.journal_path()).is_ok_and(|bytes| bytes.contains(&b'\n'));
        if !has_line {
            return (None, Summary::default());
        }
        let journal = Journal::read(self.journal_path()).unwrap();
        (journal.items, journal.summary)
    }

    pub(crate) fn app(&self) -> App {
        self.emulator.app(Emulator::DEFAULT_APP).unwrap()
    }

    /// Returns the number of requests received from all processes.
    pub(crate) fn received(&self) -> usize {
        usize::try_from(self.emulator.calls().of(self.job.spec()).received).unwrap()
    }

    /// Returns all requests received so far.
    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        assert_eq!(self.emulator.dropped_requests(), 0, "the log must contain every request");
        self.emulator.requests()
    }
}

/// Returns the name of an account.
pub(crate) fn account(number: usize) -> String {
    format!("user-{number:05}")
}

/// Returns the accounts of a chunk.
pub(crate) fn chunk(number: usize) -> Vec<String> {
    (number * BATCH_SIZE..(number + 1) * BATCH_SIZE).map(account).collect()
}

pub(crate) const CHUNKS: usize = 2_000;
pub(crate) const ACCOUNTS: usize = CHUNKS * BATCH_SIZE;

const LATENCY: Duration = Duration::from_millis(3);
