//! Decoding with the fast way first returns what serde_json returns.

use std::fmt::Debug;

use chat_types::{
    decode,
    group::GetGroupMemberInfoResponse,
    message::{GroupMsgGetSimpleResponse, MsgElement},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

#[test]
fn the_result_is_that_of_serde_json() {
    let members = json!({
        "ErrorCode": 0,
        "MemberList": [
            { "Member_Account": "peter", "JoinTime": 7, "AppMemberDefinedData": [{ "Key": "a" }] },
            { "Member_Account": "leckie", "AppMemberDefinedData": [] },
        ],
        "MemberNum": 2,
    });
    let messages = json!({
        "RspMsgList": [{
            "From_Account": "peter",
            "MsgSeq": 1,
            "MsgBody": [
                { "MsgType": "TIMTextElem", "MsgContent": { "Text": "a" } },
                { "MsgContent": { "Text": "b" }, "MsgType": "TIMTextElem" },
                { "MsgType": "TIMImageElem", "MsgContent": {
                    "UUID": "c", "ImageFormat": 1, "ImageInfoArray": [{ "Type": 1, "URL": "d" }],
                } },
                { "MsgType": "TIMRelayElem", "MsgContent": { "MsgList": [{
                    "MsgBody": [{ "MsgType": "TIMTextElem", "MsgContent": { "Text": "e" } }],
                }] } },
                { "MsgType": "SomethingElse", "MsgContent": [1] },
            ],
        }],
    });
    assert!(every_change::<GetGroupMemberInfoResponse>(&members) > 80);
    assert!(every_change::<GroupMsgGetSimpleResponse>(&messages) > 200);
}

/// Replaces every value in turn by values of other kinds, and removes it.
fn every_change<T: DeserializeOwned + Debug>(json: &Value) -> usize {
    let others =
        [Value::Null, json!(7), json!(1.5), json!("x"), json!([]), json!([7]), json!({ "Key": 1 })];
    let mut changes = 0;
    for pointer in pointers(json) {
        for other in &others {
            let mut changed = json.clone();
            if let Some(value) = changed.pointer_mut(&pointer) {
                *value = other.clone();
            }
            check::<T>(&changed.to_string());
            changes += 1;
        }
        let mut changed = json.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
        match changed.pointer_mut(parent) {
            Some(Value::Object(object)) => drop(object.remove(name)),
            Some(Value::Array(array)) => drop(array.pop()),
            _ => continue,
        }
        check::<T>(&changed.to_string());
        changes += 1;
    }
    changes
}

fn pointers(json: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match json {
        Value::Object(object) => object.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(array) => {
            array.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    let below = children.into_iter().flat_map(|(name, value)| {
        pointers(value).into_iter().map(move |pointer| format!("/{name}{pointer}"))
    });
    [String::new()].into_iter().chain(below).collect()
}

#[test]
fn text_that_is_damaged_has_the_same_error() {
    for text in [
        "",
        "{",
        r#"{"RspMsgList":[{"MsgSeq":1},]}"#,
        r#"{"RspMsgList":[{"MsgSeq":1}]}x"#,
        r#"{"RspMsgList":[{"MsgSeq":1}],"RspMsgList":[]}"#,
        r#"{"RspMsgList":[{"MsgSeq":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgType":"a"}]}]}"#,
        r#"{"RspMsgList":[{"MsgSeq":1,"MsgBody":[{"MsgContent":1,"MsgContent":2}]}]}"#,
    ] {
        check::<GroupMsgGetSimpleResponse>(text);
    }
    assert!(decode::<MsgElement>(br#"{"MsgType":"a","MsgType":"b"}"#).is_err());
    assert!(decode::<MsgElement>(br#"{"MsgContent":{}}"#).is_err());
}

fn check<T: DeserializeOwned + Debug>(json: &str) {
    let decoded = decode::<T>(json.as_bytes()).map_err(|error| error.to_string());
    let expected = serde_json::from_slice::<T>(json.as_bytes()).map_err(|error| error.to_string());
    assert_eq!(format!("{decoded:?}"), format!("{expected:?}"), "{json}");
}
