//! Appends lines to a journal, wherever it is.

use std::{io, sync::Arc};

#[cfg(feature = "redis")]
use super::redis::RedisWriter;
use super::{
    JournalError, Kind, encoding::encode, file::FileWriter, line::Line, location::Location,
};

/// Appends lines to a journal. A clone appends to the same one.
#[derive(Clone, Debug)]
pub(crate) struct JournalWriter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    location: Location,
    storage: Storage,
}

/// What holds the lines.
#[derive(Debug)]
pub(super) enum Storage {
    File(FileWriter),
    #[cfg(feature = "redis")]
    Redis(RedisWriter),
}

impl JournalWriter {
    pub(super) fn new(location: Location, storage: Storage) -> Self {
        Self(Arc::new(Inner { location, storage }))
    }

    /// Begins to write a line. In a file it is written then, and in Redis before the next one.
    pub(super) fn submit(&self, line: &Line) -> Result<(), JournalError> {
        let text = self.encode(line)?;
        match &self.0.storage {
            Storage::File(file) => file.write(&text),
            #[cfg(feature = "redis")]
            Storage::Redis(redis) => redis.submit(text),
        }
    }

    /// Waits until the first line is written.
    pub(crate) async fn begun(&self) -> Result<(), JournalError> {
        match &self.0.storage {
            Storage::File(_) => Ok(()),
            #[cfg(feature = "redis")]
            Storage::Redis(redis) => redis.write(Vec::new()).await,
        }
    }

    /// Writes a line so that it is kept even if this process dies.
    pub(crate) async fn write(&self, line: &Line) -> Result<(), JournalError> {
        let text = self.encode(line)?;
        match &self.0.storage {
            Storage::File(file) => file.write(&text),
            #[cfg(feature = "redis")]
            Storage::Redis(redis) => redis.write(text).await,
        }
    }

    /// Waits until everything written is on disk, so that it survives a power cut too.
    pub(crate) async fn sync(&self) -> Result<(), JournalError> {
        match &self.0.storage {
            Storage::File(file) => file.sync().await,
            #[cfg(feature = "redis")]
            Storage::Redis(redis) => redis.check_durability(),
        }
    }

    /// Returns an error once this process must not continue the job, because another one does.
    pub(crate) fn check(&self) -> Result<(), JournalError> {
        match &self.0.storage {
            Storage::File(_) => Ok(()),
            #[cfg(feature = "redis")]
            Storage::Redis(redis) => redis.check(),
        }
    }

    /// Lets another process resume the job. Nothing can be written after it.
    pub(crate) async fn close(&self) {
        match &self.0.storage {
            Storage::File(_) => {}
            #[cfg(feature = "redis")]
            Storage::Redis(redis) => redis.close().await,
        }
    }

    /// Returns an error about what the journal says.
    pub(crate) fn mismatch(&self, kind: Kind) -> JournalError {
        JournalError::new(&self.0.location, kind)
    }

    fn encode(&self, line: &Line) -> Result<Vec<u8>, JournalError> {
        encode(line)
            .map_err(|error| JournalError::io(&self.0.location, "written", io::Error::from(error)))
    }
}
