//! Encoding, checking and decoding of the two bodies that matter most, beside serde_json without
//! types as the floor.

use std::hint::black_box;

use chat_types::{
    Endpoint, Envelope, MuteTime,
    group::{ForbidSendMsg, GetGroupBanMember, GetGroupBanMemberResponse},
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};

fn mute_500(criterion: &mut Criterion) {
    let accounts = (0..500).map(|number| format!("user-{number:06}"));
    let request = ForbidSendMsg::new("@TGS#2C5SZEAEF", accounts, MuteTime::Forever);
    let bytes = serde_json::to_vec(&request).unwrap_or_default();
    let untyped: Value = serde_json::from_slice(&bytes).unwrap_or_default();

    let mut group = criterion.benchmark_group("mute 500 accounts");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("encode", |b| b.iter(|| serde_json::to_vec(black_box(&request))));
    group.bench_function("encode, untyped", |b| b.iter(|| serde_json::to_vec(black_box(&untyped))));
    group.bench_function("check", |b| {
        b.iter(|| ForbidSendMsg::SPEC.check_json(black_box(&bytes)));
    });
    group.finish();
}

fn ban_page_100(criterion: &mut Criterion) {
    let entries: Vec<Value> = (0..100)
        .map(|number| json!({ "BannedUntil": 1_660_875_916, "Member_Account": format!("user-{number:06}") }))
        .collect();
    let answer = json!({
        "ActionStatus": "OK",
        "BannedAccountList": entries,
        "ErrorCode": 0,
        "ErrorInfo": "",
        "NextOffset": 100,
    });
    let bytes = serde_json::to_vec(&answer).unwrap_or_default();

    let mut group = criterion.benchmark_group("page of 100 bans");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("envelope", |b| b.iter(|| Envelope::read(black_box(&bytes)).map(drop)));
    group.bench_function("decode", |b| {
        b.iter(|| serde_json::from_slice::<GetGroupBanMemberResponse>(black_box(&bytes)));
    });
    group.bench_function("decode, untyped", |b| {
        b.iter(|| serde_json::from_slice::<Value>(black_box(&bytes)));
    });
    let request = GetGroupBanMember::new("@TGS#aJRGC4MH6").limit(100);
    group.bench_function("encode the request", |b| {
        b.iter(|| serde_json::to_vec(black_box(&request)));
    });
    group.finish();
}

criterion_group!(benches, mute_500, ban_page_100);
criterion_main!(benches);
