//! What the emulator saw, and whether the report says the same.

use serde_json::Value;

use crate::{
    job::{AT_ONCE, GROUP, PER_CALL},
    stage::{ACCOUNTS, CHUNKS, Stage, account, chunk},
};

/// How often each chunk was received.
#[derive(Debug)]
pub(crate) struct Sightings {
    times: Vec<usize>,
    requests: usize,
}

impl Default for Sightings {
    fn default() -> Self {
        Self { times: vec![0; CHUNKS], requests: 0 }
    }
}

impl Sightings {
    /// Looks at the requests that came since it was last asked to.
    pub(crate) fn update(&mut self, stage: &Stage) {
        for request in stage.requests().iter().skip(self.requests) {
            assert!(request.is_of(stage.job.spec()) && request.code.get() == 0, "{request:?}");
            let body = request.json().unwrap();
            let accounts: Vec<String> =
                serde_json::from_value(body[stage.job.batch().field].clone()).unwrap();
            let number = accounts[0].strip_prefix("user-").unwrap().parse::<usize>().unwrap();
            assert_eq!(accounts, chunk(number / PER_CALL), "these are no chunk of the input");
            self.times[number / PER_CALL] += 1;
            self.requests += 1;
        }
    }

    /// How many chunks were received at all.
    pub(crate) fn chunks(&self) -> usize {
        self.times.iter().filter(|times| **times > 0).count()
    }

    pub(crate) fn repeated(&self) -> usize {
        self.times.iter().filter(|times| **times > 1).count()
    }

    fn of_account(&self, number: usize) -> usize {
        self.times[number / PER_CALL]
    }
}

/// The report of the process that came to the end, after so many that were killed.
pub(crate) fn check_report(stage: &Stage, report: &Value, seen: &Sightings, kills: usize) {
    let summary = &report["summary"];
    assert_eq!(report["end"], "Complete", "{summary}");
    let outcomes = outcomes(report);
    let count = |word| outcomes.iter().filter(|outcome| **outcome == word).count();
    assert_eq!((count("failed"), count("pending")), (0, 0), "{summary}");
    for word in ["done", "unknown", "failed", "pending"] {
        assert_eq!(summary[word], count(word), "the summary counts other than its items");
    }
    // The journal tells the same.
    let (items, journal) = stage.journal();
    assert_eq!(items, Some(ACCOUNTS as u64));
    assert_eq!((journal.done, journal.unknown), (count("done") as u64, count("unknown") as u64));
    assert_eq!(journal.items(), ACCOUNTS as u64);

    let most_hit = kills * AT_ONCE;
    if stage.job.is_safe_to_repeat() {
        assert_eq!(count("done"), ACCOUNTS, "{summary}");
        assert_eq!(seen.chunks(), CHUNKS);
        // Only what was under way is sent again.
        let repeats = seen.requests - CHUNKS;
        assert!(repeats <= most_hit, "{repeats} repeats");
        assert_eq!(stage.app().muted_count(GROUP).unwrap(), ACCOUNTS);
        for number in 0..ACCOUNTS {
            assert!(stage.app().is_muted(GROUP, &account(number)).unwrap(), "{number}");
        }
        return;
    }
    assert!(count("unknown") <= most_hit * PER_CALL, "{summary}");
    assert!(count("done") > 0, "{summary}");
    for (number, outcome) in outcomes.iter().enumerate() {
        let times = seen.of_account(number);
        // Of four cases one must not be: done, and never received. Of an unknown account nobody can
        // tell: it was received and the response lost, or its process died before it was sent.
        let is_true = match *outcome {
            "done" => times == 1,
            _ => times <= 1,
        };
        assert!(is_true, "{} is {outcome} and was received {times} times", account(number));
    }
}

/// What became of each account, in input order; each is told of once.
fn outcomes(report: &Value) -> Vec<&str> {
    let items = report["items"].as_array().unwrap();
    assert_eq!(items.len(), ACCOUNTS, "an account is missing or told of twice");
    let mut outcomes = vec![""; ACCOUNTS];
    for item in items {
        let index = usize::try_from(item["index"].as_u64().unwrap()).unwrap();
        assert_eq!(item["item"], account(index).as_str());
        assert_eq!(outcomes[index], "", "{item} is told of twice");
        outcomes[index] = item["outcome"].as_str().unwrap();
        if outcomes[index] == "unknown" {
            assert_eq!(item["is_retryable"], false, "{item}");
        }
    }
    outcomes
}
