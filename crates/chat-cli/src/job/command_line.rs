//! The command line of a job, as its journal stores it.

use std::{borrow::Cow, env, ffi::OsString, fmt, path::Path};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Error;

/// A command line and the directory in which it was run. It contains no secret: the only options that
/// may have one are URLs of Redis, which lose their login.
#[derive(Clone, Debug, Deserialize, Serialize)]
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
        let arguments = arguments.map(|argument| argument.map(without_login));
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

/// Removes user and password from the URL of a Redis server, which may follow the name of its option.
fn without_login(argument: String) -> String {
    let (name, url) = match argument.split_once('=') {
        Some((name, url)) if name.starts_with("--") => (Some(name), url),
        _ => (None, argument.as_str()),
    };
    let Some((scheme, rest)) = url.split_once("://") else { return argument };
    if !matches!(scheme, "redis" | "rediss" | "valkey" | "valkeys") {
        return argument;
    }
    let authority = rest.split('/').next().unwrap_or_default();
    let login = authority.rfind('@').map_or(0, |at| at + 1);
    let name = name.map(|name| format!("{name}=")).unwrap_or_default();
    format!("{name}{scheme}://{}", &rest[login..])
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
    fn login_of_a_redis_url_is_not_stored() {
        for (argument, stored) in [
            ("redis://u:opensesame@h:1/0/k", "redis://h:1/0/k"),
            ("--journal=rediss://:opensesame@h/0/a@b", "--journal=rediss://h/0/a@b"),
            ("--redis=valkey://u@h", "--redis=valkey://h"),
            ("redis://h/0/a@b", "redis://h/0/a@b"),
            ("--reason=see redis://u@h", "--reason=see redis://u@h"),
            ("a@b", "a@b"),
        ] {
            assert_eq!(without_login(argument.to_owned()), stored);
        }
    }

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
