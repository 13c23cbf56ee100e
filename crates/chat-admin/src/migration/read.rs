//! Reading records from a file.

use std::io::BufRead;

use crate::{
    input::{LineError, Lines},
    migration::{MAX_LINE_BYTES, Record, RecordError, RecordErrorKind},
};

/// An iterator that reads the records of a file, one line at a time.
///
/// A line that is not a valid record becomes a [`RecordError`], and reading continues with the next
/// line; only an I/O error ends it. Empty lines are skipped. The order of records is not checked
/// here; [`Check`](crate::migration::Check) does that.
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
/// let first = records.next().ok_or("no record")??;
/// assert_eq!(first.number, 2);
/// assert!(matches!(first.record, Record::Account(_)));
///
/// let second = records.next().ok_or("no record")?.unwrap_err();
/// assert_eq!(second.line, 3);
/// assert!(second.to_string().starts_with("line 3: account: UserID is required"));
/// assert!(records.next().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Records<R> {
    lines: Lines<R>,
    is_over: bool,
}

/// A record and its line number.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Line {
    /// The number of the line, counted from 1.
    pub number: u64,
    /// The record on it.
    pub record: Record,
}

impl Line {
    /// Creates a line with this record.
    pub fn new(number: u64, record: Record) -> Self {
        Self { number, record }
    }
}

impl<R: BufRead> Records<R> {
    /// Creates an iterator over the records of `reader`. Nothing is read yet.
    pub fn new(reader: R) -> Self {
        Self { lines: Lines::new(reader, MAX_LINE_BYTES), is_over: false }
    }

    fn record(&mut self) -> Result<Option<Record>, RecordErrorKind> {
        match self.lines.next() {
            Ok(line) => line.map(Record::parse).transpose(),
            Err(LineError::TooLong) => Err(RecordErrorKind::LineTooLong),
            Err(LineError::Unreadable(error)) => Err(RecordErrorKind::Unreadable(error)),
        }
    }
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = Result<Line, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let record = self.record();
        self.is_over = matches!(record, Ok(None) | Err(RecordErrorKind::Unreadable(_)));
        let number = self.lines.number();
        let line = record.transpose()?.map(|record| Line { number, record });
        Some(line.map_err(|kind| RecordError::new(number, kind)))
    }
}
