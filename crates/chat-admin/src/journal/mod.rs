//! The record of what a job sent and what came back, on disk.
//!
//! A journal is a file of JSON Lines to which a job only appends:
//!
//! 1. [`line`] defines the lines: the job, what is about to be sent, what was refused, the outcomes and
//!    the end of the input. [`encoding`] makes each a JSON object with a checksum.
//! 2. [`writer`] appends them, from several tasks, to a [`file`](mod@file) or, with the feature `redis`,
//!    to a key on a Redis server.
//! 3. [`read`] reads them back, up to the last complete line.
//! 4. [`history`] turns them into what earlier runs did to each chunk.
//! 5. [`digest`] recognizes the input, by its [canonical form](canonical).
//!
//! A job needs no more: it looks nothing up while it runs, and resuming reads the file once from start
//! to end. A database would maintain an index that is never queried, and wait for the disk at every
//! commit. Only the last line can be incomplete, and what it would have said counts as unknown.

mod canonical;
mod digest;
mod encoding;
mod error;
mod file;
mod history;
mod line;
mod location;
mod read;
#[cfg(feature = "redis")]
mod redis;
#[cfg(test)]
mod tests;
mod writer;

use std::{fmt, path::Path};

use serde_json::Value;

pub use self::error::JournalError;
#[cfg(feature = "redis")]
pub use self::redis::RedisJournal;
pub(crate) use self::{
    digest::Digest,
    error::Kind,
    history::{EarlierChunk, History, ItemState, MAX_CHUNK_LENGTH},
    line::{ChunkPart, Extent, Header, Indices, Line, NotDone, NotDoneItems, Settled, VERSION},
    writer::JournalWriter,
};
use self::{file::FileWriter, location::Location, writer::Storage};
use crate::Summary;

/// A file that lets a job resume after an interruption: a crash, a power cut or a stop.
///
/// What is done stays done. Items that were in flight are sent again if that is safe, and reported as
/// unknown if it is not. Items that failed for a temporary reason are sent again, and so are those that
/// were not sent. Give the same job the same input: the journal recognizes both, and refuses others
/// before anything is sent. A list from a file, or one with a
/// [fingerprint](crate::Input::with_fingerprint), is recognized as a whole; of others, the part that
/// earlier runs have sent. A refused attempt leaves the journal as it was.
///
/// Where a repeat would do harm, the journal is on disk before a call is sent. Elsewhere it is enough
/// that the operating system has it, because a power cut can only cause a harmless repeat.
///
/// With the feature `redis`, a `RedisJournal` is the same in a key on a Redis server, for processes that
/// lose their disks.
///
/// ```no_run
/// use chat_admin::{Group, Journal};
///
/// # async fn example(group: Group, spammers: Vec<String>) -> Result<(), chat_admin::JournalError> {
/// // Starts a job, or resumes it where the last run ended.
/// let journal = Journal::open("mute.journal")?;
/// let report = group.mute(spammers).journal(journal).run().await;
/// println!("{}", report.summary);
/// # Ok(())
/// # }
/// ```
pub struct Journal {
    location: Location,
    storage: Storage,
    note: Value,
    earlier: Option<(Header, History)>,
}

impl Journal {
    /// Creates a journal. Only the current user can read the file, where the system supports that.
    ///
    /// # Errors
    /// If the file already exists or cannot be created.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let path = path.as_ref();
        let file = file::create(path)?;
        Ok(Self::new(path.into(), Storage::File(FileWriter::new(path, file)), None))
    }

    /// Opens a journal to resume its job.
    ///
    /// # Errors
    /// If the file does not exist, is not a regular file, cannot be read, is damaged, or is in use by
    /// another process. A file that ends before its first line is complete, because the job was killed
    /// before it sent anything, is resumed like a new journal.
    pub fn resume(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let path = path.as_ref();
        let file = file::open(path)?;
        let content = read::read(path, &file)?;
        read::repair(&file, &content).map_err(|error| JournalError::io(path, "written", error))?;
        let storage = Storage::File(FileWriter::new(path, file));
        Ok(Self::new(path.into(), storage, content.earlier))
    }

    /// Opens a journal to resume its job, or creates one if the file does not exist.
    ///
    /// # Errors
    /// The same as for [`resume`](Self::resume), except that the file may be missing.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let path = path.as_ref();
        match Self::create(path) {
            Err(error) if error.already_exists() => Self::resume(path),
            outcome => outcome,
        }
    }

    fn new(location: Location, storage: Storage, earlier: Option<(Header, History)>) -> Self {
        let note = earlier.as_ref().map_or(Value::Null, |(header, _)| header.note.clone());
        Self { location, storage, note, earlier }
    }

    /// Stores a value of your own, such as the command line, which [`note`](Self::note) and
    /// [`JournalSummary::note`] return later. A journal that is resumed keeps the value that it has.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<Value>) -> Self {
        if self.earlier.is_none() {
            self.note = note.into();
        }
        self
    }

    /// Returns the value stored with [`with_note`](Self::with_note), or null.
    pub fn note(&self) -> &Value {
        &self.note
    }

    /// Returns the path of the file, or the URL in Redis without its login.
    pub fn name(&self) -> String {
        self.location.to_string()
    }

    /// Summarizes a journal without resuming its job, which may be running.
    ///
    /// # Errors
    /// If the file does not exist, cannot be read, or is damaged.
    pub fn read(path: impl AsRef<Path>) -> Result<JournalSummary, JournalError> {
        let path = path.as_ref();
        let file = file::open_to_read(path)?;
        JournalSummary::new(path, read::read(path, &file)?.earlier)
    }

    /// Writes the header of a new journal, or checks that a resumed one belongs to this job. If it does
    /// not, the writer is only good for closing.
    pub(crate) fn start(self, header: Header) -> (JournalWriter, Result<History, JournalError>) {
        let Self { location, storage, note, earlier } = self;
        let header = Header { note, ..header };
        let writer = JournalWriter::new(location, storage);
        let history = match earlier {
            None => writer.submit(&Line::Job(header)).map(|()| History::default()),
            Some((before, history)) => {
                before.check(&header).map(|()| history).map_err(|kind| writer.mismatch(kind))
            }
        };
        (writer, history)
    }

    /// Returns a writer that is only good for closing, for a job that cannot start.
    pub(crate) fn into_writer(self) -> JournalWriter {
        JournalWriter::new(self.location, self.storage)
    }
}

impl Header {
    /// Returns how another job differs from the one of this journal.
    fn check(&self, other: &Self) -> Result<(), Kind> {
        let mismatch =
            |what, found: String, expected: String| Kind::JobMismatch { what, found, expected };
        if self.sdk_app_id != other.sdk_app_id {
            let (found, expected) = (self.sdk_app_id.to_string(), other.sdk_app_id.to_string());
            return Err(mismatch("SDKAppID", found, expected));
        }
        if self.job != other.job {
            return Err(mismatch("request", self.job.to_string(), other.job.to_string()));
        }
        if self.batch_size != other.batch_size {
            let (found, expected) = (self.batch_size, other.batch_size);
            return Err(mismatch("batch size", found.to_string(), expected.to_string()));
        }
        match (&self.input, &other.input) {
            (Some(before), Some(now)) if before != now => {
                Err(Kind::InputReplaced { bytes_before: before.bytes(), bytes_now: now.bytes() })
            }
            _ => Ok(()),
        }
    }
}

/// What a journal says about its job.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct JournalSummary {
    /// The SDKAppID of the app.
    pub sdk_app_id: u32,
    /// What each call does: its endpoint and the request without its items.
    pub job: Value,
    /// The value stored with [`Journal::with_note`].
    pub note: Value,
    /// The length of the input, if the job reached its end.
    pub items: Option<u64>,
    /// The number of items by outcome. An item whose response is missing counts as unknown until the job
    /// resumes.
    pub summary: Summary,
    /// The number of these items that are not done and that the job sends again, or asks the service
    /// about, when it resumes.
    pub remaining: u64,
}

impl JournalSummary {
    fn new(
        location: impl Into<Location>,
        earlier: Option<(Header, History)>,
    ) -> Result<Self, JournalError> {
        let (header, history) =
            earlier.ok_or_else(|| JournalError::new(location, Kind::Incomplete))?;
        let items = history.extent.map(|extent| extent.items);
        let Header { sdk_app_id, job, note, .. } = header;
        let (summary, remaining) = (history.summary(), history.remaining());
        Ok(Self { sdk_app_id, job, note, items, summary, remaining })
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("location", &self.location).finish_non_exhaustive()
    }
}
