//! send_group_msg, import_group_msg and group_msg_get_simple.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::stage::{NOW, Stage, column, users};

fn text(text: &str) -> Value {
    json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}])
}

fn message(group: &str, random: u32, said: &str) -> Value {
    json!({"GroupId": group, "Random": random, "MsgBody": text(said)})
}

/// As `message`, with one more field.
fn with(mut message: Value, field: &str, value: Value) -> Value {
    message[field] = value;
    message
}

fn to_import(from: &str, time: u64, random: u32) -> Value {
    json!({"From_Account": from, "SendTime": time, "Random": random, "MsgBody": text("old")})
}

async fn history(stage: &Stage, group: &str) -> Value {
    let body = json!({"GroupId": group, "ReqMsgNumber": 20});
    stage.done("group_msg_get_simple", body).await["RspMsgList"].clone()
}

async fn import(stage: &Stage, group: &str, list: Value) -> Value {
    let body = json!({"GroupId": group, "MsgList": list});
    stage.done("import_group_msg", body).await["ImportMsgResult"].clone()
}

#[tokio::test]
async fn a_sent_message_is_numbered_and_comes_back_in_the_history() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.app.join(group, ["peter"]).unwrap();
    let first = stage.done("send_group_msg", message(group, 1, "by the admin")).await;
    assert_eq!((&first["MsgSeq"], &first["MsgTime"]), (&json!(1), &json!(NOW)));
    stage.clock.advance_seconds(5);
    let mut second =
        with(message(group, 4_294_967_295, "by peter"), "From_Account", "peter".into());
    second["MsgPriority"] = json!("High");
    second["MsgBody"].as_array_mut().unwrap().push(json!({
        "MsgType": "TIMCustomElem", "MsgContent": {"Data": "\u{1}", "Desc": "", "Ext": "", "Sound": ""},
    }));
    stage.done("send_group_msg", second.clone()).await;

    let list = history(&stage, group).await;
    assert_eq!(
        list[0],
        json!({
            "From_Account": "peter", "IsPlaceMsg": 0, "MsgBody": second["MsgBody"], "MsgPriority": 1,
            "MsgRandom": 4_294_967_295_u32, "MsgSeq": 2, "MsgTimeStamp": NOW + 5,
        })
    );
    assert_eq!(list[1]["From_Account"], "administrator");
    assert_eq!(list[1]["MsgPriority"], 2);
    let member = stage.done("get_group_member_info", json!({"GroupId": group})).await;
    assert_eq!(member["MemberList"][0]["LastSendMsgTime"], NOW + 5);
    assert_eq!(stage.app.message_count(group).unwrap(), 2);
    assert_eq!(stage.app.unread_count(group, "peter").unwrap(), Some(2));
}

#[tokio::test]
async fn a_repeat_within_five_minutes_is_dropped_and_answers_as_the_first() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    let first = stage.done("send_group_msg", message(group, 7, "a")).await;
    stage.clock.advance_seconds(299);
    assert_eq!(stage.done("send_group_msg", message(group, 7, "a")).await, first);
    assert_eq!(stage.app.message_count(group).unwrap(), 1);
    // Another number, or another content, is another message.
    stage.done("send_group_msg", message(group, 8, "a")).await;
    stage.done("send_group_msg", message(group, 7, "b")).await;
    assert_eq!(stage.app.message_count(group).unwrap(), 3);
    stage.clock.advance_seconds(1);
    stage.done("send_group_msg", message(group, 7, "a")).await;
    assert_eq!(stage.app.message_count(group).unwrap(), 4);
}

#[tokio::test]
async fn who_is_muted_sends_nothing() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.app.join(group, ["peter", "leckie"]).unwrap();
    stage.import(&["owner", "guest"]).await;
    let from = |account: &str| with(message(group, 1, account), "From_Account", account.into());
    let mute = json!({"GroupId": group, "Members_Account": ["peter"], "MuteTime": 60});
    stage.done("forbid_send_msg", mute).await;
    let info = stage.refused("send_group_msg", from("peter"), 10017).await;
    assert!(info.contains("peter"));
    stage.done("send_group_msg", from("leckie")).await;
    stage.clock.advance_seconds(60);
    stage.done("send_group_msg", from("peter")).await;
    stage.refused("send_group_msg", from("nobody"), 10019).await;

    let body = json!({"Type": "Public", "Name": "n", "GroupId": "quiet", "Owner_Account": "owner",
        "MemberList": [{"Member_Account": "leckie", "Role": "Admin"}, {"Member_Account": "peter"}]});
    stage.done("create_group", body).await;
    stage.done("modify_group_base_info", json!({"GroupId": "quiet", "MuteAllMember": "On"})).await;
    for (account, may) in [
        ("owner", true),
        ("leckie", true),
        ("administrator", true),
        ("peter", false),
        ("guest", false),
    ] {
        let body = with(message("quiet", 2, account), "From_Account", account.into());
        let response = stage.group("send_group_msg", body).await;
        assert_eq!(response["ErrorCode"], if may { 0 } else { 10017 }, "{account}");
    }
    stage.done("send_group_msg", message("quiet", 3, "the admin who calls")).await;
}

#[tokio::test]
async fn what_a_group_type_does_not_take_is_refused() {
    let stage = Stage::new().await;
    for (id, group_type) in [
        ("public", GroupType::Public),
        ("meeting", GroupType::ChatRoom),
        ("live", GroupType::AVChatRoom),
        ("@TGS#_fans", GroupType::Community),
    ] {
        stage.app.create_group(id, group_type).unwrap();
    }
    for (field, value, refused) in [
        ("OnlineOnlyFlag", json!(1), &["live"][..]),
        ("SendMsgControl", json!(["NoUnread"]), &["live", "meeting"]),
        ("SendMsgControl", json!(["NoLastMsg"]), &[]),
        ("GroupAtInfo", json!([{"GroupAtAllFlag": 1}]), &["live"]),
        ("To_Account", json!(["peter"]), &["live", "@TGS#_fans"]),
        ("TopicId", json!("topic"), &["public", "meeting", "live", "@TGS#_fans"]),
    ] {
        for group in ["public", "meeting", "live", "@TGS#_fans"] {
            let body = with(message(group, 1, "a"), field, value.clone());
            let response = stage.group("send_group_msg", body).await;
            let code = if refused.contains(&group) { 10004 } else { 0 };
            assert_eq!(response["ErrorCode"], code, "{field} in {group}: {response}");
        }
    }
    let both = with(message("public", 2, "a"), "OnlineOnlyFlag", json!(1));
    let both = with(both, "SendMsgControl", json!(["NoLastMsg"]));
    stage.refused("send_group_msg", both, 10004).await;
    let empty = with(message("public", 2, "a"), "MsgBody", json!([]));
    stage.refused("send_group_msg", empty, 10004).await;
    stage.done("send_group_msg", message("public", 3, &"x".repeat(11_900))).await;
    stage.refused("send_group_msg", message("public", 4, &"x".repeat(12_000)), 80002).await;
}

#[tokio::test]
async fn a_message_for_those_who_are_online_leaves_a_hole() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.done("send_group_msg", with(message(group, 1, "a"), "OnlineOnlyFlag", json!(1))).await;
    let list = history(&stage, group).await;
    assert_eq!(list, json!([{"IsPlaceMsg": 1, "MsgBody": [], "MsgSeq": 1}]));
}

#[tokio::test]
async fn a_history_is_read_from_its_newest_message_down_to_its_first() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.app.send_messages(group, 2).unwrap();
    for number in 3..=45 {
        stage.done("send_group_msg", message(group, number, "a")).await;
    }
    let (mut found, mut from) = (Vec::<u64>::new(), Value::Null);
    loop {
        let body = json!({"GroupId": group, "ReqMsgNumber": 20, "ReqMsgSeq": from});
        let response = stage.done("group_msg_get_simple", body).await;
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
        stage.done("group_msg_get_simple", body).await["RspMsgList"].clone()
    };
    assert_eq!(column(&at(3, 2).await, "MsgSeq"), [3, 2]);
    assert_eq!(column(&at(3, 2).await, "IsPlaceMsg"), [0, 1], "without content it is a hole");
    assert_eq!(column(&at(1_000, 1).await, "MsgSeq"), [45]);
    assert_eq!(at(0, 20).await, json!([]));
    for body in [
        json!({"GroupId": group}),
        json!({"GroupId": group, "ReqMsgNumber": 0}),
        json!({"GroupId": group, "ReqMsgNumber": 21}),
    ] {
        stage.refused("group_msg_get_simple", body, 10004).await;
    }
    stage.app.create_group("live", GroupType::AVChatRoom).unwrap();
    let body = json!({"GroupId": "live", "ReqMsgNumber": 20});
    stage.refused("group_msg_get_simple", body, 10007).await;
}

#[tokio::test]
async fn a_topic_has_messages_of_its_own() {
    let stage = Stage::new().await;
    let (group, topic) = stage.stage_topic().await;
    stage.app.join(group, ["peter"]).unwrap();
    let to_topic = |random| with(message(group, random, "a"), "TopicId", topic.into());
    stage.done("send_group_msg", to_topic(1)).await;
    stage.done("send_group_msg", to_topic(2)).await;
    stage.done("send_group_msg", message(group, 1, "a")).await;
    assert_eq!(stage.app.message_count_in_topic(group, topic).unwrap(), 2);
    assert_eq!(stage.app.message_count(group).unwrap(), 1);
    let body = json!({"GroupId": group, "ReqMsgNumber": 20, "TopicId": topic});
    let response = stage.done("group_msg_get_simple", body).await;
    assert_eq!(column(&response["RspMsgList"], "MsgRandom"), [2, 1]);

    let mute = json!({
        "GroupId": group, "TopicId": topic, "Members_Account": ["peter"], "MuteTime": 60,
    });
    stage.done("forbid_send_msg", mute).await;
    let by_peter = with(to_topic(3), "From_Account", "peter".into());
    stage.refused("send_group_msg", by_peter, 10017).await;
    let list = json!([to_import("peter", NOW + 1, 9)]);
    stage.clock.advance_seconds(10);
    let body = json!({"GroupId": group, "TopicId": topic, "MsgList": list});
    let response = stage.done("import_group_msg", body).await;
    assert_eq!(response["ImportMsgResult"][0]["MsgSeq"], 3);
}

#[tokio::test]
async fn each_imported_message_has_a_result_of_its_own() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.import(&["peter"]).await;
    stage.clock.advance_seconds(100);
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
    let results = import(&stage, group, list).await;
    assert_eq!(column(&results, "Result"), [10004, 0, 80002, 10004, 10004, 10004, 0]);
    assert_eq!(results[1], json!({"MsgSeq": 1, "MsgTime": NOW + 20, "Result": 0}));
    assert_eq!(results[6]["MsgSeq"], 2);
    assert!(results[0].get("MsgSeq").is_none());
    let list = history(&stage, group).await;
    assert_eq!(column(&list, "MsgTimeStamp"), [NOW + 100, NOW + 20]);
    assert_eq!(column(&list, "MsgRandom"), [7, 2]);

    let eight: Vec<_> = (0..8).map(|random| to_import("peter", NOW, random)).collect();
    stage.refused("import_group_msg", json!({"GroupId": group, "MsgList": eight}), 10004).await;
    let no_room = json!({"GroupId": "live", "MsgList": [to_import("peter", NOW, 1)]});
    stage.app.create_group("live", GroupType::AVChatRoom).unwrap();
    stage.refused("import_group_msg", no_room, 10007).await;
}

#[tokio::test]
async fn an_import_that_is_repeated_makes_no_copies() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.import(&["peter"]).await;
    stage.clock.advance_seconds(100);
    let list = json!([to_import("peter", NOW + 1, 11), to_import("peter", NOW + 2, 12)]);
    let first = import(&stage, group, list.clone()).await;
    assert_eq!(column(&first, "MsgSeq"), [1, 2]);
    stage.clock.advance_seconds(299);
    assert_eq!(import(&stage, group, list.clone()).await, first, "dropped by their Random");
    stage.clock.advance_seconds(1);
    let late = import(&stage, group, list).await;
    assert_eq!(column(&late, "Result"), [10004, 10004], "refused by their SendTime");
    assert_eq!(stage.app.message_count(group).unwrap(), 2);
}

#[tokio::test]
async fn nothing_is_unread_after_an_import() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    let members = users(3);
    stage.app.join(group, &members).unwrap();
    stage.app.send_messages(group, 5).unwrap();
    assert_eq!(stage.app.unread_count(group, "user0").unwrap(), Some(5));
    stage.app.join(group, ["late"]).unwrap();
    assert_eq!(stage.app.unread_count(group, "late").unwrap(), Some(0));
    stage.clock.advance_seconds(10);
    import(&stage, group, json!([to_import("user0", NOW + 1, 1)])).await;
    for member in members.iter().chain([&"late".to_owned()]) {
        assert_eq!(stage.app.unread_count(group, member).unwrap(), Some(0));
    }
    assert_eq!(stage.app.unread_count(group, "nobody").unwrap(), None);
}
