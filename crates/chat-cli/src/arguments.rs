//! Parses the command line.
//!
//! `--output` and `--color` decide how errors look, so they are looked up even in a command line
//! that cannot be parsed.

use std::ffi::OsString;

use clap::{
    ColorChoice, Command, Parser, ValueEnum as _,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{
    error::{Error, Exit},
    output::{Color, ErrorPrinter, Format, write_or_ignore},
};

/// The arguments of the program, its name first.
pub(crate) struct Arguments(Vec<OsString>);

/// The reason why a command line was not parsed: help was requested, or it is wrong.
pub(crate) struct ParseFailure {
    error: clap::Error,
    /// The command that was parsed, such as `chatctl bulk resume`.
    command: String,
    /// Its usage, such as `Usage: chatctl bulk resume [OPTIONS] <JOURNAL>`.
    usage: String,
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
            .map_err(|error| {
                let (command, usage) = self.command_and_usage(P::command());
                ParseFailure { error, command, usage, json: self.has_json_errors(), color }
            })
    }

    /// Returns the name of the command that the arguments choose, the program and its subcommands,
    /// and how it is used.
    fn command_and_usage(&self, mut root: Command) -> (String, String) {
        root.build();
        let mut command = &root;
        let mut name = root.get_name().to_owned();
        let mut arguments = self.0.iter().skip(1).filter_map(|argument| argument.to_str());
        while let Some(argument) = arguments.next() {
            if argument == "--" {
                break;
            }
            if takes_next(command, argument) {
                arguments.next();
            } else if let Some(subcommand) = command.find_subcommand(argument) {
                command = subcommand;
                name.push(' ');
                name.push_str(subcommand.get_name());
            }
        }
        let usage = command.clone().render_usage().to_string();
        (name, usage.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Returns whether the chosen format has errors as JSON.
    fn has_json_errors(&self) -> bool {
        let name = self.last_value("--output", Some('o')).unwrap_or_default();
        Format::from_str(name, false).is_ok_and(Format::has_json_errors)
    }

    fn color(&self) -> Color {
        match self.last_value("--color", None) {
            Some("always") => Color::Always,
            Some("never") => Color::Never,
            _ => Color::Auto,
        }
    }

    /// Returns the last value of an option without parsing the other arguments.
    fn last_value(&self, name: &str, short: Option<char>) -> Option<&str> {
        let arguments = self.0.iter().map(|argument| argument.to_str().unwrap_or_default());
        let next = arguments.clone().skip(1).chain([""]);
        arguments
            .take_while(|argument| *argument != "--")
            .zip(next)
            .filter_map(|(argument, next)| match argument.strip_prefix(name) {
                Some("") => Some(next),
                Some(value) => value.strip_prefix('='),
                None => match short_value(argument, short?)? {
                    "" => Some(next),
                    value => Some(value.trim_start_matches('=')),
                },
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

    /// Returns what is wrong on one line, with similar names and where to read more.
    pub(crate) fn to_error(&self) -> Error {
        let text = self.error.render().to_string();
        // The other paragraphs are suggestions and the usage.
        let paragraph = text.split("\n\n").next().unwrap_or_default();
        let words: Vec<&str> = paragraph.split_whitespace().collect();
        let message = without_user_sig(&words.join(" "));
        let message = message.strip_prefix("error: ").unwrap_or(&message);
        let see = format!("see `{} --help`", self.command);
        let similar = self.similar();
        let hint = match (similar.is_empty(), self.escape()) {
            (false, _) => format!("did you mean {}? {see}", similar.join(" or ")),
            (true, Some(escape)) => format!("{escape}; {see}"),
            (true, None) => see,
        };
        Error::usage(message).with_hint(hint).with_usage(&self.usage)
    }

    /// Returns existing names that resemble an unknown one.
    fn similar(&self) -> Vec<String> {
        const KINDS: [ContextKind; 3] = [
            ContextKind::SuggestedSubcommand,
            ContextKind::SuggestedArg,
            ContextKind::SuggestedValue,
        ];
        let names = |kind| match self.error.get(kind) {
            Some(ContextValue::String(name)) => vec![name.clone()],
            Some(ContextValue::Strings(names)) => names.clone(),
            _ => Vec::new(),
        };
        // The most similar name is the last one.
        let names = KINDS.into_iter().flat_map(names).rev().take(MAX_SIMILAR);
        names.map(|name| format!("`{name}`")).collect()
    }

    /// Returns how to pass an argument that begins with one hyphen, if that is what is unknown.
    fn escape(&self) -> Option<String> {
        let is_unknown = self.error.kind() == ErrorKind::UnknownArgument;
        let argument = match self.error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(argument)) if is_unknown => argument,
            _ => return None,
        };
        let is_short = argument.starts_with('-') && !argument.starts_with("--");
        is_short.then(|| format!("to pass {argument} as a value, precede it with `--`"))
    }
}

/// Removes the UserSig of a URL that was given as an argument, since clap repeats invalid values.
fn without_user_sig(message: &str) -> String {
    const PARAMETER: &str = "usersig=";
    let mut parts = message.split(PARAMETER);
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['&', '#', '\'', ' ']).unwrap_or(part.len());
        clean.push_str("usersig");
        clean.push_str(part.get(end..).unwrap_or_default());
    }
    clean
}

/// Returns what follows a short option, which may follow flags: `json` of `-qojson`.
fn short_value(argument: &str, short: char) -> Option<&str> {
    const FLAGS: [char; 3] = ['q', 'v', 'y'];
    argument.strip_prefix('-')?.trim_start_matches(FLAGS).strip_prefix(short)
}

/// Returns whether an option takes the next argument as its value.
fn takes_next(command: &Command, argument: &str) -> bool {
    let Some(option) = argument.strip_prefix("--") else { return false };
    let mut options = command.get_arguments();
    options.any(|known| known.get_long() == Some(option) && known.get_action().takes_values())
}

/// The number of similar names in a hint.
const MAX_SIMILAR: usize = 3;
