//! Import, export and copy of groups, against the emulator.

use std::{fs, path::Path};

use chat_admin::{
    Admin, End, JobError, Journal,
    migration::{Check, Preflight, Records},
};
use chat_emulator::{App, Emulator, QuotaMode};
use chat_transport::Client;
use chat_types::message::GroupMsgGetSimple;
use chat_usersig::SecretKey;

use crate::jobs::block_on;

struct Site {
    emulator: Emulator,
    app: App,
    admin: Admin,
}

impl Site {
    async fn new() -> Self {
        let builder = Emulator::builder().quotas(QuotaMode::Off).keep_requests(100_000);
        let emulator = builder.start().await.unwrap();
        let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
        let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
        let client = Client::builder(Emulator::DEFAULT_APP, key).endpoint(emulator.url());
        Self { emulator, app, admin: Admin::new(client.build().unwrap()) }
    }

    async fn texts(&self, group: &str) -> Vec<String> {
        let history = self.admin.pages(GroupMsgGetSimple::new(group, 20));
        let mut messages = history.all().await.unwrap();
        messages.reverse();
        messages
            .iter()
            .map(|message| serde_json::to_value(&message.msg_body).unwrap())
            .map(|body| body[0]["MsgContent"]["Text"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// A file with one group of this many members and messages.
fn group_file(members: usize, messages: usize) -> String {
    let mut lines = Vec::new();
    for number in 0..members {
        lines.push(format!(r#"{{"account":{{"UserID":"p{number}","Nick":"Person {number}"}}}}"#));
    }
    lines.push(
        r#"{"group":{"GroupId":"town","Type":"Public","Name":"Town","Owner_Account":"p0","CreateTime":1600000000}}"#
            .to_owned(),
    );
    for number in 0..messages {
        let (time, sender) = (1_600_000_100 + number / 2, number % members);
        lines.push(format!(
            r#"{{"message":{{"GroupId":"town","From_Account":"p{sender}","SendTime":{time},"Random":{},"MsgBody":[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"message {number}"}}}}]}}}}"#,
            number + 1
        ));
    }
    for number in 1..members {
        let time = 1_600_000_050 + number;
        lines.push(format!(
            r#"{{"member":{{"GroupId":"town","Member_Account":"p{number}","JoinTime":{time}}}}}"#
        ));
    }
    lines.join("\n") + "\n"
}

#[test]
fn import_sends_everything_in_the_required_order() {
    block_on(async {
        let site = Site::new().await;
        let text = group_file(730, 100);
        let preflight = Preflight::of(Check::new(Records::new(text.as_bytes())), 10);
        assert!(preflight.is_clean(), "{:?}", preflight.errors);
        let job = site.admin.import(std::io::Cursor::new(text), "town.jsonl").validated(&preflight);
        // 8 for accounts, 1 for the group, 15 for messages, 37 for members.
        assert_eq!(job.plan().calls.iter().filter_map(|calls| calls.calls).sum::<u64>(), 61);
        let report = job.run().await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!((report.summary.done, report.summary.calls), (730 + 1 + 100 + 729, 61));
        assert_eq!(site.app.member_count("town").unwrap(), 730);
        let expected: Vec<String> = (0..100).map(|number| format!("message {number}")).collect();
        assert_eq!(site.texts("town").await, expected);
    });
}

#[test]
fn imported_export_is_exported_identically() {
    block_on(async {
        let site = Site::new().await;
        let text = group_file(120, 60);
        let import = site.admin.import(std::io::Cursor::new(text), "town");
        assert!(import.run().await.is_complete());
        let first = export(&site.admin, "town").await;

        let other = Site::new().await;
        let import = other.admin.import(std::io::Cursor::new(first.clone()), "export");
        let report = import.run().await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!(export(&other.admin, "town").await, first);
    });
}

async fn export(admin: &Admin, group: &str) -> Vec<u8> {
    let mut file = Vec::new();
    let summary = admin.group(group).export().write_to(&mut file).await.unwrap();
    assert!(summary.messages > 0);
    file
}

#[test]
fn copy_has_history_and_members() {
    block_on(async {
        let site = Site::new().await;
        let text = group_file(50, 30);
        let import = site.admin.import(std::io::Cursor::new(text), "town");
        assert!(import.run().await.is_complete());
        let report = site.admin.group("town").copy_to("village").run().await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!(site.app.member_count("village").unwrap(), 50);
        assert_eq!(site.texts("village").await, site.texts("town").await);
    });
}

#[test]
fn interrupted_import_resumes_and_writes_each_message_once() {
    block_on(async {
        let site = Site::new().await;
        let directory = tempfile::tempdir().unwrap();
        let (file, journal) =
            (directory.path().join("c.jsonl"), directory.path().join("c.journal"));
        fs::write(&file, group_file(150, 140)).unwrap();
        let mut runs = 0;
        loop {
            runs += 1;
            let job = job(&site, &file, &journal);
            let stop = job.stop_handle();
            let mut running = job.start();
            let mut calls = 0;
            while let Some(chunk) = running.next().await {
                calls += chunk.calls;
                if calls >= 4 {
                    stop.stop();
                }
            }
            if matches!(running.end(), Some(End::Complete)) {
                break;
            }
        }
        assert!(runs > 3, "{runs}");
        let expected: Vec<String> = (0..140).map(|number| format!("message {number}")).collect();
        assert_eq!(site.texts("town").await, expected);
        assert_eq!(site.app.member_count("town").unwrap(), 150);
        let imports = site.emulator.requests();
        let messages: usize = imports
            .iter()
            .filter(|request| request.command == "import_group_msg")
            .map(|request| request.json().unwrap()["MsgList"].as_array().unwrap().len())
            .sum();
        assert_eq!(messages, 140);
    });
}

fn job(
    site: &Site,
    file: &Path,
    journal: &Path,
) -> chat_admin::Job<chat_admin::migration::Import<'static>> {
    let journal = Journal::open(journal).unwrap();
    site.admin.import_file(file).unwrap().journal(journal)
}

#[test]
fn group_whose_creation_got_no_response_counts_as_created() {
    block_on(async {
        let site = Site::new().await;
        let directory = tempfile::tempdir().unwrap();
        let (file, journal) =
            (directory.path().join("c.jsonl"), directory.path().join("c.journal"));
        fs::write(&file, group_file(3, 7)).unwrap();
        assert!(job(&site, &file, &journal).run().await.is_complete());
        // As if the process had died before the response for the group arrived.
        let text = fs::read_to_string(&journal).unwrap();
        let kept: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with(r#"{"input""#))
            .filter(|line| !(line.starts_with(r#"{"settled""#) && line.contains(r#""chunk":1,"#)))
            .collect();
        assert_eq!(kept.len(), text.lines().count() - 2);
        fs::write(&journal, kept.join("\n") + "\n").unwrap();
        let report = job(&site, &file, &journal).run().await;
        assert!(report.is_complete(), "{report:?}");
        // A group that someone else created is an error.
        fs::remove_file(&journal).unwrap();
        fs::write(
            &file,
            group_file(3, 7).replace(r#"_Account":"p0","Create"#, r#"_Account":"p1","Create"#),
        )
        .unwrap();
        let report = job(&site, &file, &journal).run().await;
        let taken = &report.failures[0];
        assert_eq!((taken.key.as_str(), taken.outcome.as_str()), ("town", "failed"));
        assert_eq!(taken.outcome.failure().unwrap().code(), Some(10021));
        // Nothing is written into it, in this run or in a later one.
        for _ in 0..2 {
            let report = job(&site, &file, &journal).run().await;
            assert!(matches!(report.end, End::Broken(JobError::Blocked { .. })), "{report:?}");
            assert_eq!(report.summary.items(), 3 + 1);
            assert_eq!(site.texts("town").await.len(), 7);
        }
    });
}

#[test]
fn import_stops_at_a_failed_prerequisite_and_resumes_there() {
    block_on(async {
        let site = Site::new().await;
        let directory = tempfile::tempdir().unwrap();
        let (file, journal) =
            (directory.path().join("c.jsonl"), directory.path().join("c.journal"));
        fs::write(&file, group_file(3, 30)).unwrap();
        // The service is unreachable before the import starts.
        let url = site.emulator.url();
        let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
        let unreachable =
            Client::builder(Emulator::DEFAULT_APP, key).endpoint("http://127.0.0.1:1");
        let unreachable = Admin::new(unreachable.build().unwrap());
        let import =
            unreachable.import_file(&file).unwrap().journal(Journal::open(&journal).unwrap());
        let report = import.run().await;
        assert!(
            matches!(report.end, End::Broken(JobError::Blocked { .. })),
            "{:?} {url}",
            report.end
        );
        assert_eq!(report.summary.items(), 3, "only the accounts");
        let report = job(&site, &file, &journal).run().await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!(site.texts("town").await.len(), 30);
    });
}

#[test]
fn record_error_stops_the_import_and_names_the_line() {
    block_on(async {
        let site = Site::new().await;
        let mut text = group_file(3, 5);
        text.push_str("{\"member\":{\"GroupId\":\"town\"}}\n");
        let report = site.admin.import(std::io::Cursor::new(text), "c.jsonl").run().await;
        let End::Broken(error) = &report.end else { panic!("{:?}", report.end) };
        let error = error.to_string();
        assert!(error.starts_with("c.jsonl: line 12: "), "{error}");
        assert!(report.failures.is_empty());
        assert_eq!(report.summary.done, 3 + 1 + 5);
    });
}
