//! The command line of a job, as its journal stores it.

use std::{borrow::Cow, env, ffi::OsString, fmt, path::Path};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Error;

/// A command line and the directory in which it was run. It contains no secret, since no option
/// takes one.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct CommandLine {
    /// The arguments after the program's name.
    #[serde(rename = "command")]
    arguments: Vec<String>,
    /// The directory that relative paths refer to.
    directory: Option<String>,
}

impl CommandLine {
    /// Returns the command line of this process.
    pub(super) fn of_this_process() -> Result<Self, Error> {
        let arguments = env::args_os().skip(1).map(OsString::into_string);
        let arguments = arguments.collect::<Result<_, _>>().map_err(|argument| {
            let argument = argument.display();
            Error::usage(format!("a journal cannot store {argument}: not valid UTF-8"))
        })?;
        let directory =
            env::current_dir().ok().and_then(|path| path.into_os_string().into_string().ok());
        Ok(Self { arguments, directory })
    }

    /// Returns the journal's note.
    pub(super) fn to_note(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Reads a journal's note; `None` if another program wrote it.
    pub(crate) fn from_note(note: &Value) -> Option<Self> {
        Self::deserialize(note).ok()
    }

    pub(crate) fn arguments(&self) -> &[String] {
        &self.arguments
    }

    pub(crate) fn directory(&self) -> Option<&Path> {
        self.directory.as_deref().map(Path::new)
    }
}

/// Quoted for a shell.
impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("chatctl")?;
        self.arguments.iter().try_for_each(|argument| write!(f, " {}", shell_quoted(argument)))
    }
}

/// Quotes an argument for a shell.
pub(super) fn shell_quoted(argument: &str) -> Cow<'_, str> {
    // Only a NUL cannot be quoted, and no process can have one in its arguments.
    shlex::try_quote(argument).unwrap_or(Cow::Borrowed(argument))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shell_reads_a_quoted_argument_unchanged() {
        assert_eq!(shell_quoted("jobs/mute-1.journal"), "jobs/mute-1.journal");
        assert_eq!(shell_quoted("my job"), "'my job'");
        assert_eq!(shell_quoted("@TGS#1"), "'@TGS#1'");
        assert_eq!(shell_quoted(""), "''");
        for argument in ["it's", "a\"b", "$HOME", "`ls`", "a\\b", "!1", "^a^b", "名前", "a\nb"] {
            let quoted = shell_quoted(argument);
            assert_eq!(shlex::split(&quoted), Some(vec![argument.to_owned()]), "{quoted}");
        }
    }
}
