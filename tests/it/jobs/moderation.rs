//! Jobs across groups, against the emulator.

use std::time::Duration;

use chat_admin::{Admin, End, FailureKind, Journal};
use chat_emulator::{App, Emulator, QuotaMode};
use chat_transport::{
    Client,
    testing::{Reply, Script},
};
use chat_types::{GroupType, account::AccountToImport};
use chat_usersig::SecretKey;
use serde_json::json;

use super::{block_on, users};

/// An emulator with groups and accounts.
struct Emulated {
    emulator: Emulator,
    app: App,
    admin: Admin,
}

impl Emulated {
    /// Creates groups `g0`, `g1` and so on, each with all accounts as members.
    async fn of(groups: usize, members: usize) -> Self {
        let emulator = Emulator::builder().quotas(QuotaMode::Off).start().await.unwrap();
        let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
        let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
        let client = Client::builder(Emulator::DEFAULT_APP, key).endpoint(emulator.url());
        let admin = Admin::new(client.build().unwrap());
        let accounts = users(members).map(AccountToImport::new);
        assert!(admin.accounts().import(accounts).run().await.is_complete());
        for number in 0..groups {
            app.create_group(format!("g{number}"), GroupType::Public).unwrap();
            let group = admin.group(format!("g{number}"));
            assert!(group.add_members(users(members)).run().await.is_complete());
        }
        Self { emulator, app, admin }
    }
}

#[test]
fn accounts_are_muted_and_unmuted_in_many_groups() {
    block_on(async {
        let emulated = Emulated::of(30, 20).await;
        let (app, admin) = (&emulated.app, &emulated.admin);
        let groups = || (0..30).map(|number| format!("g{number}"));
        let job = admin.groups().these(groups()).mute(users(7)).for_duration(Duration::MAX);
        let plan = job.plan();
        assert_eq!((plan.calls[0].items, plan.calls[0].calls), (Some(210), Some(30)));
        let report = job.run().await;
        assert_eq!((report.summary.done, report.summary.calls), (210, 30));
        for group in groups() {
            assert_eq!(app.muted_count(&group).unwrap(), 7, "{group}");
        }
        assert!(admin.groups().these(groups()).unmute(users(7)).run().await.is_complete());
        assert_eq!(app.muted_count("g29").unwrap(), 0);
    });
}

#[test]
fn missing_group_is_reported_and_the_others_are_done() {
    block_on(async {
        let emulated = Emulated::of(2, 20).await;
        let (app, admin) = (&emulated.app, &emulated.admin);
        let groups = admin.groups().these(["g0", "nowhere", "g1"]);
        let report = groups.mute(users(5)).run().await;
        assert_eq!((report.summary.done, report.summary.failed), (10, 5));
        for item in &report.failures {
            assert_eq!(item.target.as_deref(), Some("nowhere"));
            assert_eq!(item.outcome.failure().unwrap().code(), Some(10010));
        }
        assert_eq!(app.muted_count("g1").unwrap(), 5);
    });
}

#[test]
fn muting_in_many_groups_resumes_from_its_journal() {
    block_on(async {
        let emulated = Emulated::of(10, 20).await;
        let (emulator, admin) = (&emulated.emulator, &emulated.admin);
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        let groups = || (0..10).map(|number| format!("g{number}"));
        let job = || {
            let job = admin.groups().these(groups()).mute(users(20)).concurrency(1);
            job.journal(Journal::open(&path).unwrap())
        };
        let before = emulator.calls().total();
        let first = job();
        let stop = first.stop_handle();
        let mut running = first.start();
        running.next().await.unwrap();
        stop.stop();
        while running.next().await.is_some() {}
        drop(running);
        let report = job().run().await;
        assert!(report.is_complete());
        assert_eq!(report.summary.done, 200);
        assert_eq!(emulator.calls().total() - before, 10, "each group once");
    });
}

#[test]
fn remove_from_all_groups_removes_nobody_else() {
    block_on(async {
        let emulated = Emulated::of(12, 50).await;
        let (app, admin) = (&emulated.app, &emulated.admin);
        // It is in some of the groups only.
        assert!(admin.group("g3").remove_members(["user1"]).run().await.is_complete());
        let report = admin.accounts().remove_from_all_groups(["user1", "user2"]).run().await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!(report.summary.done, 11 + 12);
        for number in 0..12 {
            assert_eq!(app.member_count(&format!("g{number}")).unwrap(), 48);
        }
        // Afterwards nothing is left to do.
        let report = admin.accounts().remove_from_all_groups(["user1", "user2"]).run().await;
        assert_eq!((report.summary.items(), report.summary.calls), (0, 0));
        assert!(report.is_complete());
    });
}

#[test]
fn failed_group_lookup_is_reported_and_the_others_are_removed() {
    let script = Script::from_fn(|_, sent| match sent.command.as_str() {
        "get_joined_group_list" if sent.body["Member_Account"] == "b" => {
            Reply::refusal(10004, "who is that?")
        }
        "get_joined_group_list" => Reply::json(json!({
            "ErrorCode": 0, "TotalCount": 1, "GroupIdList": [{ "GroupId": "g" }],
        })),
        _ => Reply::json(json!({ "ErrorCode": 0 })),
    });
    let admin = Admin::new(script.client().unwrap());
    let report = block_on(admin.accounts().remove_from_all_groups(["a", "b", "c"]).run());
    assert_eq!((report.summary.done, report.summary.failed), (2, 1));
    assert_eq!(report.failures[0].key, "b");
    let failure = report.failures[0].outcome.failure().unwrap();
    assert_eq!(failure.kind(), FailureKind::LookUp);
    assert!(failure.to_string().contains("10004"), "{failure}");
    let removed = script.sent().into_iter().find(|sent| sent.command == "delete_group_member");
    assert_eq!(removed.unwrap().body["MemberToDel_Account"], json!(["a", "c"]));
}

#[test]
fn remove_deleted_accounts_removes_nobody_else() {
    block_on(async {
        let emulated = Emulated::of(1, 730).await;
        let (app, admin) = (&emulated.app, &emulated.admin);
        for number in (0..730).filter(|number| number % 10 == 0) {
            app.delete_account(&format!("user{number}"));
        }
        let report = admin.group("g0").remove_deleted_accounts().run().await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!(report.summary.done, 73);
        assert_eq!(app.member_count("g0").unwrap(), 657);
        let report = admin.group("g0").remove_deleted_accounts().run().await;
        assert_eq!(report.summary.items(), 0);
    });
}

#[test]
fn remove_deleted_accounts_reports_a_missing_group() {
    block_on(async {
        let emulated = Emulated::of(1, 5).await;
        let admin = &emulated.admin;
        let report = admin.group("nowhere").remove_deleted_accounts().run().await;
        assert!(!report.is_complete());
        let End::Broken(error) = &report.end else { panic!("{:?}", report.end) };
        assert!(error.to_string().contains("nowhere"), "{error}");
    });
}
