//! Reports in files.

use std::{
    fmt,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    str::FromStr,
};

use crate::ItemReport;

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
    /// Comma-separated values as in RFC 4180, with a header line. Spreadsheet programs may interpret
    /// values that start with `=`, `+`, `-` or `@` as formulas.
    Csv,
}

impl ReportWriter<File> {
    /// Creates a file, or replaces an existing one.
    ///
    /// # Errors
    /// If the file cannot be created.
    pub fn create(path: impl AsRef<Path>, format: ReportFormat) -> io::Result<Self> {
        File::create(path).map(|file| Self::new(file, format))
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
            Output::Csv(writer) => writer.serialize(item).map_err(io::Error::other),
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

#[cfg(test)]
mod tests {
    use chat_types::{Endpoint as _, group::AddGroupMember};

    use super::*;
    use crate::{Failure, Outcome};

    fn written(format: ReportFormat) -> String {
        let failure = Failure::of_item(AddGroupMember::SPEC, Some(10019), "no \"such\", user");
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
        assert!(lines[2].ends_with(",\"refused with 10019: no \"\"such\"\", user\",false"));
    }
}
