//! Appends lines to a journal.

use std::{
    fs::File,
    io::{self, Write as _},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use super::{JournalError, Kind, encoding::encode, line::Line};

/// Appends lines to a journal. A clone appends to the same one.
#[derive(Clone, Debug)]
pub(crate) struct JournalWriter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    file: File,
    /// Locked while a line is written, so that the lines of several tasks do not mix. Set once a line
    /// could not be written completely, because the next one would be appended to the incomplete line.
    is_broken: Mutex<bool>,
}

impl JournalWriter {
    pub(super) fn new(path: PathBuf, file: File) -> Self {
        Self(Arc::new(Inner { path, file, is_broken: Mutex::new(false) }))
    }

    /// Passes a line to the operating system, which keeps it even if this process dies.
    pub(crate) fn write(&self, line: &Line) -> Result<(), JournalError> {
        let text = encode(line).map_err(|error| self.error(error.into()))?;
        let mut is_broken = self.0.is_broken.lock().unwrap_or_else(PoisonError::into_inner);
        if *is_broken {
            return Err(self.error(io::Error::other("an earlier line could not be written")));
        }
        (&self.0.file).write_all(&text).map_err(|error| {
            *is_broken = true;
            self.error(error)
        })
    }

    /// Waits until everything written is on disk, so that it survives a power cut too.
    pub(crate) async fn sync(&self) -> Result<(), JournalError> {
        let inner = Arc::clone(&self.0);
        match tokio::task::spawn_blocking(move || inner.file.sync_data()).await {
            Ok(outcome) => outcome.map_err(|error| self.error(error)),
            Err(error) => Err(self.error(io::Error::other(error))),
        }
    }

    /// Returns an error about what the journal says.
    pub(crate) fn mismatch(&self, kind: Kind) -> JournalError {
        JournalError::new(&self.0.path, kind)
    }

    fn error(&self, error: io::Error) -> JournalError {
        JournalError::io(&self.0.path, "written", error)
    }
}
