//! Results on standard output, everything else on standard error.
//!
//! A command prints a table where [`Output::is_json`] is false, and otherwise one JSON value, which
//! is written in the format that was chosen.

mod csv;
mod errors;
mod inert;
#[cfg(feature = "jq")]
mod jq;
mod list;
mod options;
mod pretty;
mod table;
mod text;
mod yaml;

use std::{
    fmt::Display,
    io::{self, BufWriter, IsTerminal as _, Stdout, Write as _},
};

use serde::Serialize;
use serde_json::Value;

use self::inert::InertWriter;
pub(crate) use self::{
    errors::{ErrorPrinter, warn, write_or_ignore},
    list::{Column, List},
    options::{Color, Format, OutputOptions},
    table::{Layout, Table, table},
    text::{counted, local_time, one_line},
};
use crate::error::Error;

/// Writes results to standard output and notes to standard error.
pub(crate) struct Output {
    format: Option<Format>,
    #[cfg(feature = "jq")]
    filter: Option<jq::Filter>,
    is_terminal: bool,
    quiet: bool,
    writer: InertWriter<BufWriter<Stdout>>,
}

impl Output {
    pub(crate) fn new(options: &OutputOptions) -> Result<Self, Error> {
        let is_terminal = io::stdout().is_terminal();
        let writer = BufWriter::new(io::stdout());
        let this = Self {
            format: options.output,
            #[cfg(feature = "jq")]
            filter: options.jq.as_deref().map(jq::Filter::compile).transpose()?,
            is_terminal,
            quiet: options.quiet,
            writer: InertWriter::new(writer, is_terminal),
        };
        if this.has_filter() && !matches!(this.format, None | Some(Format::Json | Format::Jsonl)) {
            return Err(Error::usage("--jq needs --output json or jsonl"));
        }
        Ok(this)
    }

    /// Returns whether results are data: by choice, or because standard output is not a terminal.
    pub(crate) fn is_json(&self) -> bool {
        self.data_format().is_some()
    }

    /// Returns whether a format of data was chosen. For results that are otherwise one plain line.
    pub(crate) fn is_json_by_choice(&self) -> bool {
        self.has_filter() || self.format.is_some_and(Format::is_data)
    }

    /// Returns whether every column of a list is shown.
    pub(crate) fn is_wide(&self) -> bool {
        self.format == Some(Format::Wide)
    }

    /// Returns whether only the IDs of a list are shown.
    pub(crate) fn is_name(&self) -> bool {
        self.format == Some(Format::Name)
    }

    /// Returns whether standard output is a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(crate) fn line(&mut self, text: impl Display) -> Result<(), Error> {
        Ok(writeln!(self.writer, "{text}")?)
    }

    pub(crate) fn text(&mut self, text: impl Display) -> Result<(), Error> {
        Ok(write!(self.writer, "{text}")?)
    }

    /// Returns the writer, for results that are streamed. Convert its errors with `Error::from`.
    pub(crate) fn writer(&mut self) -> &mut impl io::Write {
        &mut self.writer
    }

    /// Writes one value as data.
    pub(crate) fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.json_with_rows(value, None)
    }

    /// Writes one value as data. As CSV it is the table of the objects in the member `rows`.
    pub(crate) fn json_with_rows<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        rows: Option<&str>,
    ) -> Result<(), Error> {
        let value = serde_json::to_value(value).map_err(io::Error::from)?;
        match self.data_format().unwrap_or(Format::Json) {
            Format::Jsonl => match &value {
                Value::Array(items) => items.iter().try_for_each(|item| self.data_line(item)),
                other => self.data_line(other),
            },
            Format::Yaml => {
                let text = yaml::document(&value);
                self.text(text)
            }
            Format::Csv => {
                let value = rows.and_then(|rows| value.get(rows)).unwrap_or(&value);
                let text = csv::document(value)?;
                self.text(text)
            }
            _ if self.has_filter() => self.filtered(value.to_string().as_bytes()),
            _ if self.is_terminal => self.line(format_args!("{value:#}")),
            _ => self.line(value),
        }
    }

    /// Writes JSON as it came, with indentation on a terminal, unless another format was chosen.
    pub(crate) fn raw_json(&mut self, json: &[u8]) -> Result<(), Error> {
        match self.format {
            _ if self.has_filter() => self.filtered(json),
            Some(Format::Jsonl | Format::Csv | Format::Yaml) => {
                match serde_json::from_slice::<Value>(json) {
                    Ok(value) => self.json(&value),
                    Err(_) => self.raw_line(json),
                }
            }
            _ if self.is_terminal => match pretty::indented(json) {
                Some(text) => self.line(text),
                None => self.raw_line(json),
            },
            _ => self.raw_line(json),
        }
    }

    pub(crate) fn table(&mut self, table: &Table) -> Result<(), Error> {
        self.part_of_table(table, &mut Layout::default())
    }

    /// Writes the next rows of a table whose first rows have filled the layout.
    fn part_of_table(&mut self, table: &Table, layout: &mut Layout) -> Result<(), Error> {
        let width = self.width();
        table.next_lines(width, layout).into_iter().try_for_each(|line| self.line(line))
    }

    /// Writes a note to standard error, unless `--quiet` was given.
    pub(crate) fn note(&self, text: impl Display) {
        if !self.quiet {
            write_or_ignore(|| writeln!(io::stderr(), "{text}"));
        }
    }

    /// Writes results of a command whose exit code must not depend on whether they are read.
    pub(crate) fn ignoring_closed_pipe(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match write(self).and_then(|()| self.flush()) {
            Err(error) if error.is_closed_pipe() => Ok(()),
            outcome => outcome,
        }
    }

    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        Ok(self.writer.flush()?)
    }

    fn raw_line(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.writer.write_all(bytes)?;
        self.line("")
    }

    /// Writes one line of JSON Lines.
    fn data_line(&mut self, value: &Value) -> Result<(), Error> {
        if self.has_filter() {
            return self.filtered(value.to_string().as_bytes());
        }
        self.line(value)
    }

    fn data_format(&self) -> Option<Format> {
        match self.format {
            Some(format) => Some(format).filter(|format| format.is_data()),
            None => (self.has_filter() || !self.is_terminal).then_some(Format::Json),
        }
    }

    #[cfg(feature = "jq")]
    fn has_filter(&self) -> bool {
        self.filter.is_some()
    }

    #[cfg(not(feature = "jq"))]
    #[expect(clippy::unused_self, reason = "called like its sibling")]
    fn has_filter(&self) -> bool {
        false
    }

    /// Writes what the filter makes of a JSON document, one result per line.
    #[cfg(feature = "jq")]
    fn filtered(&mut self, json: &[u8]) -> Result<(), Error> {
        let Self { filter: Some(filter), writer, .. } = self else { return Ok(()) };
        filter.run(json, |result| Ok(writeln!(writer, "{result}")?))
    }

    #[cfg(not(feature = "jq"))]
    fn filtered(&mut self, json: &[u8]) -> Result<(), Error> {
        self.raw_line(json)
    }

    /// Returns the columns of the terminal. Elsewhere text wraps like a document.
    fn width(&self) -> usize {
        let chosen = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
        let of_terminal = || {
            let size = self.is_terminal.then(terminal_size::terminal_size).flatten();
            size.map(|(width, _)| usize::from(width.0))
        };
        chosen.filter(|columns| *columns > 0).or_else(of_terminal).unwrap_or(WIDTH)
    }
}

/// The width of a table that is not written to a terminal.
const WIDTH: usize = 100;
