//! `--output`, `--jq`, `--quiet`, `--verbose` and `--color`.

use std::io::{self, IsTerminal as _};

use clap::{Args, ValueEnum};

/// How results and messages look.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputOptions {
    /// Format of the results [default: table on a terminal, json otherwise]
    #[arg(long, short, global = true, value_enum, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,

    /// Print what this jq filter makes of the JSON, strings without quotes; with --output jsonl, of
    /// each line
    #[cfg(feature = "jq")]
    #[arg(long, global = true, value_name = "FILTER", allow_hyphen_values = true)]
    pub(crate) jq: Option<String>,

    /// Print errors only, without notes and progress
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    /// Log to standard error; repeat for more detail (-vv, -vvv)
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,

    /// When to color errors and help; auto respects NO_COLOR
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// A table with every column of a list
    Wide,
    /// The IDs of a list, one per line
    Name,
    /// For programs: one document
    Json,
    /// For programs: one JSON object per line
    Jsonl,
    /// For spreadsheets
    Csv,
    /// For configuration files
    Yaml,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Format {
    /// Returns whether results are data, and not text for people.
    pub(super) fn is_data(self) -> bool {
        !matches!(self, Self::Table | Self::Wide | Self::Name)
    }

    /// Returns whether errors are JSON too.
    pub(crate) fn has_json_errors(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl)
    }
}

impl Color {
    /// Returns whether standard error is colored.
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
