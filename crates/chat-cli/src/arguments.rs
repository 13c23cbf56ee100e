//! From the words of the command line to [`Cli`].
//!
//! Two options say how errors look, so they are needed even where the rest cannot be read.

use std::ffi::OsString;

use clap::{ColorChoice, CommandFactory as _, FromArgMatches as _, error::ErrorKind};

use crate::{
    cli::Cli,
    error::{Error, Exit},
    output::{Color, ErrorPrinter, write_or_ignore},
};

pub(crate) struct Arguments(Vec<OsString>);

impl Arguments {
    pub(crate) fn from_env() -> Self {
        Self(std::env::args_os().collect())
    }

    /// Words behind the program's name that were given another time.
    pub(crate) fn of(words: &[String]) -> Self {
        Self(
            std::iter::once("chatctl")
                .chain(words.iter().map(String::as_str))
                .map(Into::into)
                .collect(),
        )
    }

    pub(crate) fn parse(&self) -> Result<Cli, Stop> {
        let color = self.color();
        let command = Cli::command().color(match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        });
        command
            .try_get_matches_from(&self.0)
            .and_then(|matches| Cli::from_arg_matches(&matches))
            .map_err(|error| Stop { error, json: self.last("--output") == Some("json"), color })
    }

    fn color(&self) -> Color {
        match self.last("--color") {
            Some("always") => Color::Always,
            Some("never") => Color::Never,
            _ => Color::Auto,
        }
    }

    /// The value of an option, before anything is known about the others.
    fn last(&self, option: &str) -> Option<&str> {
        let words = self.0.iter().map(|word| word.to_str().unwrap_or_default());
        let next = words.clone().skip(1).chain([""]);
        words
            .take_while(|word| *word != "--")
            .zip(next)
            .filter_map(|(word, next)| match word.strip_prefix(option)? {
                "" => Some(next),
                value => value.strip_prefix('='),
            })
            .last()
    }
}

/// Help was asked for, or the command line is wrong.
pub(crate) struct Stop {
    error: clap::Error,
    json: bool,
    color: Color,
}

impl Stop {
    pub(crate) fn report(&self) -> Exit {
        let exit = if self.error.use_stderr() { Exit::Usage } else { Exit::Done };
        // A command without its arguments is answered with its help.
        let is_help =
            self.error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !self.json;
        if exit == Exit::Usage && !is_help {
            return ErrorPrinter::new(self.json, self.color).report(&self.in_one_line());
        }
        // It knows where to write and whether in color; a closed pipe is nobody's loss.
        write_or_ignore(|| self.error.print());
        exit
    }

    /// The first paragraph says what is wrong; usage and tips come after it.
    pub(crate) fn in_one_line(&self) -> Error {
        let text = self.error.render().to_string();
        let what = text.split("\n\n").next().unwrap_or_default();
        let words: Vec<&str> = what.split_whitespace().collect();
        let message = words.join(" ");
        let message = message.strip_prefix("error: ").unwrap_or(&message);
        Error::usage(message).with_hint("see `chatctl --help`")
    }
}
