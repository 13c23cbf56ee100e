//! Reads a journal, whose last line may be incomplete.

use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use super::{Header, History, JournalError, Kind, VERSION, encoding::decode, line::Line};
use crate::{InputError, input::Lines};

/// The content of a journal.
pub(super) struct Content {
    /// `None` if not even the first line is complete.
    pub(super) earlier: Option<(Header, History)>,
    extent: FileExtent,
}

/// How much of the file consists of whole lines.
#[derive(Clone, Copy)]
struct FileExtent {
    /// The length of the whole lines in bytes.
    length: u64,
    /// Whether the last one has lost its line ending.
    lacks_line_ending: bool,
}

/// Reads the whole lines of a journal.
pub(super) fn read(path: &Path, mut file: &File) -> Result<Content, JournalError> {
    let unreadable = |error| JournalError::io(path, "read", error);
    let extent = FileExtent::of(file).map_err(unreadable)?;
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let whole = BufReader::new(io::Read::take(file, extent.length));
    let name = path.display().to_string();
    let mut lines = Lines::new(whole, MAX_LINE_BYTES);
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
        match (decode(text).map_err(invalid)?, &mut header) {
            (Line::Job(found), None) if found.version == VERSION => {
                history = History::with_batch_size(found.batch_size).map_err(invalid)?;
                header = Some(found);
            }
            (Line::Job(found), None) => {
                let Header { version, .. } = found;
                let problem = format!("the journal has version {version}, expected {VERSION}");
                return Err(invalid(problem));
            }
            (_, None) => return Err(invalid("the first line must describe the job".to_owned())),
            (Line::InvalidInput {}, Some(header)) => header.input = None,
            (line, Some(_)) => history.add(line).map_err(invalid)?,
        }
    }
    Ok(Content { earlier: header.map(|header| (header, history)), extent })
}

/// Makes the file end with a line ending, so that the next line can be appended: removes an incomplete
/// line, or restores the line ending of a whole one.
pub(super) fn repair(mut file: &File, content: &Content) -> io::Result<()> {
    let FileExtent { length, lacks_line_ending } = content.extent;
    if file.metadata()?.len() > length {
        file.set_len(length)?;
    }
    if lacks_line_ending { file.write_all(b"\n") } else { Ok(()) }
}

impl FileExtent {
    /// Finds the last line. One without a line ending is whole if its checksum matches, because the
    /// line ending may be damaged or missing; to ignore it would be to forget a call that was made.
    fn of(mut file: &File) -> io::Result<Self> {
        let terminated = Self { length: terminated_length(file)?, lacks_line_ending: false };
        file.seek(SeekFrom::Start(terminated.length))?;
        let mut rest = Vec::new();
        file.take(MAX_LINE_BYTES + 2).read_to_end(&mut rest)?;
        let is_whole = |length: usize| {
            let text = rest.get(..length).and_then(|text| std::str::from_utf8(text).ok());
            text.is_some_and(|text| decode(text).is_ok())
        };
        // The last byte may have been the line ending.
        let lengths = [rest.len(), rest.len().saturating_sub(1)];
        Ok(match lengths.into_iter().find(|length| is_whole(*length)) {
            Some(length) => {
                Self { length: terminated.length + length as u64, lacks_line_ending: true }
            }
            None => terminated,
        })
    }
}

/// Returns the number of bytes up to the last line ending.
fn terminated_length(mut file: &File) -> io::Result<u64> {
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
