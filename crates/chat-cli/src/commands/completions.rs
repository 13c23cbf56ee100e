//! `chatctl completions`.

use clap::{Args, ValueEnum};
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Zsh};

use crate::{
    error::{Error, Exit},
    output::Output,
};

/// Print the script that makes a shell complete commands, options and their values
///
/// bash: source <(chatctl completions bash). zsh: source <(chatctl completions zsh). fish:
/// chatctl completions fish | source. The script calls chatctl, which knows regions, profiles,
/// endpoints and journals, so it need not be renewed for them.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl completions zsh")]
pub(crate) struct Completions {
    /// Shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

impl Completions {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let completer: &dyn EnvCompleter = match self.shell {
            Shell::Bash => &Bash,
            Shell::Elvish => &Elvish,
            Shell::Fish => &Fish,
            Shell::Powershell => &Powershell,
            Shell::Zsh => &Zsh,
        };
        completer.write_registration(VARIABLE, NAME, NAME, NAME, out.writer())?;
        Ok(Exit::Done)
    }
}

/// The variable with which the script asks for values.
pub(crate) const VARIABLE: &str = "CHATCTL_COMPLETE";

const NAME: &str = "chatctl";
