//! Reads a journal, whose last line may be incomplete.

use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _, SeekFrom},
    path::Path,
};

use super::{Header, History, JournalError, Kind, VERSION, line::Line};
use crate::{InputError, input::Lines};

/// The content of a journal.
pub(super) struct Content {
    /// `None` if not even the first line is complete.
    pub(super) earlier: Option<(Header, History)>,
    /// The length of the complete lines in bytes.
    pub(super) length: u64,
}

/// Reads the complete lines of a journal.
pub(super) fn read(path: &Path, mut file: &File) -> Result<Content, JournalError> {
    let unreadable = |error| JournalError::io(path, "read", error);
    let length = complete_length(file).map_err(unreadable)?;
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let complete = BufReader::new(io::Read::take(file, length));
    let name = path.display().to_string();
    let mut lines = Lines::new(complete, MAX_LINE_BYTES);
    let mut header = None;
    let mut history = History::default();
    for number in 1_u64.. {
        let invalid = |problem: String| {
            JournalError::new(path, Kind::InvalidJournal { line: number, problem })
        };
        let text = lines.next_text(&name);
        let Some(text) = text.map_err(|error: InputError| invalid(error.to_string()))? else {
            break;
        };
        let line = serde_json::from_str(text).map_err(|error| invalid(error.to_string()))?;
        match (line, &header) {
            (Line::Job(found), None) if found.version == VERSION => header = Some(found),
            (Line::Job(found), None) => {
                let Header { version, .. } = found;
                let problem = format!("the journal has version {version}, expected {VERSION}");
                return Err(invalid(problem));
            }
            (_, None) => return Err(invalid("the first line must describe the job".to_owned())),
            (line, Some(_)) => history.add(line).map_err(invalid)?,
        }
    }
    Ok(Content { earlier: header.map(|header| (header, history)), length })
}

/// Removes an incomplete line at the end, to which the next line would be appended otherwise.
pub(super) fn truncate(file: &File, length: u64) -> io::Result<()> {
    if file.metadata()?.len() > length { file.set_len(length) } else { Ok(()) }
}

/// Returns the number of bytes up to the last line ending.
fn complete_length(mut file: &File) -> io::Result<u64> {
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

/// Enough for a chunk of a thousand items, each with a long reason for its failure.
const MAX_LINE_BYTES: u64 = 16 * 1_024 * 1_024;
