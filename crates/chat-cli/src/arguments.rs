//! Parses the command line.
//!
//! `--output` and `--color` decide how errors look, so they are looked up even in a command line
//! that cannot be parsed.

use std::ffi::OsString;

use clap::{ColorChoice, Parser, error::ErrorKind};

use crate::{
    error::{Error, Exit},
    output::{Color, ErrorPrinter, write_or_ignore},
};

/// The arguments of the program, its name first.
pub(crate) struct Arguments(Vec<OsString>);

/// The reason why a command line was not parsed: help was requested, or it is wrong.
pub(crate) struct ParseFailure {
    error: clap::Error,
    json: bool,
    color: Color,
}

impl Arguments {
    /// Returns the arguments of this process.
    pub(crate) fn from_env() -> Self {
        Self(std::env::args_os().collect())
    }

    /// Returns arguments that were stored without the program's name.
    pub(crate) fn from_stored(arguments: &[String]) -> Self {
        let arguments = arguments.iter().map(String::as_str);
        Self(std::iter::once("chatctl").chain(arguments).map(Into::into).collect())
    }

    /// Parses the arguments as the command line `P`.
    pub(crate) fn parse<P: Parser>(&self) -> Result<P, ParseFailure> {
        let color = self.color();
        let command = P::command().color(match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        });
        command
            .try_get_matches_from(&self.0)
            .and_then(|matches| P::from_arg_matches(&matches))
            .map_err(|error| ParseFailure {
                error,
                json: self.last_value("--output") == Some("json"),
                color,
            })
    }

    fn color(&self) -> Color {
        match self.last_value("--color") {
            Some("always") => Color::Always,
            Some("never") => Color::Never,
            _ => Color::Auto,
        }
    }

    /// Returns the last value of an option without parsing the other arguments.
    fn last_value(&self, option: &str) -> Option<&str> {
        let arguments = self.0.iter().map(|argument| argument.to_str().unwrap_or_default());
        let next = arguments.clone().skip(1).chain([""]);
        arguments
            .take_while(|argument| *argument != "--")
            .zip(next)
            .filter_map(|(argument, next)| match argument.strip_prefix(option)? {
                "" => Some(next),
                value => value.strip_prefix('='),
            })
            .last()
    }
}

impl ParseFailure {
    /// Prints the help or the error and returns the exit code.
    pub(crate) fn report(&self) -> Exit {
        let exit = if self.error.use_stderr() { Exit::Usage } else { Exit::Done };
        // For a command without its arguments clap prints the help instead of an error.
        let is_help =
            self.error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !self.json;
        if exit == Exit::Usage && !is_help {
            return ErrorPrinter::new(self.json, self.color).report(&self.to_error());
        }
        // clap chooses the stream and the colors.
        write_or_ignore(|| self.error.print());
        exit
    }

    /// Returns the first paragraph of clap's message, which states what is wrong, on one line.
    pub(crate) fn to_error(&self) -> Error {
        let text = self.error.render().to_string();
        let paragraph = text.split("\n\n").next().unwrap_or_default();
        let words: Vec<&str> = paragraph.split_whitespace().collect();
        let message = words.join(" ");
        let message = message.strip_prefix("error: ").unwrap_or(&message);
        Error::usage(message).with_hint("see `chatctl --help`")
    }
}
