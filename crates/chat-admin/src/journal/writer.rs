use std::{
    fs::File,
    io::{self, Write as _},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use super::{JournalError, Kind, line::Line};

/// Appends to a journal. A clone writes to the same one.
#[derive(Clone, Debug)]
pub(crate) struct JournalWriter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    file: File,
    /// Held while a line is written, so that lines of several tasks do not mix. Set once a line could
    /// not be written whole: whatever came after it would be lost on its end.
    is_broken: Mutex<bool>,
}

impl JournalWriter {
    pub(super) fn new(path: PathBuf, file: File) -> Self {
        Self(Arc::new(Inner { path, file, is_broken: Mutex::new(false) }))
    }

    /// Hands a line to the system, which keeps it whatever becomes of this process.
    pub(crate) fn write(&self, line: &Line) -> Result<(), JournalError> {
        let mut text = serde_json::to_vec(line).map_err(|error| self.error(error.into()))?;
        text.push(b'\n');
        let mut is_broken = self.0.is_broken.lock().unwrap_or_else(PoisonError::into_inner);
        if *is_broken {
            return Err(self.error(io::Error::other("an earlier line could not be written")));
        }
        (&self.0.file).write_all(&text).map_err(|error| {
            *is_broken = true;
            self.error(error)
        })
    }

    /// Waits until everything written is on disk, so that it outlives the system too.
    pub(crate) async fn sync(&self) -> Result<(), JournalError> {
        let inner = Arc::clone(&self.0);
        match tokio::task::spawn_blocking(move || inner.file.sync_data()).await {
            Ok(outcome) => outcome.map_err(|error| self.error(error)),
            Err(gone) => Err(self.error(io::Error::other(gone))),
        }
    }

    /// Something that is wrong with the journal itself.
    pub(crate) fn problem(&self, kind: Kind) -> JournalError {
        JournalError::new(&self.0.path, kind)
    }

    fn error(&self, error: io::Error) -> JournalError {
        JournalError::file(&self.0.path, "written", error)
    }
}
