//! Lists that are printed while they are read.

use std::pin::pin;

use chat_types::UnixSeconds;
use clap::Args;
use futures_util::{Stream, StreamExt as _};
use serde::Serialize;

use crate::{
    error::{Error, Exit},
    interrupt::Interrupts,
    output::{Column, List, Output, local_time},
    parsers,
};

/// How much of a list is printed
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Limit {
    /// Stop after this many entries
    #[arg(long, value_name = "N", value_parser = parsers::integer(1, u64::MAX))]
    limit: Option<u64>,
}

impl Limit {
    /// Prints a list while it is read, without holding it in memory.
    pub(super) async fn print<T: Serialize, E: Into<Error>>(
        self,
        items: impl Stream<Item = Result<T, E>>,
        columns: &[Column<T>],
        out: &mut Output,
    ) -> Result<Exit, Error> {
        let mut items = pin!(items);
        let mut interrupts = Interrupts::listen();
        let mut list = List::new(columns, out);
        let outcome = loop {
            if self.limit.is_some_and(|limit| list.count() >= limit) {
                break Ok(Exit::Done);
            }
            let item = tokio::select! {
                item = items.next() => item,
                () = interrupts.next() => {
                    break Err(Error::interrupted("interrupted before the end of the list"));
                }
            };
            match item {
                None => break Ok(Exit::Done),
                Some(Err(error)) => break Err(error.into()),
                Some(Ok(item)) => list.add(&item, out)?,
            }
        };
        list.end(outcome.is_ok(), out)?;
        outcome
    }
}

/// Returns the cell of an optional time, which the service writes as 0 where there was none.
pub(super) fn time_cell(time: Option<UnixSeconds>) -> String {
    time.filter(|time| time.get() > 0).map(local_time).unwrap_or_default()
}
