//! A job that resumes recognizes its input before it sends anything.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use chat_admin::{Admin, End, Input, JobError, Journal, Report};
use chat_transport::testing::{Reply, Script};
use serde_json::json;

use super::{block_on, users};

#[test]
fn input_that_differs_in_a_gap_is_refused_before_anything_is_sent() {
    for seed in 0..60 {
        let mut random = fastrand::Rng::with_seed(seed);
        let test = Test::new();
        let right: Vec<String> = users(100).collect();
        assert!(test.run(&right).is_complete());
        // As after a crash: some chunks have no outcome in the journal, which ends anywhere.
        let lines = test.lines();
        let end = random.usize(2..lines.len());
        let is_gap: Vec<bool> = lines.iter().map(|_| random.u8(..3) == 0).collect();
        let kept: Vec<&str> = lines[..end]
            .iter()
            .enumerate()
            .filter(|(number, _)| *number == 0 || !is_gap[*number])
            .map(|(_, line)| line.as_str())
            .collect();
        fs::write(test.path(), kept.join("\n") + "\n").unwrap();
        let known = kept.iter().skip(1).map(|line| chunk_of(line)).max();
        let Some(last_known) = known else { continue };

        let journal = fs::read(test.path()).unwrap();
        let mut wrong = right.clone();
        wrong[random.usize(..=last_known * 10 + 9)] = "somebody".to_owned();
        let before = test.script.sent().len();
        let report = test.run(&wrong);
        assert_refused(&report);
        assert_eq!(test.script.sent().len(), before, "seed {seed}: something was sent");
        assert_eq!(fs::read(test.path()).unwrap(), journal, "seed {seed}");

        let report = test.run(&right);
        assert!(report.is_complete(), "seed {seed}: {:?}", report.end);
        assert_eq!(report.summary.done, 100);
    }
}

/// Returns the chunk that a line of the journal is about, or the last one for other lines.
fn chunk_of(line: &str) -> usize {
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    line["settled"]["part"]["chunk"].as_u64().map_or(9, |chunk| usize::try_from(chunk).unwrap())
}

#[test]
fn file_that_differs_after_what_was_sent_is_refused() {
    let test = Test::new();
    let list = test.directory.path().join("list");
    let text: String = users(100).map(|user| user + "\n").collect();
    fs::write(&list, &text).unwrap();
    let run = |is_stopped: bool| {
        let accounts = Input::accounts_file(&list).unwrap();
        let job = test.admin.group("g").mute(accounts).batch_size(10).concurrency(1);
        let stop = job.stop_handle();
        let mut running = job.journal(Journal::open(test.path()).unwrap()).start();
        block_on(async {
            if is_stopped {
                running.next().await;
                stop.stop();
            }
            running.report().await
        })
    };
    assert!(matches!(run(true).end, End::Stopped));
    let sent = test.script.sent().len();
    for wrong in [text.replace("user99", "user98"), text.clone() + "user100\n", text[7..].into()] {
        fs::write(&list, wrong).unwrap();
        assert_refused(&run(false));
    }
    assert_eq!(test.script.sent().len(), sent);
    fs::write(&list, &text).unwrap();
    assert!(run(false).is_complete(), "the right file is still accepted");
    assert_eq!(test.script.sent().len(), 10);
}

#[test]
fn gaps_are_sent_in_the_order_of_the_input() {
    let test = Test::new();
    assert!(test.run(&users(100).collect::<Vec<_>>()).is_complete());
    let lines = test.lines();
    fs::write(test.path(), [&lines[0], &lines[9]].map(|line| line.clone() + "\n").concat())
        .unwrap();
    let before = test.script.sent().len();
    let numbers: Vec<u64> = block_on(async {
        let mut running = test.job(&users(100).collect::<Vec<_>>()).start();
        let mut numbers = Vec::new();
        while let Some(chunk) = running.next().await {
            numbers.push(chunk.number);
        }
        assert!(matches!(running.end(), Some(End::Complete)));
        numbers
    });
    assert_eq!(test.script.sent().len(), before + 9);
    assert_eq!(numbers, (0..10).collect::<Vec<_>>());
}

fn assert_refused(report: &Report) {
    let error = match &report.end {
        End::Broken(JobError::Journal(error)) => Some(error),
        _ => None,
    };
    assert!(error.is_some_and(chat_admin::JournalError::is_job_mismatch), "{:?}", report.end);
    let text = error.map(ToString::to_string).unwrap_or_default();
    assert!(text.contains("nothing was sent"), "{text}");
}

/// A job with ten chunks and its journal.
struct Test {
    directory: tempfile::TempDir,
    script: Script,
    admin: Admin,
}

impl Test {
    fn new() -> Self {
        let script = Script::from_fn(|_, _| Reply::json(json!({ "ErrorCode": 0 })));
        let admin = Admin::new(script.client().unwrap());
        Self { directory: tempfile::tempdir().unwrap(), script, admin }
    }

    fn path(&self) -> PathBuf {
        Path::new(self.directory.path()).join("journal")
    }

    fn lines(&self) -> Vec<String> {
        fs::read_to_string(self.path()).unwrap().lines().map(str::to_owned).collect()
    }

    fn job(
        &self,
        accounts: &[String],
    ) -> chat_admin::Batch<'static, chat_types::group::ForbidSendMsg> {
        let job = self.admin.group("g").mute(accounts.to_vec()).batch_size(10).concurrency(1);
        job.ordered().journal(Journal::open(self.path()).unwrap())
    }

    fn run(&self, accounts: &[String]) -> Report {
        block_on(self.job(accounts).retry_for(Duration::ZERO).run())
    }
}
