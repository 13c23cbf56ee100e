//! A question before something that cannot be undone.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use chat_types::spec::EndpointSpec;
use clap::Args;

use crate::{error::Error, output::write_or_ignore};

/// The answer to the question, in advance
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Confirmation {
    /// Do not ask before something that cannot be undone
    #[arg(long, short)]
    yes: bool,
}

impl Confirmation {
    /// Asks before a call that cannot be undone.
    pub(crate) fn ask_before(self, endpoint: &EndpointSpec) -> Result<(), Error> {
        let Some(lost) = endpoint.irreversible else { return Ok(()) };
        let mut lost = lost.trim_end_matches('.').to_owned();
        if let Some(first) = lost.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        self.ask(&format!("call {}, which cannot be undone: {lost}", endpoint.id()))
    }

    /// Asks whether to go ahead. Without a terminal, `--yes` is the only answer.
    pub(crate) fn ask(self, what: &str) -> Result<(), Error> {
        if self.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Err(Error::usage(format!("this would {what}, and there is nobody to ask"))
                .with_hint("add --yes"));
        }
        write_or_ignore(|| {
            write!(io::stderr(), "This will {what}. Continue? [y/N] ")?;
            io::stderr().flush()
        });
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        let is_yes = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
        if read.is_ok() && is_yes {
            return Ok(());
        }
        Err(Error::usage("not confirmed; nothing was sent"))
    }
}
