//! What was sent and what came back, on disk.
//!
//! A journal is a file of JSON Lines to which a job only ever appends. That is all that a job needs:
//! nothing is looked up while it runs, and going on reads the file once from start to end. A
//! database would keep an index that nobody asks, and force the disk to settle for every commit. A
//! line that was cut off in the middle is the last one, and what it would have told is treated as not
//! known.

mod digest;
mod error;
mod history;
mod line;
mod writer;

use std::{
    fmt,
    fs::{File, OpenOptions, TryLockError},
    io::{BufReader, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use serde_json::Value;

pub use self::error::JournalError;
pub(crate) use self::{
    digest::Digest,
    error::Kind,
    history::{Chunk as EarlierChunk, History, State},
    line::{Ended, Exception, Extent, Header, Line, NotDone, Part, Places},
    writer::JournalWriter,
};
use crate::{InputError, Summary, input::Lines};

/// A file that lets a job go on after whatever ended it: a crash, a power cut, a wish to stop.
///
/// Everything that is done stays done. What was under way is sent again where that is safe, and
/// reported as unknown where it is not. What failed for a reason that may have passed is sent again,
/// and so is what was not sent. Give the same job the same input: the journal knows both, and refuses
/// others before anything of them is sent.
///
/// What was sent is on disk before it is sent where a repeat would do harm; elsewhere it is enough
/// that the system has it, since the worst that a power cut brings about is a harmless repeat.
///
/// ```no_run
/// use chat_admin::{Group, Journal};
///
/// # async fn example(group: Group, spammers: Vec<String>) -> Result<(), chat_admin::JournalError> {
/// // Begins, or goes on where the last run ended.
/// let journal = Journal::open("mute.journal")?;
/// let report = group.mute(spammers).journal(journal).run().await;
/// println!("{}", report.summary);
/// # Ok(())
/// # }
/// ```
pub struct Journal {
    path: PathBuf,
    file: File,
    note: Value,
    earlier: Option<(Header, History)>,
}

impl Journal {
    /// Begins a journal.
    ///
    /// # Errors
    /// When there is such a file already, or it cannot be made.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self, JournalError> {
        let path = path.into();
        let file = OpenOptions::new().read(true).append(true).create_new(true).open(&path);
        let file = file.map_err(|error| JournalError::file(&path, "made", error))?;
        lock(&path, &file)?;
        Ok(Self { path, file, note: Value::Null, earlier: None })
    }

    /// Goes on with a journal.
    ///
    /// # Errors
    /// When there is none, it cannot be read, it is damaged, or another process uses it.
    pub fn resume(path: impl Into<PathBuf>) -> Result<Self, JournalError> {
        let path = path.into();
        let file = OpenOptions::new().read(true).append(true).open(&path);
        let file = file.map_err(|error| JournalError::file(&path, "opened", error))?;
        lock(&path, &file)?;
        let (earlier, whole) = read(&path, &file)?;
        cut_to(&file, whole).map_err(|error| JournalError::file(&path, "written", error))?;
        let note = earlier.as_ref().map_or(Value::Null, |(header, _)| header.note.clone());
        Ok(Self { path, file, note, earlier })
    }

    /// Goes on with a journal, or begins one where there is none.
    ///
    /// # Errors
    /// As for [`resume`](Self::resume).
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, JournalError> {
        let path = path.into();
        match Self::create(&path) {
            Err(error) if error.already_exists() => Self::resume(path),
            outcome => outcome,
        }
    }

    /// Keeps a value of the caller's, such as the command line, to be found again by
    /// [`note`](Self::note) and [`JournalSummary::note`]. That of a journal that is gone on with
    /// stays.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<Value>) -> Self {
        if self.earlier.is_none() {
            self.note = note.into();
        }
        self
    }

    /// The value that the caller wanted to keep; null without one.
    pub fn note(&self) -> &Value {
        &self.note
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What a journal tells, without going on with it. A job may be writing to it.
    ///
    /// # Errors
    /// When there is none, it cannot be read, or it is damaged.
    pub fn read(path: impl AsRef<Path>) -> Result<JournalSummary, JournalError> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|error| JournalError::file(path, "opened", error))?;
        let (earlier, _) = read(path, &file)?;
        let (header, history) = earlier.ok_or_else(|| {
            let problem = "it was cut off before the job began".to_owned();
            JournalError::new(path, Kind::InvalidJournal { line: 1, problem })
        })?;
        let items = history.extent.map(|extent| extent.items);
        let Header { sdk_app_id, job, note, .. } = header;
        Ok(JournalSummary { sdk_app_id, job, note, items, summary: history.summary() })
    }

    /// Begins to write, or makes sure that the job is the same as before.
    pub(crate) fn start(self, header: Header) -> Result<(JournalWriter, History), JournalError> {
        let Self { path, file, note, earlier } = self;
        let header = Header { note, ..header };
        let is_new = earlier.is_none();
        let history = match earlier {
            None => History::default(),
            Some((before, history)) => {
                before.check(&header).map_err(|kind| JournalError::new(&path, kind))?;
                history
            }
        };
        let writer = JournalWriter::new(path, file);
        if is_new {
            writer.write(&Line::Job(header))?;
        }
        Ok((writer, history))
    }
}

impl Header {
    /// Says how another job differs from this one.
    fn check(&self, other: &Self) -> Result<(), Kind> {
        let differs = |what, found: String, wanted: String| Kind::OtherJob { what, found, wanted };
        if self.sdk_app_id != other.sdk_app_id {
            let (found, wanted) = (self.sdk_app_id.to_string(), other.sdk_app_id.to_string());
            return Err(differs("SDKAppID", found, wanted));
        }
        if self.job != other.job {
            return Err(differs("request", self.job.to_string(), other.job.to_string()));
        }
        if self.batch_size != other.batch_size {
            let (found, wanted) = (self.batch_size, other.batch_size);
            return Err(differs("number of items per call", found.to_string(), wanted.to_string()));
        }
        Ok(())
    }
}

/// What a journal tells of its job.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct JournalSummary {
    /// The app.
    pub sdk_app_id: u32,
    /// What each call does: its endpoint and the request without its items.
    pub job: Value,
    /// The value that the caller wanted to keep.
    pub note: Value,
    /// Length of the input, where the job came to its end.
    pub items: Option<u64>,
    /// How many items ended how. One whose response is missing counts as unknown, until the job goes
    /// on.
    pub summary: Summary,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("path", &self.path).finish_non_exhaustive()
    }
}

fn lock(path: &Path, file: &File) -> Result<(), JournalError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(JournalError::new(path, Kind::Busy)),
        Err(TryLockError::Error(error)) => Err(JournalError::file(path, "locked", error)),
    }
}

/// What is there, and how many bytes of it are whole lines.
type Read = (Option<(Header, History)>, u64);

fn read(path: &Path, mut file: &File) -> Result<Read, JournalError> {
    let unreadable = |error| JournalError::file(path, "read", error);
    let length = whole_lines(file).map_err(unreadable)?;
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let whole = BufReader::new(std::io::Read::take(file, length));
    let name = path.display().to_string();
    let mut lines = Lines::new(whole, LONGEST_LINE);
    let mut header = None;
    let mut history = History::default();
    for number in 1_u64.. {
        let problem = |problem: String| {
            JournalError::new(path, Kind::InvalidJournal { line: number, problem })
        };
        let Some(text) =
            lines.next_text(&name).map_err(|error: InputError| problem(error.to_string()))?
        else {
            break;
        };
        let line = serde_json::from_str(text).map_err(|error| problem(error.to_string()))?;
        match (line, &header) {
            (Line::Job(found), None) if found.version == VERSION => header = Some(found),
            (Line::Job(found), None) => {
                let theirs = found.version;
                let text = format!("it is of version {theirs}, and this is for version {VERSION}");
                return Err(problem(text));
            }
            (_, None) => return Err(problem("it says nothing of the job".to_owned())),
            (line, Some(_)) => history.add(line).map_err(problem)?,
        }
    }
    Ok((header.map(|header| (header, history)), length))
}

/// Takes off the rest of a line that was cut off, which would spoil the next one.
fn cut_to(file: &File, whole: u64) -> std::io::Result<()> {
    if file.metadata()?.len() > whole { file.set_len(whole) } else { Ok(()) }
}

/// How many bytes there are up to the last line end.
fn whole_lines(mut file: &File) -> std::io::Result<u64> {
    use std::io::Read as _;

    const STEP: u64 = 4_096;
    let mut end = file.seek(SeekFrom::End(0))?;
    while end > 0 {
        let start = end.saturating_sub(STEP);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.take(end - start).read_to_end(&mut bytes)?;
        if let Some(index) = bytes.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + index as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// Of the form of the file.
pub(crate) const VERSION: u32 = 1;

/// A chunk of a thousand items, each with a long text of its own.
const LONGEST_LINE: u64 = 16 * 1_024 * 1_024;

#[cfg(test)]
mod tests;
