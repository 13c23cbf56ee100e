//! The log that is written.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chat_types::UnixSeconds;
use serde::Serialize;
use tokio::sync::{Notify, watch};
use tracing::error;

use super::{
    entry::{Entry, LoggedAction, LoggedCall, LoggedChange, LoggedClock, Settings},
    record,
};
use crate::lock::lock;

/// What a response waits for, if the emulator has a data directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// The change was handed to the operating system: it survives the end of the process, however that
    /// comes, but not a loss of power.
    #[default]
    Process,
    /// The change is on the disk. Changes that wait at the same time share one write to the disk.
    Disk,
}

/// The log of the changes since the last snapshot.
#[derive(Debug)]
pub(crate) struct Journal {
    durability: Durability,
    writer: Mutex<Writer>,
    /// Set once a change could not be written: what follows would be lost too.
    has_failed: AtomicBool,
    /// The number of bytes that were written to all logs of this process.
    written: AtomicU64,
    /// How many of them are on the disk.
    on_disk: watch::Sender<u64>,
    /// Whoever holds it writes to the disk for all who wait.
    disk: tokio::sync::Mutex<()>,
    /// Notified when there is enough for a snapshot.
    pub(super) is_long: Notify,
}

#[derive(Debug)]
struct Writer {
    file: Arc<File>,
    buffer: Vec<u8>,
    /// The number of changes in this log.
    changes: u64,
    bytes: u64,
    /// When the next snapshot may start.
    not_before: Instant,
}

/// The error for a change that could not be written.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the data directory cannot be written; see the log of the emulator, and restart it")]
pub(crate) struct NotWritten;

impl Journal {
    /// Continues a log whose valid part has this length.
    pub(super) fn new(file: File, changes: u64, bytes: u64, durability: Durability) -> Self {
        let file = Arc::new(file);
        let not_before = Instant::now();
        Self {
            durability,
            writer: Mutex::new(Writer { file, buffer: Vec::new(), changes, bytes, not_before }),
            has_failed: AtomicBool::new(false),
            written: AtomicU64::new(0),
            on_disk: watch::Sender::new(0),
            disk: tokio::sync::Mutex::new(()),
            is_long: Notify::new(),
        }
    }

    /// # Errors
    /// When an earlier change could not be written.
    pub(crate) fn check(&self) -> Result<(), NotWritten> {
        if self.has_failed.load(Ordering::Acquire) { Err(NotWritten) } else { Ok(()) }
    }

    /// Writes a call. The caller has locked the state.
    pub(crate) fn append_call(&self, call: LoggedCall<'_>, body: &[u8]) -> Result<(), NotWritten> {
        self.append(&Entry::Call(call), |buffer| {
            buffer.extend_from_slice(body);
            Ok(())
        })
    }

    /// Writes a change that did not come from a call. The caller has locked the state. If this fails,
    /// the next call reports it.
    pub(crate) fn append_change(
        &self,
        app: u32,
        kind: &str,
        change: &impl Serialize,
        now: UnixSeconds,
    ) {
        let entry = Entry::Change(LoggedChange { app, at: now, kind: kind.into() });
        let _ = self.append(&entry, |buffer| serde_json::to_writer(buffer, change));
    }

    /// Writes what a user did. The caller has locked the state.
    pub(crate) fn append_action(
        &self,
        logged: LoggedAction<'_>,
        action: &impl Serialize,
    ) -> Result<(), NotWritten> {
        self.append(&Entry::Action(logged), |buffer| serde_json::to_writer(buffer, action))
    }

    /// Writes that the clock was changed. If this fails, the next call reports it.
    pub(crate) fn append_clock(&self, clock: LoggedClock) {
        let _ = self.append(&Entry::Clock(clock), |_| Ok(()));
    }

    fn append(
        &self,
        entry: &Entry<'_>,
        write_rest: impl FnOnce(&mut Vec<u8>) -> serde_json::Result<()>,
    ) -> Result<(), NotWritten> {
        self.check()?;
        let mut writer = lock(&self.writer);
        let outcome = writer.append(entry, write_rest);
        match outcome {
            Ok(bytes) => {
                self.written.fetch_add(bytes, Ordering::Release);
                if writer.is_long() {
                    self.is_long.notify_one();
                }
                Ok(())
            }
            Err(error) => Err(self.fail(&error)),
        }
    }

    fn fail(&self, error: &io::Error) -> NotWritten {
        if !self.has_failed.swap(true, Ordering::AcqRel) {
            error!(%error, "failed to write to the data directory; every further change is refused");
        }
        NotWritten
    }

    /// Waits until all changes so far are as durable as they must be.
    pub(crate) async fn persisted(&self) -> Result<(), NotWritten> {
        self.check()?;
        if self.durability == Durability::Process {
            return Ok(());
        }
        let own = self.written.load(Ordering::Acquire);
        if *self.on_disk.borrow() >= own {
            return Ok(());
        }
        let _disk = self.disk.lock().await;
        if *self.on_disk.borrow() >= own {
            return Ok(());
        }
        let (file, written) = {
            let writer = lock(&self.writer);
            (Arc::clone(&writer.file), self.written.load(Ordering::Acquire))
        };
        let synced = tokio::task::spawn_blocking(move || file.sync_data()).await;
        match synced.map_err(io::Error::other).and_then(|synced| synced) {
            Ok(()) => {
                self.on_disk.send_replace(written);
                Ok(())
            }
            Err(error) => Err(self.fail(&error)),
        }
    }

    /// Refuses every further change.
    pub(super) fn close(&self) {
        self.has_failed.store(true, Ordering::Release);
    }

    /// Returns whether the log has changes.
    pub(super) fn has_changes(&self) -> bool {
        lock(&self.writer).changes > 0
    }

    /// Continues with a new log. The caller has locked all states.
    pub(super) fn rotate(&self, path: &Path, settings: &Settings) -> io::Result<()> {
        let mut writer = lock(&self.writer);
        let (file, bytes) = create_log(path, settings)?;
        if self.durability == Durability::Disk {
            writer.file.sync_data()?;
            self.on_disk.send_replace(self.written.load(Ordering::Acquire));
        }
        writer.file = Arc::new(file);
        (writer.changes, writer.bytes) = (0, bytes);
        Ok(())
    }

    /// Notes how long a snapshot took, so that snapshots take a tenth of the time at most.
    pub(super) fn rest_after_snapshot(&self, took: Duration) {
        lock(&self.writer).not_before = Instant::now() + took * 9;
    }
}

impl Writer {
    fn append(
        &mut self,
        entry: &Entry<'_>,
        write_rest: impl FnOnce(&mut Vec<u8>) -> serde_json::Result<()>,
    ) -> io::Result<u64> {
        self.buffer.clear();
        record::append(&mut self.buffer, |buffer| {
            entry.write_line(buffer)?;
            write_rest(buffer)
        })?;
        (&*self.file).write_all(&self.buffer)?;
        self.changes += 1;
        let bytes = self.buffer.len() as u64;
        self.bytes += bytes;
        self.buffer.shrink_to(MAX_KEPT_BUFFER);
        Ok(bytes)
    }

    fn is_long(&self) -> bool {
        (self.changes >= MANY_CHANGES || self.bytes >= MANY_BYTES)
            && Instant::now() >= self.not_before
    }
}

/// Creates a log that starts with the settings. Returns its length too.
pub(super) fn create_log(path: &Path, settings: &Settings) -> io::Result<(File, u64)> {
    let mut log = MAGIC.to_vec();
    record::append(&mut log, |buffer| Entry::Settings(settings.clone()).write_line(buffer))?;
    let mut file = OpenOptions::new().create_new(true).append(true).open(path)?;
    file.write_all(&log)?;
    Ok((file, log.len() as u64))
}

/// The first bytes of a log: the format, and its version.
pub(super) const MAGIC: &[u8] = b"chat-emulator log 1\n";

/// Handling them again takes less than half a second.
const MANY_CHANGES: u64 = 50_000;

const MANY_BYTES: u64 = 64 << 20;

const MAX_KEPT_BUFFER: usize = 64 << 10;
