//! Calls that have to run one after the other do, and only those.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use chat_admin::{Admin, End, JobError};
use chat_tests::Wire;
use chat_transport::{
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse},
    testing::{Reply, Script},
};
use chat_types::{
    UnixSeconds,
    message::{BatchSendMsg, GroupMsgToImport, ImportGroupMsg, MsgElement},
};
use serde_json::json;

use crate::jobs::block_on;

#[test]
fn messages_are_imported_one_call_after_the_other() {
    let slow = Slow::default();
    let first = ImportGroupMsg::new("g", []);
    let messages: Vec<GroupMsgToImport> = (0..40)
        .map(|second| GroupMsgToImport::new("peter", UnixSeconds::new(second), []))
        .collect();
    let report = block_on(slow.admin().batch(first, messages).concurrency(8).run());

    assert_eq!(report.summary.calls, 6);
    assert_eq!(slow.most_at_once(), 1);
    let times: Vec<u64> = slow
        .script
        .sent()
        .iter()
        .flat_map(|call| call.body["MsgList"].as_array().unwrap().clone())
        .map(|message| message["SendTime"].as_u64().unwrap())
        .collect();
    assert_eq!(times, (0..40).collect::<Vec<u64>>());
}

#[test]
fn nothing_follows_a_call_that_may_yet_have_to_come_first() {
    let script = Script::from_fn(|number, sent| match number {
        2 => Reply::connection_lost(),
        _ => {
            let messages = sent.body["MsgList"].as_array().map_or(0, Vec::len);
            let results = vec![json!({ "Result": 0 }); messages];
            Reply::json(json!({ "ErrorCode": 0, "ImportMsgResult": results }))
        }
    });
    let admin = Admin::new(script.client().unwrap());
    let messages: Vec<GroupMsgToImport> = (0..40)
        .map(|second| GroupMsgToImport::new("peter", UnixSeconds::new(second), []))
        .collect();
    let report = block_on(admin.batch(ImportGroupMsg::new("g", []), messages).run());
    assert_eq!((report.summary.done, report.summary.unknown), (14, 7));
    assert_eq!(script.sent().len(), 3);
    assert!(matches!(report.end, End::Broken(JobError::Blocked { .. })), "{:?}", report.end);
}

#[test]
fn other_calls_run_side_by_side() {
    let slow = Slow::default();
    let accounts: Vec<String> = (0..2_000).map(|number| format!("user{number}")).collect();
    let report = block_on(slow.admin().group("g").mute(accounts).concurrency(3).run());
    assert!(report.is_complete());
    assert_eq!(slow.most_at_once(), 3);
}

#[test]
fn no_call_of_a_list_looks_like_a_repeat_of_another() {
    let wire = Wire::new(|_, _| Ok(json!({ "ErrorCode": 0 })));
    let send = BatchSendMsg::new(Vec::<String>::new(), 7, Vec::<MsgElement>::new()).msg_seq(1);
    let accounts: Vec<String> = (0..1_500).map(|number| format!("user{number}")).collect();
    assert!(block_on(wire.admin().unwrap().batch(send, accounts).run()).is_complete());
    let mut marks: Vec<u64> =
        wire.sent().iter().map(|call| call["MsgSeq"].as_u64().unwrap()).collect();
    marks.sort_unstable();
    marks.dedup();
    assert_eq!(marks.len(), 3);
}

/// A wire that takes its time, and counts how many calls are on it at once.
#[derive(Clone, Debug)]
struct Slow {
    script: Script,
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Default for Slow {
    fn default() -> Self {
        let script = Script::from_fn(|_, sent| {
            let messages = sent.body["MsgList"].as_array().map_or(0, Vec::len);
            let results = vec![json!({ "Result": 0 }); messages];
            Reply::json(json!({ "ErrorCode": 0, "ImportMsgResult": results }))
        });
        Self { script, now: Arc::default(), most: Arc::default() }
    }
}

impl Slow {
    fn admin(&self) -> Admin {
        let builder = self.script.builder().unwrap().checks(false).backend(self.clone());
        Admin::new(builder.build().unwrap())
    }

    fn most_at_once(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }
}

impl Backend for Slow {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
            self.most.fetch_max(now, Ordering::Relaxed);
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            let response = self.script.send(request).await;
            self.now.fetch_sub(1, Ordering::Relaxed);
            response
        })
    }
}
