//! Lists of accounts: from arguments, a file, or standard input, one a line.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use chat_types::UserId;
use clap::Args;

use crate::{error::Error, output::Output, settings::Settings};

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
    /// Reads the list whole, so that a mistake in its last line is found before anything is sent.
    pub(crate) fn read(self, settings: &Settings, out: &Output) -> Result<Vec<UserId>, Error> {
        let list = if self.accounts.is_empty() {
            let path = self.members_file.unwrap_or_else(|| PathBuf::from("-"));
            if path == Path::new("-") {
                if settings.takes_standard_input() {
                    let what = "standard input cannot hold both the key and the accounts";
                    return Err(Error::usage(what).with_hint("give --members-file a path"));
                }
                read(io::stdin().lock(), "standard input")?
            } else {
                let name = path.display().to_string();
                let file = File::open(&path).map_err(|error| Error::unreadable(&path, &error))?;
                read(BufReader::new(file), &name)?
            }
        } else {
            let mut list = List::default();
            for (place, account) in self.accounts.iter().enumerate() {
                list.add(account, || format!("argument {}", place + 1))?;
            }
            list
        };
        if list.duplicates > 0 {
            out.note(format_args!("{} repeated accounts were dropped", list.duplicates));
        }
        if list.accounts.is_empty() {
            return Err(Error::input("the list of accounts is empty")
                .with_hint("give accounts as arguments, or one a line in --members-file"));
        }
        Ok(list.accounts)
    }
}

/// Accounts in the order of the input, each once.
#[derive(Debug, Default)]
pub(crate) struct List {
    pub(crate) accounts: Vec<UserId>,
    pub(crate) duplicates: u64,
    seen: HashSet<UserId>,
}

impl List {
    fn add(&mut self, text: &str, place: impl Fn() -> String) -> Result<(), Error> {
        let account =
            UserId::parse(text).map_err(|why| Error::input(format!("{}: {why}", place())))?;
        if self.seen.insert(account.clone()) {
            self.accounts.push(account);
        } else {
            self.duplicates += 1;
        }
        Ok(())
    }
}

/// Reads accounts, one a line. Blank lines, white space around an account, a byte order mark and
/// either kind of line end are all the same to it.
pub(crate) fn read(source: impl BufRead, name: &str) -> Result<List, Error> {
    let mut source = source.take(MAX_LIST + 1);
    let mut list = List::default();
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let place = || format!("{name}, line {number}");
        let read = (&mut source)
            .take(MAX_LINE + 1)
            .read_until(b'\n', &mut line)
            .map_err(|error| Error::input(format!("{} cannot be read: {error}", place())))?;
        if source.limit() == 0 {
            return Err(Error::input(format!("{name} holds more than {MAX_LIST} bytes"))
                .with_hint("split the list"));
        }
        if read == 0 {
            break;
        }
        if read as u64 > MAX_LINE && line.last() != Some(&b'\n') {
            return Err(Error::input(format!("{} is longer than {MAX_LINE} bytes", place()))
                .with_hint("one account stands on each line"));
        }
        let text = std::str::from_utf8(&line)
            .map_err(|_| Error::input(format!("{} is not text in UTF-8", place())))?;
        let text = if number == 1 { text.trim_start_matches('\u{feff}') } else { text };
        if !text.trim().is_empty() {
            list.add(text.trim(), place)?;
        }
    }
    Ok(list)
}

/// No account is longer than a few dozen bytes.
const MAX_LINE: u64 = 1024;

/// Some ten million accounts.
const MAX_LIST: u64 = 256 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_and_spreadsheets_leave_in_a_list_is_no_account() {
        let list = read("\u{feff}peter\r\n\r\n  leckie \npeter\n\ntommy".as_bytes(), "f").unwrap();
        let accounts: Vec<&str> = list.accounts.iter().map(UserId::as_str).collect();
        assert_eq!((accounts, list.duplicates), (vec!["peter", "leckie", "tommy"], 1));
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        check(b"peter\nba\xffd\n", "f, line 2 is not text in UTF-8");
        check(
            b"a\n\nbad\0id\n",
            "f, line 3: \"bad\\0id\" is no UserId: it holds a control character",
        );
    }

    #[test]
    fn an_endless_line_is_refused_without_reading_it() {
        let endless = BufReader::new(io::repeat(b'a'));
        let error = read(endless, "f").unwrap_err();
        assert!(error.to_string().starts_with("f, line 1 is longer than 1024 bytes"), "{error}");
    }

    #[test]
    fn a_line_has_at_most_1024_bytes_without_its_end() {
        let longest = "a".repeat(1024);
        assert_eq!(read(format!("{longest}\nb\n").as_bytes(), "f").unwrap().accounts.len(), 2);
        let error = read(format!("b\n{longest}a\n").as_bytes(), "f").unwrap_err();
        assert!(error.to_string().starts_with("f, line 2 is longer"), "{error}");
    }

    #[track_caller]
    fn check(input: &[u8], expected: &str) {
        let error = read(input, "f").unwrap_err().to_string();
        assert_eq!(error, expected);
    }
}
