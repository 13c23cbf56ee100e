//! Lists of accounts: from arguments, a file, or standard input, one per line.

use std::{
    fs::File,
    io::{self, Read, Seek as _},
    path::{Path, PathBuf},
};

use chat_admin::{Fingerprint, Input, InputError};
use chat_types::UserId;
use clap::Args;
use futures_util::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};

use super::{
    stdin::{STANDARD_INPUT, check_standard_input, open_input},
    unique::unique,
};
use crate::{
    error::Error,
    job::JobOptions,
    output::{Output, one_line},
    parsers::account_id,
    settings::Settings,
};

/// The accounts of a job
#[derive(Debug, Args)]
pub(crate) struct Accounts {
    /// UserIDs; without any, and without --members-file, they are read from standard input
    #[arg(value_name = "ACCOUNT")]
    accounts: Vec<String>,

    /// File with one UserID per line, or - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "accounts")]
    members_file: Option<PathBuf>,
}

impl Accounts {
    /// Returns the path of the list, if it is a file.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.members_file.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// Returns whether the list comes from standard input.
    pub(crate) fn is_piped(&self) -> bool {
        self.accounts.is_empty() && self.file().is_none()
    }

    /// Opens the list. Mistakes in it are found before anything is sent, unless it is long and can
    /// be read only once.
    pub(super) async fn read(
        &self,
        settings: &Settings,
        options: &JobOptions,
        out: &Output,
    ) -> Result<Input<'static, UserId>, Error> {
        let list = if let Some(path) = self.file() {
            let file = open_input(path)?;
            let name = path.display().to_string();
            // The path may be that of a named pipe.
            if file.metadata().is_ok_and(|metadata| metadata.is_file()) {
                from_file(file, name, out).await?
            } else {
                from_pipe(file, name, options.is_preview(), out).await?
            }
        } else if self.is_piped() {
            check_standard_input("the accounts", settings, options, out)?;
            from_pipe(io::stdin(), STANDARD_INPUT.to_owned(), options.is_preview(), out).await?
        } else {
            in_memory(from_arguments(&self.accounts)?, out)
        };
        if list.length() == Some(0) {
            return Err(self.empty(options));
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
            let file = open_input(path)?;
            let name = path.display().to_string();
            read_first(&mut Input::lines(file, name, account_id).into_stream()).await?
        } else if self.is_piped() {
            check_standard_input("the accounts", settings, options, out)?;
            read_first(&mut Input::lines(io::stdin(), STANDARD_INPUT, account_id).into_stream())
                .await?
        } else {
            from_arguments(&self.accounts)?
        };
        match accounts.len() {
            0 => Err(self.empty(options)),
            1..=MAX_IN_MEMORY => Ok(unique(accounts, "account", out)),
            _ => {
                let message = format!(
                    "the list is held in memory and has more than {MAX_IN_MEMORY} accounts"
                );
                Err(Error::input(message).with_hint("split it"))
            }
        }
    }

    fn empty(&self, options: &JobOptions) -> Error {
        let hint = if options.resume && self.is_piped() {
            "pipe the same list in again"
        } else {
            "give accounts as arguments, or one per line in --members-file"
        };
        Error::input("the list of accounts is empty").with_hint(hint)
    }
}

fn from_arguments(arguments: &[String]) -> Result<Vec<UserId>, Error> {
    let accounts = arguments.iter().enumerate().map(|(index, argument)| {
        check_is_one_account(argument)?;
        account_id(argument).map_err(|why| Error::input(format!("argument {}: {why}", index + 1)))
    });
    accounts.collect()
}

/// Returns an error for what is most likely a file or several accounts.
fn check_is_one_account(argument: &str) -> Result<(), Error> {
    if Path::new(argument).is_file() {
        let name = one_line(argument);
        return Err(Error::usage(format!("{name} is a file, not an account"))
            .with_hint(format!("to read accounts from it, give --members-file {name}")));
    }
    let separators = [',', ';', ' ', '\t'];
    if argument.contains(separators) {
        let accounts: Vec<&str> =
            argument.split(separators).filter(|account| !account.is_empty()).collect();
        let message = format!("\"{}\" is not one account", one_line(argument));
        return Err(Error::usage(message).with_hint(format!(
            "separate accounts by spaces, such as {}; an ID that contains such a character can be \
             given in --members-file",
            accounts.join(" ")
        )));
    }
    Ok(())
}

/// Reads a file to its end, and again while the job runs if it is long.
async fn from_file(
    file: File,
    name: String,
    out: &Output,
) -> Result<Input<'static, UserId>, Error> {
    let unreadable = |error| Error::unreadable(Path::new(&name), &error);
    let mut again = file.try_clone().map_err(unreadable)?;
    let mut list = Input::lines(file, &name, account_id).into_stream();
    let start = read_first(&mut list).await?;
    if start.len() <= MAX_IN_MEMORY {
        return Ok(in_memory(start, out));
    }
    let length = start.len() as u64;
    drop(start);
    let length = length + count(list).await?;
    note_long(out, &name);
    again.rewind().map_err(unreadable)?;
    let fingerprint = Fingerprint::of_reader(&again).map_err(unreadable)?;
    again.rewind().map_err(unreadable)?;
    Ok(Input::lines(again, name, account_id).with_length(length).with_fingerprint(fingerprint))
}

/// Reads a source that can be read only once.
async fn from_pipe(
    source: impl Read + Send + 'static,
    name: String,
    is_only_counted: bool,
    out: &Output,
) -> Result<Input<'static, UserId>, Error> {
    let mut list = Input::lines(source, &name, account_id).into_stream();
    let start = read_first(&mut list).await?;
    if start.len() <= MAX_IN_MEMORY {
        return Ok(in_memory(start, out));
    }
    note_long(out, &name);
    if is_only_counted {
        let length = start.len() as u64 + count(list).await?;
        return Ok(Input::new(stream::empty()).with_length(length));
    }
    Ok(Input::new(stream::iter(start.into_iter().map(Ok)).chain(list)))
}

/// Reads as many accounts as may be held in memory, and one more to find out about the rest.
async fn read_first(
    list: &mut BoxStream<'_, Result<UserId, InputError>>,
) -> Result<Vec<UserId>, InputError> {
    list.by_ref().take(MAX_IN_MEMORY + 1).try_collect().await
}

async fn count(list: BoxStream<'_, Result<UserId, InputError>>) -> Result<u64, InputError> {
    list.try_fold(0, |count, _| async move { Ok(count + 1) }).await
}

fn in_memory(accounts: Vec<UserId>, out: &Output) -> Input<'static, UserId> {
    let accounts = unique(accounts, "account", out);
    // No account contains a line feed.
    let text = accounts.iter().map(UserId::as_str).collect::<Vec<_>>().join("\n");
    let fingerprint = Fingerprint::of_reader(text.as_bytes());
    let list = Input::new(stream::iter(accounts.into_iter().map(Ok)));
    match fingerprint {
        Ok(fingerprint) => list.with_fingerprint(fingerprint),
        Err(_) => list,
    }
}

fn note_long(out: &Output, name: &str) {
    out.note(format_args!(
        "{name}: more than {MAX_IN_MEMORY} accounts; repeated ones are not dropped"
    ));
}

/// The length of a list that is read whole before anything is sent.
const MAX_IN_MEMORY: usize = 100_000;
