//! Imports into groups that exist, imports of busy groups, and imports whose responses are lost.

use std::{
    collections::HashMap,
    io::Cursor,
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use chat_admin::{
    Admin, End, JobError, Journal, Report,
    migration::{Check, Preflight, Records},
};
use chat_emulator::{App, Emulator, QuotaMode};
use chat_transport::Client;
use chat_types::message::{GroupHistoryMsg, GroupMsgGetSimple};
use chat_usersig::SecretKey;

use crate::{
    jobs::block_on,
    lossy_proxy::{Fate, LossyProxy},
};

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
        let admin = admin(emulator.url());
        Self { emulator, app, admin }
    }

    /// Starts a proxy that loses some calls to import messages: a function says which by their number
    /// and the number of attempts with the same body.
    async fn behind(&self, fate: impl Fn(usize, usize) -> Fate + Send + Sync + 'static) -> Admin {
        let attempts: Arc<Mutex<HashMap<Vec<u8>, usize>>> = Arc::default();
        let server = self.emulator.local_addr().to_string();
        let proxy = LossyProxy::start(server, move |command, body| {
            if command != "import_group_msg" {
                return Fate::Pass;
            }
            let mut attempts = attempts.lock().unwrap();
            let number = attempts.len();
            let attempt = attempts.entry(body.to_vec()).or_default();
            *attempt += 1;
            fate(number, *attempt)
        });
        admin(proxy.await.unwrap().url())
    }

    async fn history(&self) -> Vec<GroupHistoryMsg> {
        let mut messages =
            self.admin.pages(GroupMsgGetSimple::new("town", 20)).all().await.unwrap();
        messages.reverse();
        messages
    }

    async fn texts(&self) -> Vec<String> {
        let messages = self.history().await;
        let bodies =
            messages.iter().map(|message| serde_json::to_value(&message.msg_body).unwrap());
        bodies.map(|body| body[0]["MsgContent"]["Text"].as_str().unwrap().to_owned()).collect()
    }

    fn imports(&self) -> usize {
        let requests = self.emulator.requests();
        requests.iter().filter(|request| request.command == "import_group_msg").count()
    }
}

fn admin(url: String) -> Admin {
    let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
    Admin::new(Client::builder(Emulator::DEFAULT_APP, key).endpoint(url).build().unwrap())
}

async fn import(admin: &Admin, file: &str) -> Report {
    admin.import(Cursor::new(file.to_owned()), "file").run().await
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

const ACCOUNTS: &str =
    "{\"account\":{\"UserID\":\"peter\"}}\n{\"account\":{\"UserID\":\"leckie\"}}\n";

fn group(owner: &str, created: u64) -> String {
    format!(
        r#"{{"group":{{"GroupId":"town","Type":"Public","Name":"Town","Owner_Account":"{owner}","CreateTime":{created}}}}}"#
    ) + "\n"
}

fn message(number: usize, time: u64) -> String {
    format!(
        r#"{{"message":{{"GroupId":"town","From_Account":"peter","SendTime":{time},"MsgBody":[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"message {number}"}}}}]}}}}"#
    ) + "\n"
}

const MEMBER: &str = "{\"member\":{\"GroupId\":\"town\",\"Member_Account\":\"leckie\"}}\n";

/// A file with this many messages, one a second.
fn file(messages: usize) -> String {
    let messages: String =
        (0..messages).map(|number| message(number, 1_600_000_100 + number as u64)).collect();
    [ACCOUNTS, &group("peter", 1_600_000_000), &messages, MEMBER].concat()
}

fn texts(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("message {number}")).collect()
}

#[test]
fn second_import_into_a_group_of_the_same_owner_continues_it() {
    block_on(async {
        let site = Site::new().await;
        assert!(import(&site.admin, &file(10)).await.is_complete());
        let imports = site.imports();

        let report = import(&site.admin, &file(10)).await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!((site.imports(), site.texts().await), (imports, texts(10)));

        let report = import(&site.admin, &file(25)).await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!(site.texts().await, texts(25));

        let later: String =
            (25..30).map(|number| message(number, 1_600_000_100 + number as u64)).collect();
        let later = [ACCOUNTS, &group("peter", 1_600_000_000), &later, MEMBER].concat();
        let report = import(&site.admin, &later).await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!(site.texts().await, texts(30));
        assert_eq!(site.app.member_count("town").unwrap(), 2);
    });
}

#[test]
fn group_of_another_owner_is_not_touched() {
    block_on(async {
        let site = Site::new().await;
        assert!(import(&site.admin, &file(10)).await.is_complete());
        let other = file(20).replace(r#""Owner_Account":"peter""#, r#""Owner_Account":"leckie""#);
        let report = import(&site.admin, &other).await;
        let End::Broken(JobError::Blocked { item, .. }) = &report.end else { panic!("{report:?}") };
        assert_eq!(item, "town");
        assert_eq!(site.texts().await, texts(10));
    });
}

#[test]
fn messages_of_a_busy_group_move_into_the_past() {
    block_on(async {
        let site = Site::new().await;
        let busy: String = (0..40).map(|number| message(number, now() - 2)).collect();
        let busy = [ACCOUNTS, &group("peter", now() - 600), &busy, MEMBER].concat();
        let preflight = Preflight::of(Check::new(Records::new(busy.as_bytes())), 10);
        assert!(preflight.is_clean(), "{:?}", preflight.errors);
        assert!(preflight.moved_earlier >= 38, "{preflight:?}");
        assert_eq!(preflight.wait_seconds, 0);
        let start = Instant::now();
        let job = site.admin.import(Cursor::new(busy), "busy").validated(&preflight);
        let report = job.run().await;
        assert!(report.is_complete(), "{report:?}");
        assert!(start.elapsed() < Duration::from_secs(5));
        assert_eq!(site.texts().await, texts(40));
    });
}

#[test]
fn messages_without_room_in_the_past_wait_until_their_time_has_come() {
    block_on(async {
        let site = Site::new().await;
        let created = now() - 2;
        let busy: String = (0..4).map(|number| message(number, created + 1)).collect();
        let busy = [ACCOUNTS, &group("peter", created), &busy].concat();
        let preflight = Preflight::of(Check::new(Records::new(busy.as_bytes())), 10);
        assert!((2..=4).contains(&preflight.wait_seconds), "{preflight:?}");
        let report = import(&site.admin, &busy).await;
        assert!(report.is_complete(), "{report:?}");
        let times: Vec<u64> =
            site.history().await.iter().map(|entry| entry.msg_time_stamp.unwrap().get()).collect();
        assert_eq!(times, (created + 1..created + 5).collect::<Vec<_>>());
    });
}

#[test]
fn lost_responses_of_an_import_are_looked_up() {
    block_on(async {
        let site = Site::new().await;
        // A message without Random may be imported twice if its call is repeated.
        let lossy = site.behind(|number, attempt| match (number % 4, attempt) {
            (1, 1) => Fate::LoseResponse,
            (3, 1) if number < 4 => Fate::LoseRequest,
            _ => Fate::Pass,
        });
        let report = import(&lossy.await, &file(100)).await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!(site.texts().await, texts(100));
    });
}

#[test]
fn call_in_flight_at_a_crash_is_looked_up_when_the_import_resumes() {
    block_on(async {
        let site = Site::new().await;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        let job = |admin: &Admin| {
            let job = admin.import(Cursor::new(file(30)), "file");
            job.journal(Journal::open(&path).unwrap())
        };
        // The process dies while it waits for the response to the second call.
        let hanging = site.behind(|number, _| if number == 1 { Fate::Hang } else { Fate::Pass });
        let died = tokio::time::timeout(Duration::from_secs(2), job(&hanging.await).run()).await;
        assert!(died.is_err());
        assert_eq!((site.imports(), site.texts().await), (2, texts(14)));
        assert_eq!(Journal::read(&path).unwrap().summary.unknown, 7);

        let report = job(&site.admin).run().await;
        assert!(report.is_complete(), "{report:?}");
        assert_eq!((site.imports(), site.texts().await), (5, texts(30)));
    });
}
