//! Reads a journal. In a file the last line may be incomplete.

use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use super::{
    Header, History, JournalError, Kind, VERSION, encoding::decode, line::Line, location::Location,
};
use crate::input::Lines;

/// The content of a journal in a file.
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

/// What the lines of a journal say, as far as they were read.
pub(super) struct LineReader {
    location: Location,
    /// The number of the last line, starting at 1.
    number: u64,
    header: Option<Header>,
    history: History,
}

impl LineReader {
    pub(super) fn new(location: impl Into<Location>) -> Self {
        let location = location.into();
        Self { location, number: 0, header: None, history: History::default() }
    }

    /// Takes in the next line, without its line ending.
    pub(super) fn add(&mut self, text: &str) -> Result<(), JournalError> {
        self.number += 1;
        self.read(text).map_err(|problem| self.invalid(problem))
    }

    fn read(&mut self, text: &str) -> Result<(), String> {
        match (decode(text)?, &mut self.header) {
            (Line::Job(found), None) if found.version == VERSION => {
                self.history = History::with_batch_size(found.batch_size)?;
                self.header = Some(found);
            }
            (Line::Job(found), None) => {
                let Header { version, .. } = found;
                return Err(format!("the journal has version {version}, expected {VERSION}"));
            }
            (_, None) => return Err("the first line must describe the job".to_owned()),
            (Line::InvalidInput {}, Some(header)) => header.input = None,
            (line, Some(_)) => self.history.add(line)?,
        }
        Ok(())
    }

    /// Returns an error about the last line.
    pub(super) fn invalid(&self, problem: impl Into<String>) -> JournalError {
        let kind = Kind::InvalidJournal { line: self.number, problem: problem.into() };
        JournalError::new(&self.location, kind)
    }

    /// Returns an error about the line after the last one.
    pub(super) fn invalid_next(&mut self, problem: impl Into<String>) -> JournalError {
        self.number += 1;
        self.invalid(problem)
    }

    /// Returns what the lines say, or `None` if there were none.
    pub(super) fn finish(self) -> Option<(Header, History)> {
        self.header.map(|header| (header, self.history))
    }
}

/// Reads the whole lines of a journal.
pub(super) fn read(path: &Path, mut file: &File) -> Result<Content, JournalError> {
    let unreadable = |error| JournalError::io(path, "read", error);
    let extent = FileExtent::of(file).map_err(unreadable)?;
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let whole = BufReader::new(io::Read::take(file, extent.length));
    let name = path.display().to_string();
    let mut lines = Lines::new(whole, MAX_LINE_BYTES);
    let mut reader = LineReader::new(path);
    loop {
        match lines.next_text(&name) {
            Ok(Some(text)) => reader.add(text)?,
            Ok(None) => break,
            Err(error) => return Err(reader.invalid_next(error.to_string())),
        }
    }
    Ok(Content { earlier: reader.finish(), extent })
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
pub(super) const MAX_LINE_BYTES: u64 = 16 * 1_024 * 1_024;
