//! Compares the report with what the emulator received.

use serde_json::Value;

use crate::{
    job::{BATCH_SIZE, CONCURRENCY, GROUP},
    setup::{ACCOUNTS, CHUNKS, Setup, account, chunk},
};

/// The number of times that each chunk was received.
#[derive(Debug)]
pub(crate) struct ReceivedChunks {
    times: Vec<usize>,
    requests: usize,
}

impl Default for ReceivedChunks {
    fn default() -> Self {
        Self { times: vec![0; CHUNKS], requests: 0 }
    }
}

impl ReceivedChunks {
    /// Counts the requests received since the last update.
    pub(crate) fn update(&mut self, setup: &Setup) {
        for request in setup.requests().iter().skip(self.requests) {
            assert!(request.is_of(setup.job.spec()) && request.code.get() == 0, "{request:?}");
            let body = request.json().unwrap();
            let accounts: Vec<String> =
                serde_json::from_value(body[setup.job.batch().field].clone()).unwrap();
            let number = accounts[0].strip_prefix("user-").unwrap().parse::<usize>().unwrap();
            assert_eq!(accounts, chunk(number / BATCH_SIZE), "this is not a chunk of the input");
            self.times[number / BATCH_SIZE] += 1;
            self.requests += 1;
        }
    }

    /// Returns the number of chunks received at least once.
    pub(crate) fn chunks(&self) -> usize {
        self.times.iter().filter(|times| **times > 0).count()
    }

    /// Returns the number of chunks received more than once.
    pub(crate) fn repeated(&self) -> usize {
        self.times.iter().filter(|times| **times > 1).count()
    }

    fn of_account(&self, number: usize) -> usize {
        self.times[number / BATCH_SIZE]
    }
}

/// Checks the report of the process that ran to its end, after `kills` processes were killed.
pub(crate) fn check_report(setup: &Setup, report: &Value, seen: &ReceivedChunks, kills: usize) {
    let summary = &report["summary"];
    assert_eq!(report["end"], "Complete", "{summary}");
    let outcomes = outcomes(report);
    let count = |word| outcomes.iter().filter(|outcome| **outcome == word).count();
    assert_eq!((count("failed"), count("pending")), (0, 0), "{summary}");
    for word in ["done", "unknown", "failed", "pending"] {
        assert_eq!(summary[word], count(word), "the summary does not match the items");
    }
    // The journal says the same.
    let (items, journal) = setup.journal();
    assert_eq!(items, Some(ACCOUNTS as u64));
    assert_eq!((journal.done, journal.unknown), (count("done") as u64, count("unknown") as u64));
    assert_eq!(journal.items(), ACCOUNTS as u64);

    let max_interrupted = kills * CONCURRENCY;
    if setup.job.is_safe_to_repeat() {
        assert_eq!(count("done"), ACCOUNTS, "{summary}");
        assert_eq!(seen.chunks(), CHUNKS);
        // Only calls that were in flight are sent again.
        let repeats = seen.requests - CHUNKS;
        assert!(repeats <= max_interrupted, "{repeats} repeats");
        assert_eq!(setup.app().muted_count(GROUP).unwrap(), ACCOUNTS);
        for number in 0..ACCOUNTS {
            assert!(setup.app().is_muted(GROUP, &account(number)).unwrap(), "{number}");
        }
        return;
    }
    assert!(count("unknown") <= max_interrupted * BATCH_SIZE, "{summary}");
    assert!(count("done") > 0, "{summary}");
    for (number, outcome) in outcomes.iter().enumerate() {
        let times = seen.of_account(number);
        // A done account must have been received. An unknown one may have been: either its response was
        // lost, or its process died before it was sent.
        let is_correct = match *outcome {
            "done" => times == 1,
            _ => times <= 1,
        };
        assert!(is_correct, "{} is {outcome} and was received {times} times", account(number));
    }
}

/// Returns the outcome of each account, in input order. Each must be reported once.
fn outcomes(report: &Value) -> Vec<&str> {
    let items = report["items"].as_array().unwrap();
    assert_eq!(items.len(), ACCOUNTS, "an account is missing or reported twice");
    let mut outcomes = vec![""; ACCOUNTS];
    for item in items {
        let index = usize::try_from(item["index"].as_u64().unwrap()).unwrap();
        assert_eq!(item["item"], account(index).as_str());
        assert_eq!(outcomes[index], "", "{item} is reported twice");
        outcomes[index] = item["outcome"].as_str().unwrap();
        if outcomes[index] == "unknown" {
            assert_eq!(item["is_retryable"], false, "{item}");
        }
    }
    outcomes
}
