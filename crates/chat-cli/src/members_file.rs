//! Lists of accounts: from arguments, a file, or standard input, one a line.

use std::{
    collections::HashSet,
    fs::File,
    hash::Hash,
    io::{self, IsTerminal as _, Read, Seek as _},
    path::{Path, PathBuf},
};

use chat_admin::{Input, InputError};
use chat_types::UserId;
use clap::Args;
use futures_util::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};

use crate::{error::Error, job::JobOptions, output::Output, settings::Settings};

/// Which accounts
#[derive(Debug, Args)]
pub(crate) struct Accounts {
    /// UserIDs; without any, and without --members-file, they are read from standard input
    #[arg(value_name = "ACCOUNT")]
    accounts: Vec<String>,

    /// File with one UserID a line; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "accounts")]
    members_file: Option<PathBuf>,
}

impl Accounts {
    /// The file that it is read from, where there is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.members_file.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// Whether it is read from standard input.
    pub(crate) fn is_piped(&self) -> bool {
        self.accounts.is_empty() && self.file().is_none()
    }

    /// Makes the list ready. Mistakes in it are found before anything is sent, unless it is long and
    /// can be read only once.
    pub(crate) async fn read(
        &self,
        settings: &Settings,
        options: &JobOptions,
        out: &Output,
    ) -> Result<Input<'static, UserId>, Error> {
        let list = if let Some(path) = self.file() {
            let file = File::open(path).map_err(|error| Error::unreadable(path, &error))?;
            let name = path.display().to_string();
            // Pipes have names too.
            if file.metadata().is_ok_and(|metadata| metadata.is_file()) {
                from_file(file, name, out).await?
            } else {
                from_pipe(file, name, options.run.dry_run, out).await?
            }
        } else if self.is_piped() {
            check_standard_input("the accounts", settings, options)?;
            from_pipe(io::stdin(), STANDARD_INPUT.to_owned(), options.run.dry_run, out).await?
        } else {
            whole(from_words(&self.accounts)?, out)
        };
        if list.length() == Some(0) {
            return Err(empty());
        }
        Ok(list)
    }

    /// Reads a list that has to be held in memory.
    pub(crate) async fn read_whole(
        &self,
        settings: &Settings,
        options: &JobOptions,
        out: &Output,
    ) -> Result<Vec<UserId>, Error> {
        let accounts = if let Some(path) = self.file() {
            let file = File::open(path).map_err(|error| Error::unreadable(path, &error))?;
            let name = path.display().to_string();
            take_some(&mut Input::accounts(file, name).into_stream()).await?
        } else if self.is_piped() {
            check_standard_input("the accounts", settings, options)?;
            take_some(&mut Input::accounts(io::stdin(), STANDARD_INPUT).into_stream()).await?
        } else {
            from_words(&self.accounts)?
        };
        match accounts.len() {
            0 => Err(empty()),
            1..=KEPT => Ok(once_each(accounts, "accounts", out)),
            _ => {
                let what =
                    format!("the list has more than {KEPT} accounts, which are held in memory");
                Err(Error::input(what).with_hint("split it"))
            }
        }
    }
}

/// Makes sure that standard input can hold what a job is about.
pub(crate) fn check_standard_input(
    what: &str,
    settings: &Settings,
    options: &JobOptions,
) -> Result<(), Error> {
    if settings.takes_standard_input() {
        let what = format!("standard input cannot hold both the key and {what}");
        return Err(Error::usage(what).with_hint("read one of them from a file"));
    }
    if options.resume && io::stdin().is_terminal() {
        return Err(Error::usage("the input of this job came from standard input")
            .with_hint("pipe the same input in again"));
    }
    Ok(())
}

fn empty() -> Error {
    Error::input("the list of accounts is empty")
        .with_hint("give accounts as arguments, or one a line in --members-file")
}

fn from_words(words: &[String]) -> Result<Vec<UserId>, Error> {
    let accounts = words.iter().enumerate().map(|(index, word)| {
        UserId::parse(word).map_err(|why| Error::input(format!("argument {}: {why}", index + 1)))
    });
    accounts.collect()
}

/// Reads a file to its end, and once more while the job runs where it is long.
async fn from_file(
    file: File,
    name: String,
    out: &Output,
) -> Result<Input<'static, UserId>, Error> {
    let unreadable = |error| Error::unreadable(Path::new(&name), &error);
    let mut again = file.try_clone().map_err(unreadable)?;
    let mut list = Input::accounts(file, &name).into_stream();
    let start = take_some(&mut list).await?;
    if start.len() <= KEPT {
        return Ok(whole(start, out));
    }
    let length = start.len() as u64;
    drop(start);
    let length = length + count(list).await?;
    note_long(out, &name);
    again.rewind().map_err(unreadable)?;
    Ok(Input::accounts(again, name).with_length(length))
}

/// Reads what can be read only once.
async fn from_pipe(
    source: impl Read + Send + 'static,
    name: String,
    is_only_counted: bool,
    out: &Output,
) -> Result<Input<'static, UserId>, Error> {
    let mut list = Input::accounts(source, &name).into_stream();
    let start = take_some(&mut list).await?;
    if start.len() <= KEPT {
        return Ok(whole(start, out));
    }
    note_long(out, &name);
    if is_only_counted {
        let length = start.len() as u64 + count(list).await?;
        return Ok(Input::new(stream::empty()).with_length(length));
    }
    Ok(Input::new(stream::iter(start.into_iter().map(Ok)).chain(list)))
}

/// As many accounts as a list has that is kept in memory, or one more.
async fn take_some(
    list: &mut BoxStream<'_, Result<UserId, InputError>>,
) -> Result<Vec<UserId>, InputError> {
    list.by_ref().take(KEPT + 1).try_collect().await
}

async fn count(list: BoxStream<'_, Result<UserId, InputError>>) -> Result<u64, InputError> {
    list.try_fold(0, |count, _| async move { Ok(count + 1) }).await
}

fn whole(accounts: Vec<UserId>, out: &Output) -> Input<'static, UserId> {
    Input::new(stream::iter(once_each(accounts, "accounts", out).into_iter().map(Ok)))
}

/// Items in the order of the input, each once. `what` is what a note calls them.
pub(crate) fn once_each<T: Clone + Eq + Hash>(
    mut items: Vec<T>,
    what: &str,
    out: &Output,
) -> Vec<T> {
    let before = items.len();
    let mut seen = HashSet::with_capacity(before);
    items.retain(|item| seen.insert(item.clone()));
    if items.len() < before {
        out.note(format_args!("{} repeated {what} were dropped", before - items.len()));
    }
    items
}

fn note_long(out: &Output, name: &str) {
    out.note(format_args!("{name}: more than {KEPT} accounts; repeated ones are not looked for"));
}

/// What errors call it.
pub(crate) const STANDARD_INPUT: &str = "standard input";

/// Accounts that are read before anything is sent; a longer list is not kept in memory.
const KEPT: usize = 100_000;
