//! Command lines that were stored in a journal or a plan.

use std::{env, path::PathBuf};

use clap::Parser;

use crate::{
    arguments::Arguments,
    error::Error,
    job::CommandLine,
    output::{Output, one_line},
};

/// Enters the directory in which a stored command line was given. `files`, which were given now,
/// become absolute before. A directory that does not exist is an error if it `must_exist`.
pub(crate) fn enter_directory<'a>(
    stored: &CommandLine,
    must_exist: bool,
    mut files: impl Iterator<Item = &'a mut PathBuf>,
    out: &Output,
) -> Result<(), Error> {
    let Some(directory) = stored.directory() else { return Ok(()) };
    if env::current_dir().is_ok_and(|current| current == directory) {
        return Ok(());
    }
    if !must_exist && !directory.exists() {
        let text = format!("{} does not exist here; staying in this one", directory.display());
        out.note(one_line(&text));
        return Ok(());
    }
    let entered = files
        .try_for_each(|path| std::path::absolute(&*path).map(|absolute| *path = absolute))
        .and_then(|()| env::set_current_dir(directory));
    entered.map_err(|error| {
        let directory = directory.display();
        Error::input(format!("cannot enter the directory {directory}: {error}"))
            .with_hint("the job was started there, and its command line may have relative paths")
    })
}

/// Shows what is about to run, with every file that it reads and writes.
pub(crate) fn show(verb: &str, stored: &CommandLine, out: &Output) {
    let directory = stored.directory().map(|directory| directory.display().to_string());
    let location = directory.map(|directory| format!(" in {directory}")).unwrap_or_default();
    let text = format!("{verb}{location}: {stored}");
    out.note(one_line(&text));
}

/// Parses a stored command line.
pub(crate) fn parse<C: Parser>(stored: &CommandLine) -> Result<C, Error> {
    Arguments::from_stored(stored.arguments()).parse().map_err(|failure| {
        let error = failure.to_error();
        Error::usage(format!("invalid stored command line: {}", error.message()))
    })
}
