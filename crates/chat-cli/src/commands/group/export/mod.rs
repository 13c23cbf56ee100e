//! `chatctl group export`.

mod summary;
mod temporary;

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    pin::pin,
};

use chat_admin::{
    Admin,
    migration::{self, ExportSummary, Record},
};
use clap::Args;
use futures_util::TryStreamExt as _;

use self::summary::in_words;
use super::target::Target;
use crate::{
    error::{Error, Exit},
    interrupt::Interrupts,
    job::Bar,
    output::Output,
};

/// Export a group as JSON Lines: accounts, profile, messages, members
///
/// `bulk import` reads the output. What the import endpoints cannot take is omitted and counted in
/// the summary on standard error. Audio-video groups have no history and cannot be exported.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group export @TGS#aJRGC4MH6 --to stargazers.jsonl")]
pub(super) struct Export {
    #[command(flatten)]
    target: Target,

    /// File to create or replace once the export is complete, readable only by its owner
    /// [default: standard output]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,

    /// Custom field of the group to request, which very large groups leave out otherwise; repeat
    /// for several
    #[arg(long = "custom-field", value_name = "NAME", allow_hyphen_values = true)]
    custom_fields: Vec<String>,
}

impl Export {
    pub(super) async fn run(self, admin: &Admin, out: &mut Output) -> Result<Exit, Error> {
        let Self { target, to, custom_fields } = self;
        let export = target.handle(admin).export().custom_fields(custom_fields);
        // A bar would be drawn over lines on the same terminal.
        let shares_terminal = to.is_none() && out.is_terminal();
        let bar = if shares_terminal { Bar::hidden() } else { Bar::new(out, "exporting", None) };
        let written = match &to {
            None => write(export, out.writer(), &bar, Error::from).await,
            Some(path) => write_file(export, path, &bar).await,
        };
        bar.clear();
        let summary = written?;
        if out.is_json_by_choice() {
            let record = Record::Summary(Box::new(summary));
            out.note(serde_json::to_string(&record).unwrap_or_default());
        } else {
            out.note(in_words(&summary));
        }
        Ok(Exit::Done)
    }
}

/// Writes a temporary file in the same directory and moves it into place when it is complete.
async fn write_file(
    export: migration::Export,
    path: &Path,
    bar: &Bar,
) -> Result<ExportSummary, Error> {
    // Replaces the target of a symbolic link, not the link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
        let message = format!("{} exists and is not a regular file", path.display());
        return Err(Error::usage(message).with_hint("leave --to out to write to standard output"));
    }
    let directory = path.parent().filter(|path| *path != Path::new(""));
    let mut file = temporary::create(directory.unwrap_or(Path::new("."))).map_err(|error| {
        Error::configuration(format!("cannot create {}: {error}", path.display()))
    })?;
    let unwritable = |error| Error::partial(format!("cannot write {}: {error}", path.display()));
    let summary = write(export, BufWriter::new(&mut file), bar, unwritable).await?;
    file.as_file().sync_all().map_err(unwritable)?;
    file.persist(&path).map_err(|error| unwritable(error.error))?;
    Ok(summary)
}

/// Writes the lines while they are read.
async fn write(
    export: migration::Export,
    mut to: impl Write,
    bar: &Bar,
    unwritable: impl Fn(io::Error) -> Error,
) -> Result<ExportSummary, Error> {
    let mut interrupts = Interrupts::listen();
    let mut lines = pin!(export.lines());
    let mut summary = ExportSummary::default();
    loop {
        let line = tokio::select! {
            line = lines.try_next() => line.map_err(|error| Error::from(&error))?,
            () = interrupts.next() => {
                return Err(Error::interrupted("interrupted before the end of the export"));
            }
        };
        let Some(line) = line else { break };
        let written = serde_json::to_writer(&mut to, &line.record).map_err(io::Error::from);
        written.and_then(|()| to.write_all(b"\n")).map_err(&unwritable)?;
        bar.add(1);
        if let Record::Summary(last) = line.record {
            summary = *last;
        }
    }
    to.flush().map_err(&unwritable)?;
    Ok(summary)
}
