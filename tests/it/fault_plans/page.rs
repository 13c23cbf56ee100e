//! What the client's page about faults promises.

use std::collections::BTreeMap;

use chat_transport::Error;

use super::kind_name;

/// What the caller sees, as the page has it.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    kind: String,
    is_retryable: bool,
    attempts: String,
}

impl Expected {
    pub(super) fn differences(&self, error: Option<&Error>, attempts: u64) -> Vec<String> {
        let mut problems = Vec::new();
        let kind = kind_name(error);
        let is_expected = match self.kind.strip_suffix('…') {
            Some(start) => kind.starts_with(start),
            None => kind == self.kind,
        };
        if !is_expected {
            problems.push(format!("{kind}, not {}", self.kind));
        }
        if error.is_some_and(|error| error.is_retryable() != self.is_retryable) {
            problems.push(format!("retryable is not {}", self.is_retryable));
        }
        let is_expected = match self.attempts.as_str() {
            "one a second" => attempts == 2,
            number => number.parse() == Ok(attempts),
        };
        if !is_expected {
            problems.push(format!("{attempts} attempts, not {}", self.attempts));
        }
        problems
    }
}

/// Returns what the page promises for each fault: for a call that is safe to repeat, and for any other.
pub(super) fn expectations() -> BTreeMap<&'static str, (Expected, Expected)> {
    let page = include_str!("../../../crates/chat-transport/FAULTS.md");
    let (_, table) = page.split_once("| --- |").unwrap();
    let (table, _) = table.split_once("<!-- End of the table. -->").unwrap();
    table
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
            let &[name, sees, _, attempts, ..] = &cells[..] else { return None };
            let (first, second) = sees.split_once(" / ").unwrap_or((sees, sees));
            let (fewer, more) = attempts.split_once(" / ").unwrap_or((attempts, attempts));
            Some((name, (expected(first, fewer), expected(second, more))))
        })
        .collect()
}

fn expected(sees: &str, attempts: &str) -> Expected {
    let kind = sees.split('`').nth(1).unwrap_or(sees).to_owned();
    Expected { kind, is_retryable: sees.contains('↻'), attempts: attempts.to_owned() }
}

/// The faults that the emulator cannot play: no request reaches it, or its clock is another one.
const ELSEWHERE: [&str; 9] = [
    "connection refused",
    "the name cannot be resolved",
    "TLS: not supported by the port",
    "TLS: a certificate for another name or of an unknown issuer",
    "TLS: the handshake stalls",
    "connection reset before the request is read",
    "an unsolicited response on a pooled connection",
    "UserSig expired or from the future: the clock is an hour off",
    "UserSig from the future: the clock is two days ahead",
];

#[test]
fn every_other_row_of_the_page_is_played() {
    let played: Vec<&str> = super::rows().iter().map(|row| row.name).collect();
    let expectations = expectations();
    assert!(expectations.len() > 40, "{}", expectations.len());
    let missing: Vec<_> = expectations
        .keys()
        .filter(|name| !played.contains(name) && !ELSEWHERE.contains(name))
        .collect();
    // A signature that is refused for two days' difference needs the clock of the client.
    assert_eq!(
        missing,
        [&"UserSig refused as expired twice: the clock is two days behind"],
        "play these, or say why not"
    );
    assert!(ELSEWHERE.iter().all(|name| expectations.contains_key(name)));
}
