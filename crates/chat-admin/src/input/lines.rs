use std::io::{self, BufRead, Read};

use crate::InputError;

/// Lines of a bounded length, with their numbers. Blank lines, white space around a line, a byte order
/// mark and either kind of line end make no difference.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    source: R,
    longest: u64,
    number: u64,
    line: Vec<u8>,
    /// Whether more of the line is to come.
    is_cut_off: bool,
}

/// Why a line cannot be had.
#[derive(Debug)]
pub(crate) enum LineError {
    /// Nothing after it can be read.
    Unreadable(io::Error),
    /// The next one can be read all the same.
    TooLong,
}

impl<R: BufRead> Lines<R> {
    /// Lines of at most so many bytes.
    pub(crate) fn new(source: R, longest: u64) -> Self {
        Self { source, longest, number: 0, line: Vec::new(), is_cut_off: false }
    }

    pub(super) fn source(&self) -> &R {
        &self.source
    }

    /// The number of the line that was read last, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The next line that is not blank; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<&[u8]>, LineError> {
        loop {
            if std::mem::take(&mut self.is_cut_off) {
                self.source.skip_until(b'\n').map_err(LineError::Unreadable)?;
            }
            self.line.clear();
            self.number += 1;
            // Room for the line's end, in either form.
            let mut source = self.source.by_ref().take(self.longest + 2);
            let read = source.read_until(b'\n', &mut self.line).map_err(LineError::Unreadable)?;
            if read == 0 {
                return Ok(None);
            }
            self.is_cut_off = read as u64 == self.longest + 2 && !self.line.ends_with(b"\n");
            let text = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
            if text.strip_suffix(b"\r").unwrap_or(text).len() as u64 > self.longest {
                return Err(LineError::TooLong);
            }
            if !self.last().is_empty() {
                return Ok(Some(self.last()));
            }
        }
    }

    /// The next line as text, of an input that is called so.
    pub(crate) fn next_text(&mut self, name: &str) -> Result<Option<&str>, InputError> {
        // The borrow of the line would outlive the error's need of its number.
        match self.next().map(|line| line.is_some()) {
            Ok(false) => return Ok(None),
            Ok(true) => {}
            Err(LineError::Unreadable(error)) => {
                return Err(InputError::unreadable(self.location(name), error));
            }
            Err(LineError::TooLong) => {
                let problem = format_args!("is longer than {} bytes", self.longest);
                return Err(InputError::new(self.location(name), problem));
            }
        }
        match std::str::from_utf8(self.last()) {
            Ok(text) => Ok(Some(text.trim())),
            Err(_) => Err(InputError::new(self.location(name), "is not text in UTF-8")),
        }
    }

    /// The line that was read last.
    fn last(&self) -> &[u8] {
        let marked = if self.number == 1 { BYTE_ORDER_MARK } else { b"" };
        self.line.strip_prefix(marked).unwrap_or(&self.line).trim_ascii()
    }

    /// Where the line that was read last stands.
    pub(crate) fn location(&self, name: &str) -> String {
        format!("{name}, line {}", self.number())
    }
}

/// What some editors put before UTF-8.
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
    fn what_editors_and_spreadsheets_leave_in_a_list_makes_no_difference() {
        let lines = read("\u{feff}peter\r\n\r\n  leckie \n\t\npeter\n\ntommy".as_bytes()).unwrap();
        assert_eq!(lines, ["peter", "leckie", "peter", "tommy"]);
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        assert_eq!(read(&b"peter\nba\xffd\n"[..]).unwrap_err(), "f, line 2: is not text in UTF-8");
    }

    #[test]
    fn an_endless_line_is_refused_without_reading_it() {
        let endless = BufReader::new(io::repeat(b'a'));
        assert_eq!(read(endless).unwrap_err(), "f, line 1: is longer than 1024 bytes");
    }

    #[test]
    fn a_line_has_at_most_so_many_bytes_without_its_end() {
        let longest = "a".repeat(1_024);
        for end in ["\n", "\r\n", ""] {
            assert_eq!(read(format!("{longest}{end}").as_bytes()).unwrap().len(), 1);
        }
        let error = read(format!("b\n{longest}a\n").as_bytes()).unwrap_err();
        assert_eq!(error, "f, line 2: is longer than 1024 bytes");
    }
}
