//! Tests of send_group_msg, import_group_msg and group_msg_get_simple.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::test_server::{NOW, TestServer, column, users};

fn text(text: &str) -> Value {
    json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}])
}

fn message(group: &str, random: u32, said: &str) -> Value {
    json!({"GroupId": group, "Random": random, "MsgBody": text(said)})
}

/// Adds a field to a message.
fn with(mut message: Value, field: &str, value: Value) -> Value {
    message[field] = value;
    message
}

fn to_import(from: &str, time: u64, random: u32) -> Value {
    json!({"From_Account": from, "SendTime": time, "Random": random, "MsgBody": text("old")})
}

async fn history(server: &TestServer, group: &str) -> Value {
    let body = json!({"GroupId": group, "ReqMsgNumber": 20});
    server.call_ok("group_msg_get_simple", body).await["RspMsgList"].clone()
}

async fn import(server: &TestServer, group: &str, list: Value) -> Value {
    let body = json!({"GroupId": group, "MsgList": list});
    server.call_ok("import_group_msg", body).await["ImportMsgResult"].clone()
}

#[tokio::test]
async fn sent_message_is_numbered_and_readable_in_the_history() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.app.join(group, ["peter"]).unwrap();
    let first = server.call_ok("send_group_msg", message(group, 1, "by the admin")).await;
    assert_eq!((&first["MsgSeq"], &first["MsgTime"]), (&json!(1), &json!(NOW)));
    server.clock.advance_seconds(5);
    let mut second =
        with(message(group, 4_294_967_295, "by peter"), "From_Account", "peter".into());
    second["MsgPriority"] = json!("High");
    second["MsgBody"].as_array_mut().unwrap().push(json!({
        "MsgType": "TIMCustomElem", "MsgContent": {"Data": "\u{1}", "Desc": "", "Ext": "", "Sound": ""},
    }));
    server.call_ok("send_group_msg", second.clone()).await;

    let list = history(&server, group).await;
    assert_eq!(
        list[0],
        json!({
            "From_Account": "peter", "IsPlaceMsg": 0, "MsgBody": second["MsgBody"], "MsgPriority": 1,
            "MsgRandom": 4_294_967_295_u32, "MsgSeq": 2, "MsgTimeStamp": NOW + 5,
        })
    );
    assert_eq!(list[1]["From_Account"], "administrator");
    assert_eq!(list[1]["MsgPriority"], 2);
    let member = server.call_ok("get_group_member_info", json!({"GroupId": group})).await;
    assert_eq!(member["MemberList"][0]["LastSendMsgTime"], NOW + 5);
    assert_eq!(server.app.message_count(group).unwrap(), 2);
    assert_eq!(server.app.unread_count(group, "peter").unwrap(), Some(2));
}

#[tokio::test]
async fn repeat_within_five_minutes_returns_the_first_message() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    let first = server.call_ok("send_group_msg", message(group, 7, "a")).await;
    server.clock.advance_seconds(299);
    assert_eq!(server.call_ok("send_group_msg", message(group, 7, "a")).await, first);
    assert_eq!(server.app.message_count(group).unwrap(), 1);
    // A message with another Random or other content is not a repeat.
    server.call_ok("send_group_msg", message(group, 8, "a")).await;
    server.call_ok("send_group_msg", message(group, 7, "b")).await;
    assert_eq!(server.app.message_count(group).unwrap(), 3);
    server.clock.advance_seconds(1);
    server.call_ok("send_group_msg", message(group, 7, "a")).await;
    assert_eq!(server.app.message_count(group).unwrap(), 4);
}

#[tokio::test]
async fn muted_sender_is_rejected() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.app.join(group, ["peter", "leckie"]).unwrap();
    server.import_accounts(&["owner", "guest"]).await;
    let from = |account: &str| with(message(group, 1, account), "From_Account", account.into());
    let mute = json!({"GroupId": group, "Members_Account": ["peter"], "MuteTime": 60});
    server.call_ok("forbid_send_msg", mute).await;
    let info = server.call_error("send_group_msg", from("peter"), 10017).await;
    assert!(info.contains("peter"));
    server.call_ok("send_group_msg", from("leckie")).await;
    server.clock.advance_seconds(60);
    server.call_ok("send_group_msg", from("peter")).await;
    server.call_error("send_group_msg", from("nobody"), 10019).await;

    let body = json!({"Type": "Public", "Name": "n", "GroupId": "quiet", "Owner_Account": "owner",
        "MemberList": [{"Member_Account": "leckie", "Role": "Admin"}, {"Member_Account": "peter"}]});
    server.call_ok("create_group", body).await;
    server
        .call_ok("modify_group_base_info", json!({"GroupId": "quiet", "MuteAllMember": "On"}))
        .await;
    for (account, may_send) in [
        ("owner", true),
        ("leckie", true),
        ("administrator", true),
        ("peter", false),
        ("guest", false),
    ] {
        let body = with(message("quiet", 2, account), "From_Account", account.into());
        let response = server.call("send_group_msg", body).await;
        assert_eq!(response["ErrorCode"], if may_send { 0 } else { 10017 }, "{account}");
    }
    server.call_ok("send_group_msg", message("quiet", 3, "the admin who calls")).await;
}

#[tokio::test]
async fn message_options_depend_on_the_group_type() {
    let server = TestServer::new().await;
    for (id, group_type) in [
        ("public", GroupType::Public),
        ("meeting", GroupType::ChatRoom),
        ("live", GroupType::AVChatRoom),
        ("@TGS#_fans", GroupType::Community),
    ] {
        server.app.create_group(id, group_type).unwrap();
    }
    for (field, value, unsupported) in [
        ("OnlineOnlyFlag", json!(1), &["live"][..]),
        ("SendMsgControl", json!(["NoUnread"]), &["live", "meeting"]),
        ("SendMsgControl", json!(["NoLastMsg"]), &[]),
        ("GroupAtInfo", json!([{"GroupAtAllFlag": 1}]), &["live"]),
        ("To_Account", json!(["peter"]), &["live", "@TGS#_fans"]),
        ("TopicId", json!("topic"), &["public", "meeting", "live", "@TGS#_fans"]),
    ] {
        for group in ["public", "meeting", "live", "@TGS#_fans"] {
            let body = with(message(group, 1, "a"), field, value.clone());
            let response = server.call("send_group_msg", body).await;
            let code = if unsupported.contains(&group) { 10004 } else { 0 };
            assert_eq!(response["ErrorCode"], code, "{field} in {group}: {response}");
        }
    }
    let both = with(message("public", 2, "a"), "OnlineOnlyFlag", json!(1));
    let both = with(both, "SendMsgControl", json!(["NoLastMsg"]));
    server.call_error("send_group_msg", both, 10004).await;
    let empty = with(message("public", 2, "a"), "MsgBody", json!([]));
    server.call_error("send_group_msg", empty, 10004).await;
    server.call_ok("send_group_msg", message("public", 3, &"x".repeat(11_900))).await;
    server.call_error("send_group_msg", message("public", 4, &"x".repeat(12_000)), 80002).await;
}

#[tokio::test]
async fn online_only_message_takes_no_number_and_leaves_no_placeholder() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    let online_only = with(message(group, 1, "a"), "OnlineOnlyFlag", json!(1));
    let first = server.call_ok("send_group_msg", online_only.clone()).await;
    assert_eq!(first["MsgSeq"], Value::Null);
    assert_eq!(server.call_ok("send_group_msg", online_only).await, first, "it is a repeat");
    assert_eq!(history(&server, group).await, json!([]));
    assert_eq!(server.app.message_count(group).unwrap(), 0);
    let stored = server.call_ok("send_group_msg", message(group, 2, "b")).await;
    assert_eq!(stored["MsgSeq"], 1);
}

#[tokio::test]
async fn history_is_read_backwards_in_pages() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.app.send_messages(group, 2).unwrap();
    for number in 3..=45 {
        server.call_ok("send_group_msg", message(group, number, "a")).await;
    }
    let (mut found, mut from) = (Vec::<u64>::new(), Value::Null);
    loop {
        let body = json!({"GroupId": group, "ReqMsgNumber": 20, "ReqMsgSeq": from});
        let response = server.call_ok("group_msg_get_simple", body).await;
        assert_eq!((&response["GroupId"], &response["IsFinished"]), (&json!(group), &json!(1)));
        let page: Vec<_> = column(&response["RspMsgList"], "MsgSeq")
            .iter()
            .map(|seq| seq.as_u64().unwrap())
            .collect();
        found.extend(&page);
        match page.last() {
            None | Some(1) => break,
            Some(smallest) => from = json!(smallest - 1),
        }
    }
    assert_eq!(found, (1..=45).rev().collect::<Vec<u64>>());
    let at = async |seq: u64, number: u32| {
        let body = json!({"GroupId": group, "ReqMsgNumber": number, "ReqMsgSeq": seq});
        server.call_ok("group_msg_get_simple", body).await["RspMsgList"].clone()
    };
    assert_eq!(column(&at(3, 2).await, "MsgSeq"), [3, 2]);
    assert_eq!(
        column(&at(3, 2).await, "IsPlaceMsg"),
        [0, 1],
        "a message without content is a placeholder"
    );
    assert_eq!(column(&at(1_000, 1).await, "MsgSeq"), [45]);
    assert_eq!(column(&at(0, 1).await, "MsgSeq"), [45], "0 means the newest messages");
    for body in [
        json!({"GroupId": group}),
        json!({"GroupId": group, "ReqMsgNumber": 0}),
        json!({"GroupId": group, "ReqMsgNumber": 21}),
    ] {
        server.call_error("group_msg_get_simple", body, 10004).await;
    }
    server.app.create_group("live", GroupType::AVChatRoom).unwrap();
    let body = json!({"GroupId": "live", "ReqMsgNumber": 20});
    server.call_error("group_msg_get_simple", body, 10007).await;
}

#[tokio::test]
async fn topic_has_its_own_messages() {
    let server = TestServer::new().await;
    let (group, topic) = server.create_topic().await;
    server.app.join(group, ["peter"]).unwrap();
    let to_topic = |random| with(message(group, random, "a"), "TopicId", topic.into());
    server.call_ok("send_group_msg", to_topic(1)).await;
    server.call_ok("send_group_msg", to_topic(2)).await;
    server.call_ok("send_group_msg", message(group, 1, "a")).await;
    assert_eq!(server.app.message_count_in_topic(group, topic).unwrap(), 2);
    assert_eq!(server.app.message_count(group).unwrap(), 1);
    let body = json!({"GroupId": group, "ReqMsgNumber": 20, "TopicId": topic});
    let response = server.call_ok("group_msg_get_simple", body).await;
    assert_eq!(column(&response["RspMsgList"], "MsgRandom"), [2, 1]);

    let mute = json!({
        "GroupId": group, "TopicId": topic, "Members_Account": ["peter"], "MuteTime": 60,
    });
    server.call_ok("forbid_send_msg", mute).await;
    let by_peter = with(to_topic(3), "From_Account", "peter".into());
    server.call_error("send_group_msg", by_peter, 10017).await;
    let list = json!([to_import("peter", NOW + 1, 9)]);
    server.clock.advance_seconds(10);
    let body = json!({"GroupId": group, "TopicId": topic, "MsgList": list});
    let response = server.call_ok("import_group_msg", body).await;
    assert_eq!(response["ImportMsgResult"][0]["MsgSeq"], 3);
}

#[tokio::test]
async fn message_import_reports_each_message() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.import_accounts(&["peter"]).await;
    server.clock.advance_seconds(100);
    let mut long = to_import("peter", NOW + 30, 3);
    long["MsgBody"] = text(&"x".repeat(12_000));
    let list = json!([
        to_import("peter", NOW - 1, 1),
        to_import("peter", NOW + 20, 2),
        long,
        to_import("peter", NOW + 20, 4),
        to_import("nobody", NOW + 40, 5),
        to_import("peter", NOW + 101, 6),
        to_import("peter", NOW + 100, 7),
    ]);
    let results = import(&server, group, list).await;
    assert_eq!(column(&results, "Result"), [10004, 0, 80002, 10004, 10004, 10004, 0]);
    assert_eq!(results[1], json!({"MsgSeq": 1, "MsgTime": NOW + 20, "Result": 0}));
    assert_eq!(results[6]["MsgSeq"], 2);
    assert!(results[0].get("MsgSeq").is_none());
    let list = history(&server, group).await;
    assert_eq!(column(&list, "MsgTimeStamp"), [NOW + 100, NOW + 20]);
    assert_eq!(column(&list, "MsgRandom"), [7, 2]);

    let eight: Vec<_> = (0..8).map(|random| to_import("peter", NOW, random)).collect();
    server.call_error("import_group_msg", json!({"GroupId": group, "MsgList": eight}), 10004).await;
    let in_av_chat_room = json!({"GroupId": "live", "MsgList": [to_import("peter", NOW, 1)]});
    server.app.create_group("live", GroupType::AVChatRoom).unwrap();
    server.call_error("import_group_msg", in_av_chat_room, 10007).await;
}

#[tokio::test]
async fn repeated_message_import_makes_no_copies() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.import_accounts(&["peter"]).await;
    server.clock.advance_seconds(100);
    let list = json!([to_import("peter", NOW + 1, 11), to_import("peter", NOW + 2, 12)]);
    let first = import(&server, group, list.clone()).await;
    assert_eq!(column(&first, "MsgSeq"), [1, 2]);
    server.clock.advance_seconds(299);
    assert_eq!(import(&server, group, list.clone()).await, first, "dropped by their Random");
    server.clock.advance_seconds(1);
    let late = import(&server, group, list).await;
    assert_eq!(column(&late, "Result"), [10004, 10004], "rejected by their SendTime");
    assert_eq!(server.app.message_count(group).unwrap(), 2);
}

#[tokio::test]
async fn message_import_clears_unread_counts() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    let members = users(3);
    server.app.join(group, &members).unwrap();
    server.app.send_messages(group, 5).unwrap();
    assert_eq!(server.app.unread_count(group, "user0").unwrap(), Some(5));
    server.app.join(group, ["late"]).unwrap();
    assert_eq!(server.app.unread_count(group, "late").unwrap(), Some(0));
    server.clock.advance_seconds(10);
    import(&server, group, json!([to_import("user0", NOW + 1, 1)])).await;
    for member in members.iter().chain([&"late".to_owned()]) {
        assert_eq!(server.app.unread_count(group, member).unwrap(), Some(0));
    }
    assert_eq!(server.app.unread_count(group, "nobody").unwrap(), None);
}
