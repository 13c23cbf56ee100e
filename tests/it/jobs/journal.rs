//! A job resumes from its journal.

use std::{collections::HashMap, fs, path::PathBuf, time::Duration};

use chat_admin::{Admin, End, JobError, Journal, StopHandle};
use chat_transport::{
    RetryPolicy,
    backend::BackendError,
    testing::{Reply, Script},
};
use chat_types::{Endpoint as _, group::ForbidSendMsg, message::SendGroupSystemNotification};
use serde_json::json;

use super::{block_on, counts, items, users};

#[test]
fn stopped_job_resumes_and_sends_each_account_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("mute.journal");
    let script = Script::from_fn(|_, _| Reply::json(json!({ "ErrorCode": 0 })));
    let admin = Admin::new(script.client().unwrap());
    let run = |stop_after: Option<u64>| {
        block_on(async {
            let job = admin.group("g").mute(users(5_000)).concurrency(1);
            let job = job.journal(Journal::open(&path).unwrap());
            let stop: StopHandle = job.stop_handle();
            let mut running = job.start();
            while let Some(chunk) = running.next().await {
                if Some(chunk.number) == stop_after {
                    stop.stop();
                }
            }
            let is_complete = matches!(running.end(), Some(End::Complete));
            (running.progress(), is_complete)
        })
    };
    let (progress, is_complete) = run(Some(3));
    assert!(!is_complete && progress.summary.done < 5_000, "{progress:?}");
    let before = progress.summary.done;

    let (progress, is_complete) = run(None);
    assert!(is_complete);
    assert_eq!((progress.summary.done, progress.earlier), (5_000, before));
    let mut sent: HashMap<String, u32> = HashMap::new();
    for call in script.sent() {
        for account in call.body["Members_Account"].as_array().unwrap() {
            *sent.entry(account.as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    assert_eq!(sent.len(), 5_000);
    assert!(sent.values().all(|times| *times == 1));

    // Running it once more changes nothing.
    let calls = script.sent().len();
    let (progress, is_complete) = run(None);
    assert!(is_complete && progress.summary.done == 5_000);
    assert_eq!(script.sent().len(), calls);
    let summary = Journal::read(&path).unwrap();
    assert_eq!((summary.items, summary.summary.done), (Some(5_000), 5_000));
}

#[test]
fn changed_input_is_refused_before_it_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    let script = Script::from_fn(|_, _| Reply::json(json!({ "ErrorCode": 0 })));
    let admin = Admin::new(script.client().unwrap());
    let path = |name: &str| directory.path().join(name);
    let mut changed: Vec<String> = users(1_700).collect();
    changed[700] = "somebody".to_owned();
    let inputs: [(&str, Vec<String>); 4] = [
        ("changed", changed),
        ("shorter", users(1_000).collect()),
        ("longer", users(2_600).collect()),
        ("slightly longer", users(1_701).collect()),
    ];
    for (name, input) in inputs {
        let report = block_on(async {
            let group = admin.group("g");
            let journal = Journal::create(path(name)).unwrap();
            assert!(group.mute(users(1_700)).journal(journal).run().await.is_complete());
            let before = script.sent().len();
            let journal = Journal::resume(path(name)).unwrap();
            let report = group.mute(input).journal(journal).run().await;
            assert_eq!(script.sent().len(), before, "{name}: something was sent");
            report
        });
        let End::Broken(JobError::Journal(error)) = &report.end else {
            panic!("{name}: {:?}", report.end)
        };
        assert!(error.is_job_mismatch(), "{name}: {error}");
    }
}

#[test]
fn journal_of_another_job_is_refused_before_anything_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let script = Script::from_fn(|_, _| Reply::json(json!({ "ErrorCode": 0 })));
    let admin = Admin::new(script.client().unwrap());
    block_on(async {
        let journal = Journal::create(&path).unwrap();
        let _ = admin.group("g").mute(users(10)).journal(journal).run().await;
        let before = script.sent().len();
        let journal = || Journal::resume(&path).unwrap();
        let others = [
            admin.group("h").mute(users(10)).journal(journal()).run().await.end,
            admin.group("g").unmute(users(10)).journal(journal()).run().await.end,
            admin.group("g").mute(users(10)).batch_size(3).journal(journal()).run().await.end,
            admin.group("g").ban(users(10)).journal(journal()).run().await.end,
        ];
        for end in others {
            assert!(matches!(end, End::Broken(JobError::Journal(_))), "{end:?}");
        }
        assert_eq!(script.sent().len(), before);
    });
}

#[test]
fn temporary_failures_are_sent_again_and_refusals_are_not() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let script = Script::new()
        .then(ForbidSendMsg::SPEC, Reply::failure(BackendError::connection_lost("the cable")))
        .then(ForbidSendMsg::SPEC, Reply::refusal(10010, "no such group"))
        .fallback(|_, _| Reply::json(json!({ "ErrorCode": 0 })));
    let client = script.builder().unwrap().retry(RetryPolicy::none()).build().unwrap();
    let admin = Admin::new(client);
    let run = || {
        let job = admin.group("g").mute(users(20)).batch_size(10).concurrency(1);
        let job = job.split_on_error(false).retry_for(Duration::ZERO);
        let job = job.journal(Journal::open(&path).unwrap());
        counts(&block_on(items(job)))
    };
    assert_eq!(run(), [("unknown", 10), ("failed", 10)].into());
    assert_eq!(run(), [("done", 10), ("failed", 10)].into());
    assert_eq!(script.sent().len(), 3);
}

#[test]
fn lost_response_of_an_unsafe_call_stays_unknown() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let spec = SendGroupSystemNotification::SPEC;
    let script = Script::new()
        .then(spec, Reply::connection_lost())
        .fallback(|_, _| Reply::json(json!({ "ErrorCode": 0 })));
    let admin = Admin::new(script.client().unwrap());
    let run = || {
        let template = SendGroupSystemNotification::new("g", "closing");
        let job = admin.batch(template, users(20)).batch_size(10).concurrency(1);
        counts(&block_on(items(job.journal(Journal::open(&path).unwrap()))))
    };
    for _ in 0..2 {
        assert_eq!(run(), [("unknown", 10), ("done", 10)].into());
        assert_eq!(script.sent().len(), 2);
    }
}

#[test]
fn calls_in_flight_at_a_crash_are_repeated_only_if_safe() {
    let directory = tempfile::tempdir().unwrap();
    let journal = |name: &str| directory.path().join(name);
    let script = Script::from_fn(|_, _| Reply::json(json!({ "ErrorCode": 0 })));
    let admin = Admin::new(script.client().unwrap());
    let template = || SendGroupSystemNotification::new("g", "closing");
    block_on(async {
        let path = journal("unsafe");
        let job = admin.batch(template(), users(20)).batch_size(10);
        let _ = job.journal(Journal::create(&path).unwrap()).run().await;
        // As if it had died before the last response arrived.
        forget_last_settled(&path, 1);
        let before = script.sent().len();
        let job = admin.batch(template(), users(20)).batch_size(10);
        let items = items(job.journal(Journal::resume(&path).unwrap())).await;
        assert_eq!(counts(&items), [("unknown", 10), ("done", 10)].into());
        assert_eq!(script.sent().len(), before);

        let path = journal("safe");
        let job = admin.group("g").mute(users(20)).batch_size(10);
        let _ = job.journal(Journal::create(&path).unwrap()).run().await;
        forget_last_settled(&path, 1);
        let before = script.sent().len();
        let job = admin.group("g").mute(users(20)).batch_size(10);
        let items = super::items(job.journal(Journal::resume(&path).unwrap())).await;
        assert_eq!(counts(&items), [("done", 20)].into());
        assert_eq!(script.sent().len(), before + 1);
    });
}

/// Removes the last lines with outcomes, and the line about the input, from a journal.
fn forget_last_settled(path: &PathBuf, count: usize) {
    let text = fs::read_to_string(path).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.retain(|line| !line.starts_with(r#"{"input""#));
    for _ in 0..count {
        let last = lines.iter().rposition(|line| line.starts_with(r#"{"settled""#)).unwrap();
        lines.remove(last);
    }
    fs::write(path, lines.join("\n") + "\n").unwrap();
}
