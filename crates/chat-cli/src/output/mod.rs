//! Results on standard output, everything else on standard error.

mod errors;
mod inert;
mod options;
mod text;

use std::{
    fmt::Display,
    io::{self, BufWriter, IsTerminal as _, Stdout, Write as _},
};

use comfy_table::Table;
use serde::Serialize;

use self::inert::InertWriter;
pub(crate) use self::{
    errors::{ErrorPrinter, warn, write_or_ignore},
    options::{Color, Format, OutputOptions},
    text::{counted, one_line, table},
};
use crate::error::Error;

/// Writes results to standard output and notes to standard error.
pub(crate) struct Output {
    format: Option<Format>,
    is_terminal: bool,
    quiet: bool,
    writer: InertWriter<BufWriter<Stdout>>,
}

impl Output {
    pub(crate) fn new(options: &OutputOptions) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let writer = BufWriter::new(io::stdout());
        Self {
            format: options.output,
            is_terminal,
            quiet: options.quiet,
            writer: InertWriter::new(writer, is_terminal),
        }
    }

    /// Returns whether results are JSON: by choice, or because standard output is not a terminal.
    pub(crate) fn is_json(&self) -> bool {
        match self.format {
            Some(format) => format == Format::Json,
            None => !self.is_terminal,
        }
    }

    /// Returns whether `--output json` was given. For results that are otherwise one plain line.
    pub(crate) fn is_json_by_choice(&self) -> bool {
        self.format == Some(Format::Json)
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

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        Ok(self.writer.write_all(bytes)?)
    }

    /// Returns the writer, for results that are streamed. Convert its errors with `Error::from`.
    pub(crate) fn writer(&mut self) -> &mut impl io::Write {
        &mut self.writer
    }

    /// Writes one JSON document: indented on a terminal, on one line otherwise.
    pub(crate) fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let written = if self.is_terminal {
            serde_json::to_writer_pretty(&mut self.writer, value)
        } else {
            serde_json::to_writer(&mut self.writer, value)
        };
        written.map_err(io::Error::from)?;
        self.line("")
    }

    /// Writes one JSON value of a longer document, without a line feed.
    pub(crate) fn json_part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        Ok(serde_json::to_writer(&mut self.writer, value).map_err(io::Error::from)?)
    }

    pub(crate) fn table(&mut self, table: &Table) -> Result<(), Error> {
        for line in table.lines() {
            self.line(line.trim_end())?;
        }
        Ok(())
    }

    /// Writes a table whose cells wrap, also where standard output is not a terminal.
    pub(crate) fn wrapped_table(&mut self, mut table: Table) -> Result<(), Error> {
        if !self.is_terminal {
            table.set_width(WIDTH);
        }
        self.table(&table)
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
}

/// The width of a table that is not written to a terminal.
const WIDTH: u16 = 100;
