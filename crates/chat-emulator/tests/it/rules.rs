//! The rules of the catalog, and the codes that breaking them answers.

use chat_types::{ENDPOINTS, GroupType};
use serde_json::{Value, json};

use crate::stage::{Stage, assert_refused, users};

#[tokio::test]
async fn a_body_that_is_no_json_object_answers_the_code_of_its_service() {
    let stage = Stage::new().await;
    for body in ["", "{", "[]", "null", "\"text\"", "{} {}", r#"{"UserID": 7, "#, "not json"] {
        stage.refused("destroy_group", body, 10011).await;
        let response = stage.post("im_open_login_svc/account_import", body).await;
        assert_refused(&response, 60003);
    }
}

#[tokio::test]
async fn the_text_of_a_refusal_names_the_field() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    for (body, named) in [
        (json!({"Members_Account": ["a"], "MuteTime": 1}), "GroupId"),
        (json!({"GroupId": group, "MuteTime": 1}), "Members_Account"),
        (json!({"GroupId": group, "Members_Account": "a", "MuteTime": 1}), "Members_Account"),
        (
            json!({"GroupId": group, "Members_Account": ["a", 7], "MuteTime": 1}),
            "Members_Account[1]",
        ),
        (json!({"GroupId": group, "Members_Account": ["a"], "MuteTime": "1"}), "MuteTime"),
        (json!({"GroupId": group, "Members_Account": ["a"], "MuteTime": -1}), "MuteTime"),
        (
            json!({"GroupId": group, "Members_Account": ["a"], "MuteTime": 4_294_967_296_u64}),
            "MuteTime",
        ),
        (json!({"GroupId": group, "Members_Account": ["a"], "MuteTime": 1.5}), "MuteTime"),
    ] {
        let info = stage.refused("forbid_send_msg", body, 10004).await;
        assert!(info.contains(named), "{named} in {info}");
    }
}

#[tokio::test]
async fn every_documented_cap_is_kept() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    let live = "@TGS#2LIVE";
    stage.app.create_group(live, GroupType::AVChatRoom).unwrap();
    let everybody = users(501);
    stage.import(&everybody).await;
    let objects = |count: usize| -> Vec<Value> {
        everybody[..count].iter().map(|user| json!({"Member_Account": user})).collect()
    };
    let body = |count: usize| json!({"GroupId": group, "Members_Account": everybody[..count], "MuteTime": 1});
    stage.done("forbid_send_msg", body(500)).await;
    stage.refused("forbid_send_msg", body(501), 10004).await;

    let body = |count: usize| json!({"GroupId": group, "MemberToDel_Account": everybody[..count]});
    stage.done("delete_group_member", body(100)).await;
    stage.refused("delete_group_member", body(101), 10004).await;

    let body = |count: usize| json!({"GroupId": group, "MemberList": objects(count)});
    stage.done("add_group_member", body(300)).await;
    stage.refused("add_group_member", body(301), 10005).await;
    stage.done("import_group_member", body(300)).await;
    stage.refused("import_group_member", body(301), 10005).await;

    let body = |count: usize| json!({"GroupId": live, "Members_Account": everybody[..count], "Duration": 60});
    stage.done("ban_group_member", body(20)).await;
    stage.refused("ban_group_member", body(21), 10005).await;
    let body = |count: usize| json!({"GroupId": live, "Members_Account": everybody[..count]});
    stage.done("unban_group_member", body(20)).await;
    stage.refused("unban_group_member", body(21), 10005).await;

    let body = |count: usize| json!({"Type": "Public", "Name": "n", "MemberList": objects(count)});
    stage.done("create_group", body(100)).await;
    stage.refused("create_group", body(101), 10005).await;

    let body = |count: usize| json!({"GroupIdList": vec![group; count], "ResponseFilter": {}});
    stage.done("get_group_info", body(50)).await;
    stage.refused("get_group_info", body(51), 10004).await;

    let accounts = |count: usize| json!({"Accounts": everybody[..count]});
    let path = "im_open_login_svc/multiaccount_import";
    assert_eq!(stage.post(path, accounts(100)).await["ErrorCode"], 0);
    assert_refused(&stage.post(path, accounts(101)).await, 70402);
}

#[tokio::test]
async fn group_types_that_an_endpoint_does_not_take_are_refused_with_its_code() {
    let stage = Stage::new().await;
    let id = |group_type: &GroupType| format!("@TGS#{group_type}");
    for group_type in GroupType::VARIANTS {
        // The type of old apps cannot be created.
        if stage.app.create_group(id(group_type), group_type.clone()).is_err() {
            assert_eq!(*group_type, GroupType::BChatRoom);
        }
    }
    let one = json!([{"Member_Account": "administrator"}]);
    for (command, refused, code, body) in [
        (
            "forbid_send_msg",
            &["Private"][..],
            10007,
            json!({"Members_Account": ["a"], "MuteTime": 1}),
        ),
        ("get_group_muted_account", &[], 0, json!({})),
        ("delete_group_member", &["AVChatRoom"], 10004, json!({"MemberToDel_Account": ["a"]})),
        ("add_group_member", &["AVChatRoom"], 10007, json!({"MemberList": one})),
        ("import_group_member", &["AVChatRoom"], 10007, json!({"MemberList": one})),
        ("get_group_member_info", &["AVChatRoom"], 10007, json!({"Next": ""})),
        (
            "ban_group_member",
            &["Private", "Public", "ChatRoom", "Community"],
            10007,
            json!({"Members_Account": ["a"], "Duration": 1}),
        ),
        (
            "unban_group_member",
            &["Private", "Public", "ChatRoom", "Community"],
            10007,
            json!({"Members_Account": ["a"]}),
        ),
        (
            "get_group_ban_member",
            &["Private", "Public", "ChatRoom", "Community"],
            10007,
            json!({"Offset": 0}),
        ),
    ] {
        for group_type in ["Private", "Public", "ChatRoom", "AVChatRoom", "Community"] {
            let mut body = body.clone();
            body["GroupId"] = json!(format!("@TGS#{group_type}"));
            let response = stage.group(command, body).await;
            let expected = if refused.contains(&group_type) { code } else { 0 };
            assert_eq!(response["ErrorCode"], expected, "{command} on {group_type}: {response}");
        }
    }
}

#[tokio::test]
async fn a_group_that_is_not_there_is_told_from_an_id_that_cannot_be_one() {
    let stage = Stage::new().await;
    let mute = |group: &str| json!({"GroupId": group, "Members_Account": ["a"], "MuteTime": 1});
    stage.refused("forbid_send_msg", mute("nowhere"), 10010).await;
    for malformed in [String::new(), "tab\t".into(), "ü".into(), "x".repeat(49)] {
        stage.refused("forbid_send_msg", mute(&malformed), 10015).await;
        // The pages about bans do not have 10015.
        let list = json!({"GroupId": malformed, "Offset": 0});
        stage.refused("get_group_ban_member", list, 10004).await;
    }
    stage.refused("get_group_ban_member", json!({"GroupId": "nowhere", "Offset": 0}), 10010).await;
}

#[tokio::test]
async fn fields_that_no_page_has_are_ignored() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    let body =
        json!({"GroupId": group, "Members_Account": ["a"], "MuteTime": 9, "Extra": {"a": [1]}});
    stage.done("forbid_send_msg", body).await;
}

#[tokio::test]
async fn every_endpoint_of_the_catalog_is_known_and_an_empty_object_never_breaks_it() {
    let stage = Stage::new().await;
    for spec in ENDPOINTS {
        let response = stage.post(&spec.id().to_string(), "{}").await;
        let code = response["ErrorCode"].as_i64().unwrap();
        let known = code == 0
            || code == spec.service_spec().unwrap().invalid_parameter_code.get()
            || spec.documents(code.into())
            || response["ErrorInfo"].as_str().unwrap().contains("the emulator does not have it");
        assert!(known, "{}: {response}", spec.id());
    }
}
