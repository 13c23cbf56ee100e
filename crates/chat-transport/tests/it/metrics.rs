//! The metrics of the facade `metrics`.

use std::{collections::BTreeMap, time::Duration};

use chat_transport::{
    Quota, RetryPolicy,
    testing::{Reply, Script},
};
use chat_types::{Endpoint, group::GetGroupBanMember};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use serde_json::json;

use crate::support::request;

#[test]
fn calls_retries_waits_and_refusals_are_counted_by_endpoint() {
    let spec = GetGroupBanMember::SPEC;
    let ok = || Reply::json(json!({ "ErrorCode": 0, "NextOffset": 0 }));
    let script = Script::new()
        .then(spec, Reply::connection_lost())
        .then(spec, ok())
        .then(spec, Reply::refusal(10004, "no"))
        .then(spec, ok());
    let recorder = DebuggingRecorder::new();
    metrics::with_local_recorder(&recorder, || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let quota = Quota::builder().unlimited().calls_per_second(spec, 3).build().unwrap();
            let retry = RetryPolicy::standard().base_delay(Duration::ZERO);
            let client = script.builder().unwrap().quota(quota).retry(retry).build().unwrap();
            client.call(&request()).await.unwrap();
            client.call(&request()).await.unwrap_err();
            client.call(&request()).await.unwrap();
        });
    });

    let snapshot = recorder.snapshotter().snapshot().into_vec();
    let found: BTreeMap<String, usize> = snapshot
        .into_iter()
        .map(|(key, _, _, value)| {
            let key = key.key();
            let labels = key.labels().map(|label| format!("{}={}", label.key(), label.value()));
            let text = format!("{} {}", key.name(), labels.collect::<Vec<_>>().join(" "));
            match value {
                DebugValue::Counter(count) => (text, count as usize),
                DebugValue::Histogram(values) => (text, values.len()),
                DebugValue::Gauge(_) => panic!("{text} is a gauge"),
            }
        })
        .collect();
    let of = "service=group_open_http_svc command=get_group_ban_member";
    let expected = [
        (format!("chat_call_duration_seconds {of}"), 3),
        (format!("chat_calls_total {of} outcome=api"), 1),
        (format!("chat_calls_total {of} outcome=ok"), 2),
        (format!("chat_quota_wait_seconds {of}"), 1),
        (format!("chat_refusals_total {of} code=10004"), 1),
        (format!("chat_retries_total {of}"), 1),
    ];
    assert_eq!(found, expected.into());
}
