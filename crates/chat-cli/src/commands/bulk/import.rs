use std::{
    fs::File,
    io::{self, BufReader, Read},
    iter,
    path::{Path, PathBuf},
};

use chat_admin::migration::{Check, Line, Preflight, RecordError, Records, Rename};
use chat_types::GroupId;
use clap::Args;
use serde_json::{Value, json};

use crate::{
    commands::wait_for,
    error::{Error, Exit},
    job::{self, Bar, DryRun, JobOptions, Over, Subject},
    members_file::{STANDARD_INPUT, check_standard_input},
    output::{OneLine, Output, counted},
    settings::Settings,
    values::new_group_id,
};

/// Import accounts, groups, messages and members from a file of JSON Lines
///
/// The file is what `group export` writes, or made from the data of another service. It is validated
/// before anything is sent: where there are mistakes, they are listed and nothing is sent. A dry run
/// prints what the preflight found. Standard input can be read only once and is validated in a dry run
/// alone; otherwise the first mistake ends the import there.
///
/// Messages that are in a group cannot be imported a second time, so give a long import a journal.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl bulk import stargazers.jsonl --journal import.journal --report import.csv"
)]
pub(super) struct Import {
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Import the group of the file, of which there must be only one, under this id
    #[arg(long, value_name = "GROUP", value_parser = new_group_id)]
    rename: Option<GroupId>,

    /// Begin without reading the whole file first; the first mistake ends the import there
    #[arg(long, conflicts_with = "dry_run")]
    no_preflight: bool,

    #[command(flatten)]
    options: JobOptions,
}

/// Where the records come from.
struct Source {
    name: String,
    /// A file that can be read as often as one likes.
    file: Option<PathBuf>,
    reader: Box<dyn Read + Send>,
}

impl Import {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let admin = settings.admin()?;
        let source = self.open(settings)?;
        let Self { rename, no_preflight, options, .. } = self;
        let is_piped = source.file.is_none();
        if options.run.dry_run {
            let preflight = preflight(source.reader, &source.name, rename, out)?;
            let job = admin.import_lines(iter::empty(), source.name).validated(&preflight);
            print_dry_run(&preflight, &DryRun::of_plan(&job.plan(), &options)?, out)?;
            return Ok(Exit::Done);
        }
        let preflight = match &source.file {
            Some(path) if !no_preflight => {
                Some(preflight(open(path)?, &source.name, rename.clone(), out)?)
            }
            _ => None,
        };
        let subject = Subject { doing: "importing", is_piped, over: Over::Records };
        wait_for(async move {
            let job = admin.import_lines(lines(source.reader, rename), source.name);
            let job = match &preflight {
                Some(preflight) => job.validated(preflight),
                None => job,
            };
            job::run(job, subject, &options, out).await
        })
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.options
    }

    fn open(&self, settings: &Settings) -> Result<Source, Error> {
        if self.file == Path::new("-") {
            check_standard_input("the records", settings, &self.options)?;
            let reader = Box::new(io::stdin());
            return Ok(Source { name: STANDARD_INPUT.to_owned(), file: None, reader });
        }
        self.options.check_report_is_not(&self.file)?;
        let file = open(&self.file)?;
        // Pipes have names too.
        let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
        Ok(Source {
            name: self.file.display().to_string(),
            file: is_file.then(|| self.file.clone()),
            reader: Box::new(file),
        })
    }
}

fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|error| Error::unreadable(path, &error))
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

/// Reads to the end. Mistakes are printed, and are an error.
fn preflight(
    source: impl Read + Send + 'static,
    name: &str,
    rename: Option<GroupId>,
    out: &mut Output,
) -> Result<Preflight, Error> {
    let bar = Bar::new(out, "checking", None);
    let lines = lines(source, rename).inspect(|_| bar.add(1));
    let preflight = Preflight::of(Check::new(lines), LISTED);
    bar.clear();
    if preflight.is_clean() {
        if preflight.call_count() == 0 {
            return Err(Error::input(format!("there is nothing to import in {name}")));
        }
        return Ok(preflight);
    }
    out.despite_closed_pipe(|out| print_mistakes(&preflight, name, out))?;
    let count = preflight.mistake_count;
    let listed = preflight.mistakes.len() as u64;
    let hint = if listed < count {
        format!("correct them; the first {listed} are listed")
    } else {
        "correct them and run it again".to_owned()
    };
    let mistakes = counted(count, "mistake");
    Err(Error::input(format!("{name} has {mistakes}; nothing was sent")).with_hint(hint))
}

fn print_mistakes(preflight: &Preflight, name: &str, out: &mut Output) -> Result<(), Error> {
    if out.is_json() {
        let mistakes = preflight
            .mistakes
            .iter()
            .map(|mistake| json!({ "line": mistake.line, "problem": problem(mistake) }));
        return out.json(&json!({
            "mistakes": mistakes.collect::<Value>(),
            "mistake_count": preflight.mistake_count,
        }));
    }
    preflight.mistakes.iter().try_for_each(|mistake| {
        out.line(format_args!("{name}, line {}: {}", mistake.line, OneLine(&problem(mistake))))
    })
}

fn problem(mistake: &RecordError) -> String {
    match std::error::Error::source(mistake) {
        Some(cause) => format!("{}: {cause}", mistake.problem),
        None => mistake.problem.to_string(),
    }
}

fn print_dry_run(preflight: &Preflight, dry_run: &DryRun, out: &mut Output) -> Result<(), Error> {
    let Preflight { accounts, groups, messages, members, times_moved, .. } = preflight;
    if out.is_json() {
        let mut document = dry_run.to_json();
        let records = json!({
            "accounts": accounts,
            "groups": groups,
            "messages": messages,
            "members": members,
        });
        document.insert("records".to_owned(), records);
        document.insert("times_moved".to_owned(), (*times_moved).into());
        return out.json(&document);
    }
    let counts =
        [(accounts, "account"), (groups, "group"), (messages, "message"), (members, "member")];
    let counts = counts.map(|(count, what)| counted(*count, what));
    out.line(format_args!("{}; no mistakes", counts.join(", ")))?;
    if *times_moved > 0 {
        let messages = counted(*times_moved, "message");
        out.line(format_args!(
            "{messages} would be sent with a later time, as no two of a group may have the same \
             second"
        ))?;
    }
    dry_run.print_table(out)
}

/// Mistakes that are listed.
const LISTED: usize = 20;
