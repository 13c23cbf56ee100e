//! The command line of a job, as its journal keeps it.

use std::{borrow::Cow, env, fmt, path::Path};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{arguments::Arguments, cli::Cli, error::Error};

/// A command line and where it was given. It holds no secret: no option takes one.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct CommandLine {
    /// The words behind the program's name.
    command: Vec<String>,
    /// Where relative paths begin.
    directory: Option<String>,
}

impl CommandLine {
    pub(super) fn of_this_process() -> Result<Self, Error> {
        let words = env::args_os().skip(1).map(std::ffi::OsString::into_string);
        let command = words.collect::<Result<_, _>>().map_err(|word| {
            let word = word.display();
            Error::usage(format!("{word} is not text in UTF-8, so the journal cannot hold it"))
        })?;
        let directory =
            env::current_dir().ok().and_then(|path| path.into_os_string().into_string().ok());
        Ok(Self { command, directory })
    }

    pub(super) fn to_note(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// `None` where the journal is of another program.
    pub(crate) fn from_note(note: &Value) -> Option<Self> {
        Self::deserialize(note).ok()
    }

    pub(crate) fn words(&self) -> &[String] {
        &self.command
    }

    pub(crate) fn directory(&self) -> Option<&Path> {
        self.directory.as_deref().map(Path::new)
    }

    pub(crate) fn parse(&self) -> Result<Cli, Error> {
        Arguments::of(&self.command).parse().map_err(|stop| {
            let why = stop.in_one_line();
            Error::usage(format!(
                "the command line in the journal cannot be used: {}",
                why.message()
            ))
        })
    }
}

/// As a shell takes it.
impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("chatctl")?;
        self.command.iter().try_for_each(|word| write!(f, " {}", quoted(word)))
    }
}

/// A word as a shell takes it.
pub(super) fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "@%+=:,./_-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn a_shell_takes_a_word_for_what_it_is() {
        assert_eq!(quoted("jobs/mute-1.journal"), "jobs/mute-1.journal");
        assert_eq!(quoted("my job"), "'my job'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("@TGS#1"), "'@TGS#1'");
        assert_eq!(quoted(""), "''");
    }

    /// A journal is a file like others, so whoever adds an option here makes sure that it is none.
    #[test]
    fn no_argument_of_a_command_with_a_journal_takes_a_secret() {
        const KNOWN: &[&str] = &[
            "region",
            "endpoint",
            "sdkappid",
            "identifier",
            "secret_key_file",
            "ca_file",
            "timeout",
            "output",
            "quiet",
            "verbose",
            "color",
            "help",
            "journal",
            "resume",
            "dry_run",
            "report",
            "concurrency",
            "retry_for",
            "group",
            "accounts",
            "members_file",
            "silent",
            "reason",
            "period",
            "forever",
            "topic",
            "groups",
            "groups_file",
            "all_groups",
            "group_type",
            "file",
            "rename",
            "no_preflight",
            "from",
            "to",
        ];
        let mut cli = Cli::command();
        cli.build();
        let mut commands = vec![&cli];
        let mut with_journal = 0;
        while let Some(command) = commands.pop() {
            commands.extend(command.get_subcommands());
            let arguments = || command.get_arguments().map(|argument| argument.get_id().as_str());
            if arguments().any(|argument| argument == "journal") {
                with_journal += 1;
                for argument in arguments() {
                    assert!(KNOWN.contains(&argument), "{argument} of {}", command.get_name());
                }
            }
        }
        assert!(with_journal >= 11);
    }
}
