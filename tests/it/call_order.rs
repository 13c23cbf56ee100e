//! Calls that must run one after another do, and only those.

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
fn message_imports_run_one_after_another() {
    let slow = Slow::default();
    let first = ImportGroupMsg::new("g", []);
    let messages: Vec<GroupMsgToImport> = (0..40)
        .map(|second| GroupMsgToImport::new("peter", UnixSeconds::new(second), []))
        .collect();
    let report = block_on(slow.admin().batch(first, messages).concurrency(8).run());

    assert_eq!(report.summary.calls, 6);
    assert_eq!(slow.max_concurrent(), 1);
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
fn no_call_follows_one_that_may_have_to_be_repeated_first() {
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
fn other_calls_run_concurrently() {
    let slow = Slow::default();
    let accounts: Vec<String> = (0..2_000).map(|number| format!("user{number}")).collect();
    let report = block_on(slow.admin().group("g").mute(accounts).concurrency(3).run());
    assert!(report.is_complete());
    assert_eq!(slow.max_concurrent(), 3);
}

#[test]
fn no_call_of_a_list_looks_like_a_repeat_of_another() {
    let wire = Wire::new(|_, _| Ok(json!({ "ErrorCode": 0 })));
    let send = BatchSendMsg::new(Vec::<String>::new(), 7, Vec::<MsgElement>::new()).msg_seq(1);
    let accounts: Vec<String> = (0..1_500).map(|number| format!("user{number}")).collect();
    assert!(block_on(wire.admin().unwrap().batch(send, accounts).run()).is_complete());
    let mut numbers: Vec<u64> =
        wire.sent().iter().map(|call| call["MsgSeq"].as_u64().unwrap()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 3);
}

/// A slow scripted service that counts how many calls are in flight at a time.
#[derive(Clone, Debug)]
struct Slow {
    script: Script,
    in_flight: Arc<AtomicUsize>,
    max_in_flight: Arc<AtomicUsize>,
}

impl Default for Slow {
    fn default() -> Self {
        let script = Script::from_fn(|_, sent| {
            let messages = sent.body["MsgList"].as_array().map_or(0, Vec::len);
            let results = vec![json!({ "Result": 0 }); messages];
            Reply::json(json!({ "ErrorCode": 0, "ImportMsgResult": results }))
        });
        Self { script, in_flight: Arc::default(), max_in_flight: Arc::default() }
    }
}

impl Slow {
    fn admin(&self) -> Admin {
        let builder = self.script.builder().unwrap().checks(false).backend(self.clone());
        Admin::new(builder.build().unwrap())
    }

    fn max_concurrent(&self) -> usize {
        self.max_in_flight.load(Ordering::Relaxed)
    }
}

impl Backend for Slow {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            let in_flight = self.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
            self.max_in_flight.fetch_max(in_flight, Ordering::Relaxed);
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            let response = self.script.send(request).await;
            self.in_flight.fetch_sub(1, Ordering::Relaxed);
            response
        })
    }
}
