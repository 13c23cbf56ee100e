use std::io::BufRead;

use crate::{
    input::{LineError, Lines},
    migration::{Record, RecordError, RecordErrorKind},
};

/// Reads a file line by line, as far as it is asked.
///
/// A line that cannot be read as a record is a [`RecordError`], after which reading goes on with the
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
    lines: Lines<R>,
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
        Some(line.map_err(|problem| RecordError::new(number, problem)))
    }
}

/// The longest line that is read, about ninety times the largest message.
pub const MAX_LINE_BYTES: u64 = 1_048_576;
