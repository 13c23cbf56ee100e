//! A journal in a file.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use super::{JournalError, Kind, location::Location};
use crate::private_file::private;

/// Appends to the file. Nothing else may, as long as the file is open.
#[derive(Debug)]
pub(super) struct FileWriter {
    location: Location,
    file: Arc<File>,
    /// Locked while a line is written, so that the lines of several tasks do not mix. Set once a line
    /// could not be written completely, because the next one would be appended to the incomplete line.
    is_broken: Mutex<bool>,
}

impl FileWriter {
    pub(super) fn new(path: &Path, file: File) -> Self {
        Self { location: path.into(), file: Arc::new(file), is_broken: Mutex::new(false) }
    }

    /// Passes a line to the operating system, which keeps it even if this process dies.
    pub(super) fn write(&self, text: &[u8]) -> Result<(), JournalError> {
        let mut is_broken = self.is_broken.lock().unwrap_or_else(PoisonError::into_inner);
        if *is_broken {
            return Err(self.error(io::Error::other("an earlier line could not be written")));
        }
        (&*self.file).write_all(text).map_err(|error| {
            *is_broken = true;
            self.error(error)
        })
    }

    /// Waits until everything written is on disk, so that it survives a power cut too.
    pub(super) async fn sync(&self) -> Result<(), JournalError> {
        let file = Arc::clone(&self.file);
        match tokio::task::spawn_blocking(move || file.sync_data()).await {
            Ok(outcome) => outcome.map_err(|error| self.error(error)),
            Err(error) => Err(self.error(io::Error::other(error))),
        }
    }

    fn error(&self, error: io::Error) -> JournalError {
        JournalError::io(&self.location, "written", error)
    }
}

/// Creates the file and locks it.
pub(super) fn create(path: &Path) -> Result<File, JournalError> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create_new(true);
    let file = private(&mut options).open(path);
    lock(path, file.map_err(|error| JournalError::io(path, "created", error))?)
}

/// Opens the file to append to it, and locks it.
pub(super) fn open(path: &Path) -> Result<File, JournalError> {
    check_is_file(path)?;
    let file = OpenOptions::new().read(true).append(true).open(path);
    lock(path, file.map_err(|error| JournalError::io(path, "opened", error))?)
}

/// Opens the file to read it, also while a job is running.
pub(super) fn open_to_read(path: &Path) -> Result<File, JournalError> {
    check_is_file(path)?;
    File::open(path).map_err(|error| JournalError::io(path, "opened", error))
}

/// Opening or reading a pipe or a device could wait forever.
fn check_is_file(path: &Path) -> Result<(), JournalError> {
    let metadata = path.metadata().map_err(|error| JournalError::io(path, "opened", error))?;
    if metadata.is_file() { Ok(()) } else { Err(JournalError::new(path, Kind::NotAFile)) }
}

fn lock(path: &Path, file: File) -> Result<File, JournalError> {
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(JournalError::new(path, Kind::InUse { lease_ends_in: None }))
        }
        Err(TryLockError::Error(error)) => Err(JournalError::io(path, "locked", error)),
    }
}
