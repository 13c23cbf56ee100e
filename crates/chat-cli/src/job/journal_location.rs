//! Where the journal of a job is: a file, or a key in Redis.

use std::{
    convert::Infallible,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use chat_admin::{Journal, JournalError, JournalSummary, RedisJournal};
use clap::builder::{OsStringValueParser, TypedValueParser};

use crate::{error::Error, settings::redis_password};

/// Where the journal of a job is. Its text has no password.
#[derive(Clone, Debug)]
pub(crate) enum JournalLocation {
    File(PathBuf),
    /// What is wrong with the URL is reported when it is used, since clap repeats an invalid value in
    /// its error and this one may have a password.
    Redis(Result<RedisJournal, JournalError>),
}

impl JournalLocation {
    /// Parses the value of an option. A file whose name looks like a URL is given as `./redis:…`.
    pub(crate) fn parser() -> impl TypedValueParser<Value = Self> {
        OsStringValueParser::new().try_map(|value| Ok::<_, Infallible>(Self::new(value)))
    }

    fn new(value: OsString) -> Self {
        match value.to_str() {
            Some(text) if SCHEMES.iter().any(|scheme| text.starts_with(scheme)) => {
                Self::Redis(RedisJournal::new(text))
            }
            _ => Self::File(value.into()),
        }
    }

    pub(crate) async fn create(&self) -> Result<Journal, Error> {
        match self {
            Self::File(path) => {
                Journal::create(path).map_err(|error| Error::new_journal_file(&error, path))
            }
            Self::Redis(journal) => {
                let journal = with_password(journal)?.create().await;
                journal.map_err(|error| Error::new_journal(&error))
            }
        }
    }

    pub(crate) async fn resume(&self) -> Result<Journal, Error> {
        let journal = match self {
            Self::File(path) => Journal::resume(path),
            Self::Redis(journal) => with_password(journal)?.resume().await,
        };
        journal.map_err(Error::resumed_journal)
    }

    /// Reads what the journal says. `describe` explains why it cannot be read.
    pub(crate) async fn read(
        &self,
        describe: fn(JournalError) -> Error,
    ) -> Result<JournalSummary, Error> {
        let summary = match self {
            Self::File(path) => Journal::read(path),
            Self::Redis(journal) => with_password(journal)?.read().await,
        };
        summary.map_err(describe)
    }

    /// Returns the path of the file.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Redis(_) => None,
        }
    }

    /// Returns the path of the file, for a caller that changes the current directory.
    pub(crate) fn file_mut(&mut self) -> Option<&mut PathBuf> {
        match self {
            Self::File(path) => Some(path),
            Self::Redis(_) => None,
        }
    }
}

/// Adds the password of the environment to a URL that has none.
fn with_password(journal: &Result<RedisJournal, JournalError>) -> Result<RedisJournal, Error> {
    let journal = journal.clone()?;
    Ok(match redis_password()? {
        Some(password) => journal.or_password(&password),
        None => journal,
    })
}

impl fmt::Display for JournalLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Redis(Ok(journal)) => f.write_str(&journal.name()),
            Self::Redis(Err(_)) => f.write_str("in Redis"),
        }
    }
}

const SCHEMES: [&str; 4] = ["redis://", "rediss://", "valkey://", "valkeys://"];
