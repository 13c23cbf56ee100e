//! Encoding, checking, and decoding the most important bodies, with untyped serde_json as the
//! baseline.

use std::hint::black_box;

use chat_types::{
    Endpoint, Envelope, MuteTime,
    group::{
        ForbidSendMsg, GetGroupBanMember, GetGroupBanMemberResponse, GetGroupMemberInfoResponse,
    },
    message::GroupMsgGetSimpleResponse,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::de::DeserializeOwned;
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
    let response = json!({
        "ActionStatus": "OK",
        "BannedAccountList": entries,
        "ErrorCode": 0,
        "ErrorInfo": "",
        "NextOffset": 100,
    });
    let bytes = serde_json::to_vec(&response).unwrap_or_default();

    decode::<GetGroupBanMemberResponse>(criterion, "page of 100 bans", &response);
    let mut group = criterion.benchmark_group("page of 100 bans");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("envelope", |b| b.iter(|| Envelope::read(black_box(&bytes)).map(drop)));
    let request = GetGroupBanMember::new("@TGS#aJRGC4MH6").limit(100);
    group.bench_function("encode the request", |b| {
        b.iter(|| serde_json::to_vec(black_box(&request)));
    });
    group.finish();
}

fn member_page_100(criterion: &mut Criterion) {
    let members: Vec<Value> = (0..100)
        .map(|number| {
            json!({
                "Member_Account": format!("user-{number:06}"),
                "Role": "Member",
                "JoinTime": 1_425_976_500 + number,
                "MsgSeq": 1233,
                "MsgFlag": "AcceptAndNotify",
                "LastSendMsgTime": 1_425_976_500 + number,
                "MuteUntil": 1_431_069_882,
                "NameCard": format!("Name {number}"),
                "AppMemberDefinedData": [
                    { "Key": "MemberDefined1", "Value": "ModifyDefined1" },
                    { "Key": "MemberDefined2", "Value": "ModifyDefined2" },
                ],
            })
        })
        .collect();
    let response = json!({
        "ActionStatus": "OK",
        "ErrorCode": 0,
        "ErrorInfo": "",
        "MemberNum": 100,
        "MemberList": members,
    });
    decode::<GetGroupMemberInfoResponse>(criterion, "page of 100 members", &response);
}

fn history_page_20(criterion: &mut Criterion) {
    let messages: Vec<Value> = (0..20)
        .map(|number| {
            json!({
                "From_Account": format!("user-{number:06}"),
                "IsPlaceMsg": 0,
                "MsgBody": [
                    { "MsgType": "TIMTextElem", "MsgContent": { "Text": "a few words of a message" } },
                    { "MsgType": "TIMCustomElem", "MsgContent": { "Data": "{\"a\":1}", "Desc": "", "Ext": "" } },
                ],
                "MsgPriority": 1,
                "MsgRandom": 51_083_293 + number,
                "MsgSeq": 7_803_321 + number,
                "MsgTimeStamp": 1_458_721_797 + number,
            })
        })
        .collect();
    let response = json!({
        "ActionStatus": "OK",
        "ErrorCode": 0,
        "ErrorInfo": "",
        "GroupId": "@TGS#15ERQPAER",
        "IsFinished": 1,
        "RspMsgList": messages,
    });
    decode::<GroupMsgGetSimpleResponse>(criterion, "history of 20 messages", &response);
}

/// Measures reading a response as its type, and reading the same bytes without a type.
fn decode<T: DeserializeOwned>(criterion: &mut Criterion, name: &str, response: &Value) {
    let bytes = serde_json::to_vec(response).unwrap_or_default();
    assert!(serde_json::from_slice::<T>(&bytes).is_ok(), "{name} does not match its type");
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("decode", |b| b.iter(|| chat_types::decode::<T>(black_box(&bytes))));
    group.bench_function("decode, untyped", |b| {
        b.iter(|| serde_json::from_slice::<Value>(black_box(&bytes)));
    });
    group.finish();
}

criterion_group!(benches, mute_500, ban_page_100, member_page_100, history_page_20);
criterion_main!(benches);
