//! An emulator in the test process, whose state the test can inspect.

use std::{fs, path::PathBuf};

use chat_emulator::{App, Calls, Emulator, QuotaMode};
use chat_types::GroupType;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::program::{Chatctl, KEY};

/// An emulator with an audio-video group `live`, and a temporary directory.
pub(crate) struct Fixture {
    pub(crate) app: App,
    pub(crate) directory: TempDir,
    emulator: Emulator,
    // The emulator runs on it, so it is dropped last.
    _runtime: Runtime,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::with_quotas(QuotaMode::Off)
    }

    pub(crate) fn with_quotas(quotas: QuotaMode) -> Self {
        let runtime = Runtime::new().unwrap();
        let starting = Emulator::builder().quotas(quotas).start();
        let emulator = runtime.block_on(starting).unwrap();
        let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
        app.create_group("live", GroupType::AVChatRoom).unwrap();
        let directory = tempfile::tempdir().unwrap();
        Self { app, directory, emulator, _runtime: runtime }
    }

    /// Returns chatctl in the directory, with all settings for the emulator.
    pub(crate) fn chatctl(&self, args: &[&str]) -> Chatctl {
        Chatctl::new(args)
            .directory(self.directory.path())
            .env("CHAT_ENDPOINT", &self.url())
            .env("CHAT_SDKAPPID", &Emulator::DEFAULT_APP.to_string())
            .env("CHAT_SECRET_KEY", KEY)
    }

    pub(crate) fn url(&self) -> String {
        self.emulator.url()
    }

    pub(crate) fn calls(&self) -> Calls {
        self.emulator.calls()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }
}

/// Returns a list of this many accounts, one per line.
pub(crate) fn viewers(count: usize) -> String {
    (0..count).map(|number| format!("viewer{number}\n")).collect()
}
