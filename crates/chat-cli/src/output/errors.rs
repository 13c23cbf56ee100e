//! Errors on standard error.

use std::{
    fmt::Display,
    io::{self, Write as _},
};

use super::{
    options::{Color, Format, OutputOptions},
    text::one_line,
};
use crate::error::{Error, Exit};

/// Prints errors as text or JSON.
#[derive(Clone, Copy)]
pub(crate) struct ErrorPrinter {
    json: bool,
    color: Color,
}

impl ErrorPrinter {
    pub(crate) fn new(json: bool, color: Color) -> Self {
        Self { json, color }
    }

    pub(crate) fn from_options(options: &OutputOptions) -> Self {
        Self::new(options.output.is_some_and(Format::has_json_errors), options.color)
    }

    /// Returns the exit code of a command that has printed what failed among its results. As JSON,
    /// every failure has an error object as well.
    pub(crate) fn report_exit(self, exit: Exit) -> Exit {
        if self.json && exit != Exit::Done {
            return self.report(&Error::among_results(exit));
        }
        exit
    }

    /// Prints the error and returns its exit code.
    pub(crate) fn report(self, error: &Error) -> Exit {
        if error.is_closed_pipe() {
            return error.exit();
        }
        let label = if self.color.on_stderr() { "\x1b[1;31merror:\x1b[0m" } else { "error:" };
        write_or_ignore(|| {
            if self.json {
                writeln!(io::stderr(), "{}", error.to_json())
            } else {
                writeln!(io::stderr(), "{label} {}", one_line(&error.to_string()))?;
                error.usage_line().map_or(Ok(()), |usage| writeln!(io::stderr(), "{usage}"))
            }
        });
        error.exit()
    }
}

/// Prints a warning, which `--quiet` does not hide.
pub(crate) fn warn(text: impl Display) {
    write_or_ignore(|| writeln!(io::stderr(), "warning: {}", one_line(&text.to_string())));
}

/// Writes to standard error. A failure is ignored, since it could be reported nowhere else.
pub(crate) fn write_or_ignore(write: impl FnOnce() -> io::Result<()>) {
    let _ = write();
}
