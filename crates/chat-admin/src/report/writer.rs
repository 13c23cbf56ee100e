use std::{
    fmt,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    str::FromStr,
};

use crate::ItemReport;

/// Writes what became of each item, one line each, as it becomes known: memory does not grow with
/// the list.
///
/// Every line has the same fields: `place`, `target`, `item`, `outcome`, `code`, `meaning`, `reason`
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
pub struct ReportWriter<W: Write = File>(Form<W>);

enum Form<W: Write> {
    JsonLines(BufWriter<W>),
    Csv(Box<csv::Writer<W>>),
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportFormat {
    /// One JSON object per line.
    JsonLines,
    /// Comma-separated values as in RFC 4180, with a line of headings. Programs that show such files
    /// as tables may take a text that begins with `=`, `+`, `-` or `@` for a formula.
    Csv,
}

impl ReportWriter<File> {
    /// Writes to a file, which is replaced if it is there.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn create(path: impl AsRef<Path>, format: ReportFormat) -> io::Result<Self> {
        File::create(path).map(|file| Self::new(file, format))
    }
}

impl<W: Write> ReportWriter<W> {
    /// Writes to anything, through a buffer.
    pub fn new(writer: W, format: ReportFormat) -> Self {
        Self(match format {
            ReportFormat::JsonLines => Form::JsonLines(BufWriter::new(writer)),
            ReportFormat::Csv => Form::Csv(Box::new(csv::Writer::from_writer(writer))),
        })
    }

    /// Writes one item.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&mut self, item: &ItemReport) -> io::Result<()> {
        match &mut self.0 {
            Form::JsonLines(writer) => {
                serde_json::to_writer(&mut *writer, item)?;
                writer.write_all(b"\n")
            }
            Form::Csv(writer) => writer.serialize(item).map_err(io::Error::other),
        }
    }

    /// Writes out what is still in the buffer.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Form::JsonLines(writer) => writer.flush(),
            Form::Csv(writer) => writer.flush(),
        }
    }

    /// Writes out what is still in the buffer and ends.
    ///
    /// # Errors
    /// When the writer fails.
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

    /// `jsonl` or `csv`, as the names of such files end.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "jsonl" => Ok(Self::JsonLines),
            "csv" => Ok(Self::Csv),
            other => Err(format!("{other:?} is no format of a report; take jsonl or csv")),
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
    fn json_lines_have_the_same_fields_whatever_became_of_the_item() {
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
    fn csv_has_headings_and_quotes_what_needs_it() {
        let text = written(ReportFormat::Csv);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "index,target,item,outcome,code,meaning,reason,is_retryable");
        assert_eq!(lines[1], "0,,peter,done,,,,");
        assert!(lines[2].starts_with("1,@TGS#1,\"a,b\",failed,10019,"), "{}", lines[2]);
        assert!(lines[2].ends_with(",\"refused with 10019: no \"\"such\"\", user\",false"));
    }
}
