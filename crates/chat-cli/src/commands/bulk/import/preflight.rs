//! The preflight check of an import.

use chat_admin::migration::{Check, Line, Preflight, RecordError};
use chat_types::spec::Site;
use serde_json::{Value, json};

use crate::{
    error::Error,
    job::{Bar, DryRun},
    output::{Output, counted, one_line},
};

/// Checks all lines. Prints what is wrong with them and returns an error if anything is.
pub(super) fn check_all(
    lines: impl Iterator<Item = Result<Line, RecordError>>,
    name: &str,
    site: Option<Site>,
    out: &mut Output,
) -> Result<Preflight, Error> {
    let bar = Bar::new(out, "checking", None);
    let preflight = Preflight::on_site(site, Check::new(lines.inspect(|_| bar.add(1))), MAX_LISTED);
    bar.clear();
    if preflight.is_clean() {
        if preflight.call_count() == 0 {
            return Err(Error::input(format!("nothing to import in {name}")));
        }
        return Ok(preflight);
    }
    out.ignoring_closed_pipe(|out| print_errors(&preflight, name, out))?;
    let count = preflight.error_count;
    let listed = preflight.errors.len() as u64;
    let hint = if listed < count {
        format!("correct them; the first {listed} are listed")
    } else {
        "correct them and run it again".to_owned()
    };
    let errors = counted(count, "error");
    Err(Error::input(format!("{name} has {errors}; nothing was sent")).with_hint(hint))
}

/// Prints what an import of these records would do.
pub(super) fn print_dry_run(
    preflight: &Preflight,
    dry_run: &DryRun,
    out: &mut Output,
) -> Result<(), Error> {
    let Preflight { accounts, groups, messages, members, .. } = preflight;
    let Preflight { moved_earlier, moved_later, wait_seconds, .. } = preflight;
    if out.is_json() {
        let mut document = dry_run.to_json();
        let records = json!({
            "accounts": accounts,
            "groups": groups,
            "messages": messages,
            "members": members,
        });
        document.insert("records".to_owned(), records);
        document.insert("adjusted_times".to_owned(), (moved_earlier + moved_later).into());
        document.insert("moved_earlier".to_owned(), (*moved_earlier).into());
        document.insert("moved_later".to_owned(), (*moved_later).into());
        document.insert("wait_seconds".to_owned(), (*wait_seconds).into());
        return out.json(&document);
    }
    let counts =
        [(accounts, "account"), (groups, "group"), (messages, "message"), (members, "member")];
    let counts = counts.map(|(count, noun)| counted(*count, noun));
    out.line(format_args!("{}; no errors", counts.join(", ")))?;
    for (count, direction) in [(moved_later, "later"), (moved_earlier, "earlier")] {
        if *count > 0 {
            let messages = counted(*count, "message");
            out.line(format_args!(
                "{messages} would be sent with {direction} times, since no two messages of a group \
                 can have the same second, and none can be in the future"
            ))?;
        }
    }
    if *wait_seconds > 0 {
        let seconds = counted(*wait_seconds, "second");
        out.line(format_args!(
            "the last messages would have to wait for {seconds}, until their times have passed"
        ))?;
    }
    dry_run.print_table(out)
}

fn print_errors(preflight: &Preflight, name: &str, out: &mut Output) -> Result<(), Error> {
    if out.is_json() {
        let errors = preflight
            .errors
            .iter()
            .map(|error| json!({ "line": error.line, "message": message(error) }));
        return out.json(&json!({
            "errors": errors.collect::<Value>(),
            "error_count": preflight.error_count,
        }));
    }
    preflight.errors.iter().try_for_each(|error| {
        out.line(format_args!("{name}, line {}: {}", error.line, one_line(&message(error))))
    })
}

fn message(error: &RecordError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{}: {cause}", error.kind),
        None => error.kind.to_string(),
    }
}

/// The number of errors that are listed.
const MAX_LISTED: usize = 20;
