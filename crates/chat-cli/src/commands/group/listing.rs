//! Lists that are printed while they are read.

use std::pin::pin;

use chat_types::UnixSeconds;
use futures_util::{Stream, StreamExt as _};
use serde::Serialize;

use crate::{
    error::{Error, Exit},
    interrupt::Interrupts,
    output::{Output, one_line},
};

/// Prints a list while it is read, without holding it in memory: as rows of text, or as a JSON
/// array of the service's objects.
pub(super) async fn print_list<T: Serialize, E: Into<Error>>(
    items: impl Stream<Item = Result<T, E>>,
    row: impl Fn(&T) -> Vec<String>,
    out: &mut Output,
) -> Result<Exit, Error> {
    let mut items = pin!(items);
    let mut interrupts = Interrupts::listen();
    let is_json = out.is_json();
    let mut count = 0_u64;
    let outcome = loop {
        let item = tokio::select! {
            item = items.next() => item,
            () = interrupts.next() => {
                break Err(Error::interrupted("interrupted before the end of the list"));
            }
        };
        let item = match item {
            None => break Ok(Exit::Done),
            Some(Err(error)) => break Err(error.into()),
            Some(Ok(item)) => item,
        };
        if is_json {
            out.text(if count == 0 { "[\n  " } else { ",\n  " })?;
            out.json_part(&item)?;
        } else {
            let cells: Vec<String> =
                row(&item).iter().map(|cell| format!("{:24}", one_line(cell))).collect();
            out.line(cells.join("  ").trim_end())?;
        }
        count += 1;
    };
    match (is_json, count, &outcome) {
        // A list that cannot be read is not an empty list.
        (true, 0, Err(_)) => {}
        (true, 0, Ok(_)) => out.line("[]")?,
        (true, ..) => out.ignoring_closed_pipe(|out| out.line("\n]"))?,
        (false, ..) => out.note(format_args!("{count} in total")),
    }
    outcome
}

/// Returns the cell of an optional time.
pub(super) fn time_cell(time: Option<UnixSeconds>) -> String {
    time.map(|time| time.to_string()).unwrap_or_default()
}
