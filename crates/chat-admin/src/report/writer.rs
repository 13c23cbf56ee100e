//! Reports in files.

use std::{
    borrow::Cow,
    fmt,
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    path::Path,
    str::FromStr,
};

use chat_types::ASSIGNED_GROUP_ID_PREFIX;
use serde::Serialize;

use crate::{Failure, ItemReport, private_file::private};

/// Writes the outcome of each item as it becomes known, one line per item. Memory does not grow with
/// the list.
///
/// Every line has the same fields: `index`, `target`, `item`, `outcome`, `code`, `meaning`, `reason`
/// and `is_retryable`.
///
/// ```no_run
/// use chat_admin::{End, Group, ReportFormat, ReportWriter};
///
/// # async fn example(group: Group) -> Result<(), std::io::Error> {
/// let mut report = ReportWriter::create("report.csv", ReportFormat::Csv)?;
/// let mut running = group.unmute(["peter", "leckie"]).start();
/// while let Some(chunk) = running.next().await {
///     for item in &chunk.items {
///         report.write(item)?;
///     }
/// }
/// report.finish()?;
/// # Ok(())
/// # }
/// ```
pub struct ReportWriter<W: Write = File>(Output<W>);

enum Output<W: Write> {
    JsonLines(BufWriter<W>),
    Csv(Box<csv::Writer<W>>),
}

/// The file format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportFormat {
    /// One JSON object per line.
    JsonLines,
    /// Comma-separated values as in RFC 4180, with a header line. A text that spreadsheet programs would
    /// take for a formula, because it starts with `=`, `+`, `-`, `@`, a tab or a line break, has an
    /// apostrophe before it, which they do not show. The JSON Lines have it unchanged.
    Csv,
}

impl ReportWriter<File> {
    /// Creates a file, or replaces the content of an existing one. Only the current user can read a new
    /// file, where the system supports that.
    ///
    /// # Errors
    /// If the file cannot be created.
    pub fn create(path: impl AsRef<Path>, format: ReportFormat) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        private(&mut options).open(path).map(|file| Self::new(file, format))
    }
}

impl<W: Write> ReportWriter<W> {
    /// Wraps a writer and buffers what is written.
    pub fn new(writer: W, format: ReportFormat) -> Self {
        Self(match format {
            ReportFormat::JsonLines => Output::JsonLines(BufWriter::new(writer)),
            ReportFormat::Csv => Output::Csv(Box::new(csv::Writer::from_writer(writer))),
        })
    }

    /// Writes one item.
    ///
    /// # Errors
    /// If the writer fails.
    pub fn write(&mut self, item: &ItemReport) -> io::Result<()> {
        match &mut self.0 {
            Output::JsonLines(writer) => {
                serde_json::to_writer(&mut *writer, item)?;
                writer.write_all(b"\n")
            }
            Output::Csv(writer) => {
                writer.serialize(without_formulas(item)).map_err(io::Error::other)
            }
        }
    }

    /// Flushes the buffer.
    ///
    /// # Errors
    /// If the writer fails.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Output::JsonLines(writer) => writer.flush(),
            Output::Csv(writer) => writer.flush(),
        }
    }

    /// Flushes the buffer and drops the writer.
    ///
    /// # Errors
    /// If the writer fails.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()
    }
}

impl<W: Write> fmt::Debug for ReportWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportWriter").finish_non_exhaustive()
    }
}

impl FromStr for ReportFormat {
    type Err = String;

    /// Parses `jsonl` or `csv`, the extensions of such files.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "jsonl" => Ok(Self::JsonLines),
            "csv" => Ok(Self::Csv),
            other => Err(format!("invalid report format {other:?}: expected jsonl or csv")),
        }
    }
}

/// Returns an item whose texts no spreadsheet program takes for formulas.
fn without_formulas(item: &ItemReport) -> Row<'_> {
    let failure = item.outcome.failure();
    Row {
        index: item.index,
        target: item.target.as_deref().map(inert),
        item: inert(&item.key),
        outcome: item.outcome.as_str(),
        code: failure.and_then(Failure::code),
        meaning: failure.and_then(Failure::meaning),
        reason: failure.map(|failure| inert(&failure.to_string()).into_owned()),
        is_retryable: failure.map(Failure::is_retryable),
    }
}

/// A row of the table, with the fields of an [`ItemReport`].
#[derive(Serialize)]
struct Row<'a> {
    index: u64,
    target: Option<Cow<'a, str>>,
    item: Cow<'a, str>,
    outcome: &'static str,
    code: Option<i64>,
    meaning: Option<&'static str>,
    reason: Option<String>,
    is_retryable: Option<bool>,
}

/// The ID that the service assigns to a group begins like a formula and is none.
fn is_assigned_id(text: &str) -> bool {
    let rest = text.strip_prefix(ASSIGNED_GROUP_ID_PREFIX);
    rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_alphanumeric() || "_#".contains(c)))
}

fn inert(text: &str) -> Cow<'_, str> {
    let may_be_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if may_be_formula && !is_assigned_id(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use chat_types::{Endpoint as _, account::AccountDelete};

    use super::*;
    use crate::{Failure, Outcome};

    #[test]
    fn csv_has_no_formulas() {
        for text in ["=cmd|calc", "+1", "-1", "@SUM(1)", "@TGS#1+A1", "\t=1", "\r=1", "\n=1"] {
            let item = ItemReport {
                index: 0,
                target: Some(text.into()),
                key: text.into(),
                outcome: Outcome::Done,
            };
            let mut bytes = Vec::new();
            let mut writer = ReportWriter::new(&mut bytes, ReportFormat::Csv);
            writer.write(&item).unwrap();
            writer.finish().unwrap();
            let mut rows = csv::Reader::from_reader(&bytes[..]);
            let row = rows.records().next().unwrap().unwrap();
            assert_eq!((&row[1], &row[2]), (&*format!("'{text}"), &*format!("'{text}")));
        }
    }

    fn written(format: ReportFormat) -> String {
        let failure = Failure::of_item(AccountDelete::SPEC, Some(10019), "no \"such\", user");
        let items = [
            ItemReport { index: 0, target: None, key: "peter".into(), outcome: Outcome::Done },
            ItemReport {
                index: 1,
                target: Some("@TGS#1".into()),
                key: "a,b".into(),
                outcome: Outcome::Failed(failure),
            },
        ];
        let mut bytes = Vec::new();
        let mut writer = ReportWriter::new(&mut bytes, format);
        for item in &items {
            writer.write(item).unwrap();
        }
        writer.finish().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn json_lines_have_the_same_fields_for_every_outcome() {
        let text = written(ReportFormat::JsonLines);
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["outcome"], "done");
        assert_eq!(lines[0]["code"], serde_json::Value::Null);
        assert_eq!(lines[1]["code"], 10019);
        assert_eq!(lines[1]["is_retryable"], false);
        let fields = |line: &serde_json::Value| line.as_object().unwrap().len();
        assert_eq!(fields(&lines[0]), fields(&lines[1]));
    }

    #[test]
    fn csv_has_a_header_and_quotes_where_needed() {
        let text = written(ReportFormat::Csv);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "index,target,item,outcome,code,meaning,reason,is_retryable");
        assert_eq!(lines[1], "0,,peter,done,,,,");
        assert!(lines[2].starts_with("1,@TGS#1,\"a,b\",failed,10019,"), "{}", lines[2]);
        assert!(
            lines[2].contains(",\"refused with code 10019 (no \"\"such\"\", user): "),
            "{}",
            lines[2]
        );
        assert!(lines[2].ends_with(",false"), "{}", lines[2]);
    }
}
