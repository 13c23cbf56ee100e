//! Results on standard output, everything else on standard error.

use std::{
    fmt::Display,
    io::{self, BufWriter, IsTerminal as _, Stdout, Write as _},
};

use clap::{Args, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::error::{Error, Exit};

/// How results and messages look.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputOptions {
    /// How results are written; a table on a terminal, json otherwise
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,

    /// No notes and no progress; errors only
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    /// Log what happens; repeat it for more (-vv, -vvv)
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Color on standard error and in help; NO_COLOR is respected
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

impl OutputOptions {
    pub(crate) fn errors(&self) -> ErrorPrinter {
        ErrorPrinter::new(self.output == Some(Format::Json), self.color)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Also off terminals
    Always,
    /// Nowhere
    Never,
}

impl Color {
    pub(crate) fn on_stderr(self) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                !no_color && io::stderr().is_terminal()
            }
        }
    }
}

/// Where results go.
pub(crate) struct Output {
    chosen: Option<Format>,
    is_terminal: bool,
    quiet: bool,
    writer: BufWriter<Stdout>,
}

impl Output {
    pub(crate) fn new(options: &OutputOptions) -> Self {
        Self {
            chosen: options.output,
            is_terminal: io::stdout().is_terminal(),
            quiet: options.quiet,
            writer: BufWriter::new(io::stdout()),
        }
    }

    /// Whether results are JSON: asked for, or because nobody looks at them.
    pub(crate) fn is_json(&self) -> bool {
        match self.chosen {
            Some(format) => format == Format::Json,
            None => !self.is_terminal,
        }
    }

    /// Whether JSON was asked for by name. For results that are one plain line otherwise.
    pub(crate) fn is_json_by_choice(&self) -> bool {
        self.chosen == Some(Format::Json)
    }

    /// Whether results go to where progress is shown.
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

    /// For results that are written as they come. Errors are to be made with `Error::from`.
    pub(crate) fn writer(&mut self) -> &mut impl io::Write {
        &mut self.writer
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        Ok(self.writer.write_all(bytes)?)
    }

    /// One JSON document: spread out on a terminal, on one line otherwise.
    pub(crate) fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let written = if self.is_terminal {
            serde_json::to_writer_pretty(&mut self.writer, value)
        } else {
            serde_json::to_writer(&mut self.writer, value)
        };
        written.map_err(io::Error::from)?;
        self.line("")
    }

    /// One JSON value without a line feed, as a part of a longer document.
    pub(crate) fn json_part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        Ok(serde_json::to_writer(&mut self.writer, value).map_err(io::Error::from)?)
    }

    pub(crate) fn table(&mut self, table: &Table) -> Result<(), Error> {
        for line in table.lines() {
            self.line(line.trim_end())?;
        }
        Ok(())
    }

    /// Something worth knowing that is no result.
    pub(crate) fn note(&self, text: impl Display) {
        if !self.quiet {
            write_or_ignore(|| writeln!(io::stderr(), "{text}"));
        }
    }

    /// Writes results beside which the exit code matters more than whether anybody reads them.
    pub(crate) fn despite_closed_pipe(
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

/// Where errors go.
#[derive(Clone, Copy)]
pub(crate) struct ErrorPrinter {
    json: bool,
    color: Color,
}

impl ErrorPrinter {
    pub(crate) fn new(json: bool, color: Color) -> Self {
        Self { json, color }
    }

    pub(crate) fn report(self, error: &Error) -> Exit {
        if error.is_closed_pipe() {
            return error.exit();
        }
        let label = if self.color.on_stderr() { "\x1b[1;31merror:\x1b[0m" } else { "error:" };
        write_or_ignore(|| {
            if self.json {
                writeln!(io::stderr(), "{}", error.to_json())
            } else {
                writeln!(io::stderr(), "{label} {}", OneLine(&error.to_string()))
            }
        });
        error.exit()
    }
}

/// An empty table with these headings.
pub(crate) fn table<const N: usize>(headings: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(headings);
    for index in 0..N {
        if let Some(column) = table.column_mut(index) {
            column.set_padding((0, 2));
        }
    }
    table
}

/// `1 group`, `2 groups`.
pub(crate) fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Nothing can be said about a standard error that is gone.
pub(crate) fn write_or_ignore(write: impl FnOnce() -> io::Result<()>) {
    let _ = write();
}

/// Foreign text without what would break a line or a terminal.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl Display for OneLine<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.0.contains(char::is_control) {
            return f.pad(self.0);
        }
        let clean: String = self.0.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        f.pad(&clean)
    }
}
