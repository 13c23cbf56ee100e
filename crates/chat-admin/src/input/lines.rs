//! Lines of a bounded length, for files that people and spreadsheets write.

use std::io::{self, BufRead, Read};

use crate::InputError;

/// Reads lines of a bounded length and counts them. Skips blank lines, and ignores white space around a
/// line, a byte order mark and the kind of line ending.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    source: R,
    max_bytes: u64,
    number: u64,
    line: Vec<u8>,
    /// Whether the rest of the last line, which was too long, is still unread.
    is_partial: bool,
}

/// Why a line could not be read.
#[derive(Debug)]
pub(crate) enum LineError {
    /// Nothing after it can be read either.
    Unreadable(io::Error),
    /// The next line can still be read.
    TooLong,
}

impl<R: BufRead> Lines<R> {
    /// Reads lines of at most `max_bytes` bytes.
    pub(crate) fn new(source: R, max_bytes: u64) -> Self {
        Self { source, max_bytes, number: 0, line: Vec::new(), is_partial: false }
    }

    pub(super) fn source(&self) -> &R {
        &self.source
    }

    /// Returns the number of the last line read, starting at 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Returns the next line that is not blank, or `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<&[u8]>, LineError> {
        loop {
            if std::mem::take(&mut self.is_partial) {
                self.source.skip_until(b'\n').map_err(LineError::Unreadable)?;
            }
            self.line.clear();
            self.number += 1;
            // Leaves room for either kind of line ending.
            let mut source = self.source.by_ref().take(self.max_bytes + 2);
            let read = source.read_until(b'\n', &mut self.line).map_err(LineError::Unreadable)?;
            if read == 0 {
                return Ok(None);
            }
            self.is_partial = read as u64 == self.max_bytes + 2 && !self.line.ends_with(b"\n");
            let text = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
            if text.strip_suffix(b"\r").unwrap_or(text).len() as u64 > self.max_bytes {
                return Err(LineError::TooLong);
            }
            if !self.last().is_empty() {
                return Ok(Some(self.last()));
            }
        }
    }

    /// Returns the next line as a string. `name` is what errors call the input.
    pub(crate) fn next_text(&mut self, name: &str) -> Result<Option<&str>, InputError> {
        // An error needs the line number, so the borrow of the line must end before.
        match self.next().map(|line| line.is_some()) {
            Ok(false) => return Ok(None),
            Ok(true) => {}
            Err(LineError::Unreadable(error)) => {
                return Err(InputError::unreadable(self.location(name), error));
            }
            Err(LineError::TooLong) => {
                let problem = format_args!("is longer than {} bytes", self.max_bytes);
                return Err(InputError::new(self.location(name), problem));
            }
        }
        match std::str::from_utf8(self.last()) {
            Ok(text) => Ok(Some(text.trim())),
            Err(_) => Err(InputError::new(self.location(name), "is not valid UTF-8")),
        }
    }

    /// Returns the last line read, trimmed.
    fn last(&self) -> &[u8] {
        let marked = if self.number == 1 { BYTE_ORDER_MARK } else { b"" };
        self.line.strip_prefix(marked).unwrap_or(&self.line).trim_ascii()
    }

    /// Returns the location of the last line read.
    pub(crate) fn location(&self, name: &str) -> String {
        format!("{name}, line {}", self.number())
    }
}

/// Some editors write it at the start of a UTF-8 file.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

#[cfg(test)]
mod tests {
    use std::io::{self, BufReader};

    use super::*;

    fn read(input: impl BufRead) -> Result<Vec<String>, String> {
        let mut lines = Lines::new(input, 1_024);
        let mut all = Vec::new();
        while let Some(line) = lines.next_text("f").map_err(|error| error.to_string())? {
            all.push(line.to_owned());
        }
        Ok(all)
    }

    #[test]
    fn blank_lines_spaces_and_line_endings_are_ignored() {
        let lines = read("\u{feff}peter\r\n\r\n  leckie \n\t\npeter\n\ntommy".as_bytes()).unwrap();
        assert_eq!(lines, ["peter", "leckie", "peter", "tommy"]);
    }

    #[test]
    fn invalid_line_is_reported_with_its_number() {
        assert_eq!(read(&b"peter\nba\xffd\n"[..]).unwrap_err(), "f, line 2: is not valid UTF-8");
    }

    #[test]
    fn endless_line_is_refused_without_reading_it() {
        let endless = BufReader::new(io::repeat(b'a'));
        assert_eq!(read(endless).unwrap_err(), "f, line 1: is longer than 1024 bytes");
    }

    #[test]
    fn line_limit_does_not_count_the_line_ending() {
        let longest = "a".repeat(1_024);
        for end in ["\n", "\r\n", ""] {
            assert_eq!(read(format!("{longest}{end}").as_bytes()).unwrap().len(), 1);
        }
        let error = read(format!("b\n{longest}a\n").as_bytes()).unwrap_err();
        assert_eq!(error, "f, line 2: is longer than 1024 bytes");
    }
}
