//! A community moves: files in, files out, groups copied, against the emulator.

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

/// A community of so many people and messages, in one group.
fn community(members: usize, messages: usize) -> String {
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
fn a_community_moves_in_with_everything_in_the_order_that_the_service_demands() {
    block_on(async {
        let site = Site::new().await;
        let text = community(730, 100);
        let preflight = Preflight::of(Check::new(Records::new(text.as_bytes())), 10);
        assert!(preflight.is_clean(), "{:?}", preflight.mistakes);
        let job =
            site.admin.import(std::io::Cursor::new(text), "community.jsonl").validated(&preflight);
        // 8 of accounts, 1 of the group, 15 of messages, 3 of members.
        assert_eq!(job.plan().calls.iter().filter_map(|calls| calls.calls).sum::<u64>(), 27);
        let report = job.run().await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!((report.summary.done, report.summary.calls), (730 + 1 + 100 + 729, 27));
        assert_eq!(site.app.member_count("town").unwrap(), 730);
        let expected: Vec<String> = (0..100).map(|number| format!("message {number}")).collect();
        assert_eq!(site.texts("town").await, expected);
    });
}

#[test]
fn what_is_exported_and_imported_elsewhere_is_exported_the_same() {
    block_on(async {
        let site = Site::new().await;
        let text = community(120, 60);
        let import = site.admin.import(std::io::Cursor::new(text), "community");
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
fn a_group_is_copied_with_its_history_and_members() {
    block_on(async {
        let site = Site::new().await;
        let text = community(50, 30);
        let import = site.admin.import(std::io::Cursor::new(text), "community");
        assert!(import.run().await.is_complete());
        let report = site.admin.group("town").copy_to("village").run().await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!(site.app.member_count("village").unwrap(), 50);
        assert_eq!(site.texts("village").await, site.texts("town").await);
    });
}

#[test]
fn an_import_that_was_cut_off_goes_on_and_writes_each_message_once() {
    block_on(async {
        let site = Site::new().await;
        let directory = tempfile::tempdir().unwrap();
        let (file, journal) =
            (directory.path().join("c.jsonl"), directory.path().join("c.journal"));
        fs::write(&file, community(150, 140)).unwrap();
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
fn a_group_whose_creation_was_under_way_when_the_process_died_counts_as_created() {
    block_on(async {
        let site = Site::new().await;
        let directory = tempfile::tempdir().unwrap();
        let (file, journal) =
            (directory.path().join("c.jsonl"), directory.path().join("c.journal"));
        fs::write(&file, community(3, 7)).unwrap();
        assert!(job(&site, &file, &journal).run().await.is_complete());
        // As if it had died before the response about the group came.
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
        // A group that somebody else has made is another matter.
        fs::remove_file(&journal).unwrap();
        let report = job(&site, &file, &journal).run().await;
        let taken = &report.failures[0];
        assert_eq!((taken.key.as_str(), taken.outcome.as_str()), ("town", "failed"));
        assert_eq!(taken.outcome.failure().unwrap().code(), Some(10021));
        // Nothing goes into a group of somebody else's, now or in a later run.
        for _ in 0..2 {
            let report = job(&site, &file, &journal).run().await;
            assert!(matches!(report.end, End::Broken(JobError::Blocked { .. })), "{report:?}");
            assert_eq!(report.summary.items(), 3 + 1);
            assert_eq!(site.texts("town").await.len(), 7);
        }
    });
}

#[test]
fn an_import_ends_where_a_call_has_to_succeed_first_and_goes_on_from_there() {
    block_on(async {
        let site = Site::new().await;
        let directory = tempfile::tempdir().unwrap();
        let (file, journal) =
            (directory.path().join("c.jsonl"), directory.path().join("c.journal"));
        fs::write(&file, community(3, 30)).unwrap();
        // The service is gone before the import begins.
        let url = site.emulator.url();
        let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
        let away = Client::builder(Emulator::DEFAULT_APP, key).endpoint("http://127.0.0.1:1");
        let away = Admin::new(away.build().unwrap());
        let import = away.import_file(&file).unwrap().journal(Journal::open(&journal).unwrap());
        let report = import.run().await;
        assert!(
            matches!(report.end, End::Broken(JobError::Blocked { .. })),
            "{:?} {url}",
            report.end
        );
        assert_eq!(report.summary.items(), 3, "the accounts alone");
        let report = job(&site, &file, &journal).run().await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!(site.texts("town").await.len(), 30);
    });
}

#[test]
fn a_mistake_in_the_file_ends_the_import_there_and_names_the_line() {
    block_on(async {
        let site = Site::new().await;
        let mut text = community(3, 5);
        text.push_str("{\"member\":{\"GroupId\":\"town\"}}\n");
        let report = site.admin.import(std::io::Cursor::new(text), "c.jsonl").run().await;
        let End::Broken(error) = &report.end else { panic!("{:?}", report.end) };
        let error = error.to_string();
        assert!(error.starts_with("c.jsonl: line 12: "), "{error}");
        assert!(report.failures.is_empty());
        assert_eq!(report.summary.done, 3 + 1 + 5);
    });
}
