//! Files and standard input as the input of a job.

use std::{
    fs::File,
    io::{self, IsTerminal as _},
    path::Path,
};

use crate::{error::Error, job::JobOptions, output::Output, settings::Settings};

/// Checks that standard input can provide the input of a job.
pub(crate) fn check_standard_input(
    what: &str,
    settings: &Settings,
    options: &JobOptions,
    out: &Output,
) -> Result<(), Error> {
    if settings.takes_standard_input() {
        let message = format!("standard input cannot provide both the key and {what}");
        return Err(Error::usage(message).with_hint("read one of them from a file"));
    }
    if options.resume && io::stdin().is_terminal() {
        return Err(Error::usage("the input of this job came from standard input")
            .with_hint("pipe the same input in again"));
    }
    if io::stdin().is_terminal() {
        out.note(format_args!("reading {what} from standard input, one per line, until Ctrl-D"));
    }
    Ok(())
}

/// Opens a file that is the input of a job.
pub(crate) fn open_input(path: &Path) -> Result<File, Error> {
    let file = File::open(path).map_err(|error| Error::unreadable(path, &error))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Error::unreadable(path, &io::ErrorKind::IsADirectory.into()));
    }
    Ok(file)
}

/// The name of standard input in messages.
pub(crate) const STANDARD_INPUT: &str = "standard input";
