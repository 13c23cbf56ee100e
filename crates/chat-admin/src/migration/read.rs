use std::io::{BufRead, Read};

use crate::migration::{Mistake, Problem, Record};

/// Reads a file line by line, as far as it is asked.
///
/// A line that cannot be read as a record is a [`Mistake`], after which reading goes on with the
/// next line; only after an error of the file itself it ends. Empty lines are skipped. The order of
/// records is not looked at; [`Check`](crate::migration::Check) does that.
///
/// ```
/// use chat_admin::migration::{Record, Records};
///
/// let file = r#"
/// {"account":{"UserID":"peter","Nick":"Peter"}}
/// {"account":{"Nick":"Nobody"}}
/// "#;
/// let mut records = Records::new(file.as_bytes());
///
/// let first = records.next().ok_or("nothing")??;
/// assert_eq!(first.number, 2);
/// assert!(matches!(first.record, Record::Account(_)));
///
/// let second = records.next().ok_or("nothing")?.unwrap_err();
/// assert_eq!(second.line, 3);
/// assert!(second.to_string().starts_with("line 3: account: UserID is required"));
/// assert!(records.next().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Records<R> {
    reader: R,
    number: u64,
    line: Vec<u8>,
    is_over: bool,
}

/// A record and where it stands.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Line {
    /// The line's number, counted from 1.
    pub number: u64,
    /// What it says.
    pub record: Record,
}

impl Line {
    /// A record at this line.
    pub fn new(number: u64, record: Record) -> Self {
        Self { number, record }
    }
}

impl<R: BufRead> Records<R> {
    /// Reads from here; nothing is read yet.
    pub fn new(reader: R) -> Self {
        Self { reader, number: 0, line: Vec::new(), is_over: false }
    }

    /// Reads the next line, at most [`MAX_LINE_BYTES`] of it; `false` at the end.
    fn read_line(&mut self) -> Result<bool, Problem> {
        self.line.clear();
        self.number += 1;
        let mut start = self.reader.by_ref().take(MAX_LINE_BYTES + 1);
        let length = start.read_until(b'\n', &mut self.line).map_err(Problem::Unreadable)?;
        if length as u64 > MAX_LINE_BYTES && !self.line.ends_with(b"\n") {
            self.reader.skip_until(b'\n').map_err(Problem::Unreadable)?;
            return Err(Problem::LineTooLong);
        }
        Ok(length > 0)
    }

    /// What the line says; `None` where it is empty.
    fn record(&self) -> Option<Result<Record, Problem>> {
        let mut line = self.line.as_slice();
        if self.number == 1 {
            line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        }
        let line = line.trim_ascii();
        (!line.is_empty()).then(|| Record::parse(line))
    }
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = Result<Line, Mistake>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_over {
            let record = match self.read_line() {
                Ok(true) => self.record(),
                Ok(false) => {
                    self.is_over = true;
                    None
                }
                Err(problem) => {
                    self.is_over = matches!(problem, Problem::Unreadable(_));
                    Some(Err(problem))
                }
            };
            if let Some(record) = record {
                let number = self.number;
                let line = record.map(|record| Line { number, record });
                return Some(line.map_err(|problem| Mistake::new(number, problem)));
            }
        }
        None
    }
}

/// The longest line that is read, about ninety times the largest message.
pub const MAX_LINE_BYTES: u64 = 1_048_576;

/// What some editors put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
