//! Writes the table into the documentation page, and checks that it is up to date.

use std::{fmt::Write as _, path::Path};

use super::{Expected, Fault, Within, pairs, rows};

#[test]
fn page_has_the_table_that_is_tested() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("FAULTS.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (faults, pairs) = (table(&rows()), table_of_pairs(&pairs()));
    let expected = with_table(&page, BEGIN, &faults);
    let expected = with_table(&expected, BEGIN_PAIRS, &pairs);
    if std::env::var_os("UPDATE_FAULTS").is_some() {
        std::fs::write(&path, &expected).unwrap();
        return;
    }
    assert!(
        page == expected,
        "the tables in FAULTS.md differ from those that are tested; update them with\n  \
         UPDATE_FAULTS=1 cargo test -p chat-transport --all-features --test it faults::page\n\
         {faults}\n{pairs}",
    );
}

/// Returns the page with this table between its marker and the next.
fn with_table(page: &str, begin: &str, table: &str) -> String {
    let (before, rest) = page.split_once(begin).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    format!("{before}{begin}\n\n{table}\n{END}{after}")
}

fn table(rows: &[Fault]) -> String {
    let mut table = String::from(HEAD);
    for row in rows {
        let pair = |cell| pair(row, cell);
        let change = if row.change.is_empty() { "–" } else { row.change };
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} | {change} |",
            row.name,
            pair(sees),
            pair(within),
            pair(attempts),
            pair(requests),
        );
    }
    table
}

fn table_of_pairs(rows: &[Fault]) -> String {
    let mut table = String::from(HEAD_OF_PAIRS);
    for row in rows {
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} |",
            row.name,
            pair(row, sees),
            pair(row, |expected| match expected.at_backup {
                0 => within(expected),
                _ => until_backup(expected.within),
            }),
            pair(row, requests),
            pair(row, |expected| expected.at_backup.to_string()),
        );
    }
    table
}

/// Returns one cell for both kinds of calls.
fn pair(row: &Fault, cell: fn(&Expected) -> String) -> String {
    match (cell(&row.safe), cell(&row.other)) {
        (safe, other) if safe == other => safe,
        (safe, other) => format!("{safe} / {other}"),
    }
}

/// Returns the longest time until the backup domain serves the call, which needs no wait.
fn until_backup(within: Within) -> String {
    match within {
        Within::TlsTimeout(_) => "`tls_timeout`".to_owned(),
        Within::ResponseTimeout(_) => "`response_timeout`".to_owned(),
        _ => "no wait".to_owned(),
    }
}

fn sees(expected: &Expected) -> String {
    if expected.sees == "Success" {
        return "success".to_owned();
    }
    let mut text = format!("`{}`", expected.sees);
    match expected.is_unsent {
        Some(true) => text.push_str(" unsent"),
        Some(false) => {}
        None => text.push_str(" unsent?"),
    }
    if expected.is_retryable == Some(true) {
        text.push_str(" ↻");
    }
    text
}

fn within(expected: &Expected) -> String {
    let retries = expected.attempts.end() - 1;
    let waits = format!("{retries} × wait of `retry`");
    let each = |limit| match retries {
        0 => format!("`{limit}`"),
        _ => format!("{} × `{limit}` + {waits}", retries + 1),
    };
    match expected.within {
        Within::NoWait => "no wait".to_owned(),
        Within::Waits => waits,
        Within::SecondsWhileInTime => "`timeout`".to_owned(),
        Within::SecondsAndWaits => format!("{retries} × 1 s + {waits}"),
        Within::RetryAfter(_) => format!("{retries} × `Retry-After` + {waits}"),
        Within::ConnectTimeout(_) => each("connect_timeout"),
        Within::TlsTimeout(_) => each("tls_timeout"),
        Within::ResponseTimeout(_) => each("response_timeout"),
        Within::BodyTimeout(_) => each("body_timeout"),
        Within::Timeout | Within::TimeoutAlone => "`timeout`".to_owned(),
    }
}

fn requests(expected: &Expected) -> String {
    match expected.within {
        Within::SecondsWhileInTime => attempts(expected),
        _ => expected.requests.to_string(),
    }
}

fn attempts(expected: &Expected) -> String {
    if expected.within == Within::SecondsWhileInTime {
        return "one a second".to_owned();
    }
    let (from, to) = (expected.attempts.start(), expected.attempts.end());
    if from == to { from.to_string() } else { format!("{from} to {to}") }
}

const BEGIN: &str = "<!-- A test writes this table: see tests/it/faults. -->";
const BEGIN_PAIRS: &str = "<!-- The same test writes the table of two domains. -->";
const END: &str = "<!-- End of the table. -->";

const HEAD: &str = "\
| fault | what the caller sees | longest time | attempts | complete requests at the server | settings |
| --- | --- | --- | --- | --- | --- |
";

const HEAD_OF_PAIRS: &str = "\
| fault of the primary domain | what the caller sees | longest time | complete requests at the primary | at the backup |
| --- | --- | --- | --- | --- |
";
