//! Standard input as the input of a job.

use std::io::{self, IsTerminal as _};

use crate::{error::Error, job::JobOptions, settings::Settings};

/// Checks that standard input can provide the input of a job.
pub(crate) fn check_standard_input(
    what: &str,
    settings: &Settings,
    options: &JobOptions,
) -> Result<(), Error> {
    if settings.takes_standard_input() {
        let message = format!("standard input cannot provide both the key and {what}");
        return Err(Error::usage(message).with_hint("read one of them from a file"));
    }
    if options.resume && io::stdin().is_terminal() {
        return Err(Error::usage("the input of this job came from standard input")
            .with_hint("pipe the same input in again"));
    }
    Ok(())
}

/// The name of standard input in messages.
pub(crate) const STANDARD_INPUT: &str = "standard input";
