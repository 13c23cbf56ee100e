//! `chatctl bulk import`.

mod preflight;

use std::{
    io::{self, BufReader, Read},
    iter,
    path::{Path, PathBuf},
};

use chat_admin::{
    Fingerprint,
    migration::{Line, RecordError, Records, Rename},
};
use chat_types::GroupId;
use clap::Args;

use self::preflight::{check_all, print_dry_run};
use crate::{
    commands::args::{STANDARD_INPUT, check_standard_input, open_input},
    error::{Error, Exit},
    job::{self, DryRun, ItemKind, JobLabel, JobOptions},
    output::Output,
    parsers::new_group_id,
    runtime::block_on,
    settings::Settings,
};

/// Import accounts, groups, messages and members from a JSON Lines file
///
/// The file comes from `group export`, or is made from the data of another service. It is checked
/// before anything is sent: if it has errors, they are listed and nothing is sent. A dry run prints
/// the result of this preflight check. Standard input can be read only once, so it is checked only
/// in a dry run; otherwise the import stops at the first error.
///
/// A group that exists and has the same owner is continued: messages that it has already count as
/// done. Use a journal for long imports.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl bulk import stargazers.jsonl --journal import.journal --report import.csv"
)]
pub(crate) struct Import {
    /// JSON Lines file, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Import the only group of the file under this GroupID
    #[arg(long, value_name = "GROUP", value_parser = new_group_id,
          allow_hyphen_values = true)]
    rename: Option<GroupId>,

    /// Skip the preflight check; the import stops at the first error
    #[arg(long, conflicts_with = "dry_run")]
    no_preflight: bool,

    #[command(flatten)]
    options: JobOptions,
}

/// The source of the records.
struct Source {
    name: String,
    /// The path, if it can be read more than once.
    file: Option<PathBuf>,
    reader: Box<dyn Read + Send>,
}

impl Import {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let admin = settings.admin()?;
        let site = admin.client().site();
        let source = self.open(settings, out)?;
        let Self { rename, no_preflight, options, .. } = self;
        let is_piped = source.file.is_none();
        if options.is_preview() {
            if is_piped {
                options.check_can_be_planned(Some("the records come from standard input"))?;
            }
            let preflight = check_all(lines(source.reader, rename), &source.name, site, out)?;
            let job = admin.import_lines(iter::empty(), source.name).validated(&preflight);
            let plan = job.plan();
            options.write_plan(&DryRun::calls_to_json(&plan), out)?;
            let dry_run = block_on(DryRun::from_plan(&plan, &options))?;
            print_dry_run(&preflight, &dry_run, out)?;
            return Ok(Exit::Done);
        }
        let preflight = match &source.file {
            Some(path) if !no_preflight => {
                Some(check_all(lines(open_input(path)?, rename.clone()), &source.name, site, out)?)
            }
            _ => None,
        };
        let label = JobLabel { verb: "importing", is_piped, item_kind: ItemKind::Records };
        let fingerprint = match &source.file {
            Some(path) => {
                Fingerprint::of_file(path).map_err(|error| Error::unreadable(path, &error))?
            }
            None => None,
        };
        block_on(async move {
            let job = admin.import_lines(lines(source.reader, rename), source.name);
            let job = match fingerprint {
                Some(fingerprint) => job.with_fingerprint(fingerprint),
                None => job,
            };
            let job = match &preflight {
                Some(preflight) => job.validated(preflight),
                None => job,
            };
            job::run(job, label, &options, out).await
        })
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.options
    }

    fn open(&self, settings: &Settings, out: &Output) -> Result<Source, Error> {
        if self.file == Path::new("-") {
            check_standard_input("the records", settings, &self.options, out)?;
            let reader = Box::new(io::stdin());
            return Ok(Source { name: STANDARD_INPUT.to_owned(), file: None, reader });
        }
        self.options.check_report_is_not(&self.file)?;
        let file = open_input(&self.file)?;
        // The path may be that of a named pipe.
        let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
        Ok(Source {
            name: self.file.display().to_string(),
            file: is_file.then(|| self.file.clone()),
            reader: Box::new(file),
        })
    }
}

fn lines(
    source: impl Read + Send + 'static,
    rename: Option<GroupId>,
) -> impl Iterator<Item = Result<Line, RecordError>> + Send + 'static {
    let rename = rename.map(Rename::to);
    Records::new(BufReader::new(source)).filter_map(move |line| match (line, &rename) {
        (Ok(line), Some(rename)) => rename.apply(line).map(Ok),
        (line, _) => Some(line),
    })
}
