//! Tests of the rules of the catalog, and of the code for each broken rule.

use chat_types::{ENDPOINTS, GroupType, spec::Site};
use serde_json::{Value, json};

use crate::test_server::{TestServer, assert_error, assert_error_of, users};

#[tokio::test]
async fn body_must_be_a_json_object() {
    let server = TestServer::new().await;
    for body in ["", "{", "[{}]", "null", "\"text\"", "{} {}", r#"{"UserID": 7, "#, "not json"] {
        let info = server.call_error("destroy_group", body, 10011).await;
        assert!(info.starts_with("the body "), "{info}");
        let response = server.post("im_open_login_svc/account_import", body).await;
        assert_error(&response, 60003);
    }
    for spec in ENDPOINTS.iter().filter(|spec| server.emulator.emulates(spec)) {
        let response = server.post(&spec.id().to_string(), "{").await;
        assert_error_of(spec, &response, spec.service_spec().unwrap().invalid_json_code.get());
    }
}

/// PHP writes an array without elements as `[]`, even if it stands for an object.
#[tokio::test]
async fn empty_array_is_accepted_for_an_empty_object() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.call_ok("get_appid_group_list", "[]").await;
    let info = server.call_error("destroy_group", "[]", 10004).await;
    assert!(info.contains("GroupId is required"), "{info}");
    let filtered = |filter: Value| json!({"GroupIdList": [group], "ResponseFilter": filter});
    let response = server.call_ok("get_group_info", filtered(json!([]))).await;
    assert_eq!(response, server.call_ok("get_group_info", filtered(json!({}))).await);
    server.call_error("get_group_info", filtered(json!([1])), 10004).await;
}

#[tokio::test]
async fn repeated_field_is_refused() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    let body =
        format!(r#"{{"GroupId":"{group}","Members_Account":["a"],"MuteTime":1,"MuteTime":0}}"#);
    let info = server.call_error("forbid_send_msg", body, 10004).await;
    assert!(info.contains("MuteTime") && info.contains("column"), "{info}");
}

/// Sends every field of every endpoint with a value of each JSON type.
#[tokio::test]
async fn error_info_has_no_words_of_the_parser() {
    let server = TestServer::new().await;
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!("x"),
        json!(["x", 7, {}]),
        json!({"x": {"x": [null]}}),
    ];
    for spec in ENDPOINTS.iter().filter(|spec| server.emulator.emulates(spec)) {
        let schemas = chat_types::schemas::find(spec.service, spec.command).unwrap();
        let schema: Value = serde_json::from_str(schemas.request).unwrap();
        let example = &schema["examples"][0];
        for field in spec.request {
            for value in &values {
                let mut body = example.clone();
                body[field.name] = value.clone();
                let response = server.post(&spec.id().to_string(), &body).await;
                let info = response["ErrorInfo"].as_str().unwrap();
                for word in
                    ["expected ", "invalid type", "invalid value", "missing field", " line "]
                {
                    assert!(!info.contains(word), "{}: {body}: {info}", spec.id());
                }
                assert_ne!(response["ErrorCode"], 10002, "{}: {body}: {info}", spec.id());
            }
        }
    }
}

#[tokio::test]
async fn error_info_names_the_field() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
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
        let info = server.call_error("forbid_send_msg", body, 10004).await;
        assert!(info.contains(named), "{named} in {info}");
    }
}

#[tokio::test]
async fn every_documented_item_limit_is_enforced() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    let live = "@TGS#2LIVE";
    server.app.create_group(live, GroupType::AVChatRoom).unwrap();
    let all_users = users(501);
    server.import_accounts(&all_users).await;
    let objects = |count: usize| -> Vec<Value> {
        all_users[..count].iter().map(|user| json!({"Member_Account": user})).collect()
    };
    let body = |count: usize| json!({"GroupId": group, "Members_Account": all_users[..count], "MuteTime": 1});
    server.call_ok("forbid_send_msg", body(500)).await;
    server.call_error("forbid_send_msg", body(501), 10004).await;

    let body = |count: usize| json!({"GroupId": group, "MemberToDel_Account": all_users[..count]});
    server.call_ok("delete_group_member", body(100)).await;
    server.call_error("delete_group_member", body(101), 10004).await;

    let body = |count: usize| json!({"GroupId": group, "MemberList": objects(count)});
    server.call_ok("add_group_member", body(300)).await;
    server.call_error("add_group_member", body(301), 10005).await;
    server.call_ok("import_group_member", body(300)).await;
    server.call_error("import_group_member", body(301), 10005).await;
    server.app.set_site(Site::China);
    server.call_ok("add_group_member", body(20)).await;
    server.call_error("add_group_member", body(21), 10005).await;
    server.call_ok("import_group_member", body(20)).await;
    server.call_error("import_group_member", body(21), 10005).await;

    let body = |count: usize| json!({"GroupId": live, "Members_Account": all_users[..count], "Duration": 60});
    server.call_ok("ban_group_member", body(20)).await;
    server.call_error("ban_group_member", body(21), 10005).await;
    let body = |count: usize| json!({"GroupId": live, "Members_Account": all_users[..count]});
    server.call_ok("unban_group_member", body(20)).await;
    server.call_error("unban_group_member", body(21), 10005).await;

    let body = |count: usize| json!({"Type": "Public", "Name": "n", "MemberList": objects(count)});
    server.call_ok("create_group", body(100)).await;
    server.call_error("create_group", body(101), 10005).await;

    let body = |count: usize| json!({"GroupIdList": vec![group; count], "ResponseFilter": {}});
    server.call_ok("get_group_info", body(50)).await;
    server.call_error("get_group_info", body(51), 10004).await;

    let accounts = |count: usize| json!({"Accounts": all_users[..count]});
    let path = "im_open_login_svc/multiaccount_import";
    assert_eq!(server.post(path, accounts(100)).await["ErrorCode"], 0);
    assert_error(&server.post(path, accounts(101)).await, 70402);
}

#[tokio::test]
async fn unsupported_group_type_fails_with_the_documented_code() {
    let server = TestServer::new().await;
    let id = |group_type: &GroupType| format!("@TGS#{group_type}");
    for group_type in GroupType::VARIANTS {
        // Groups of the type of old apps cannot be created.
        if server.app.create_group(id(group_type), group_type.clone()).is_err() {
            assert_eq!(*group_type, GroupType::BChatRoom);
        }
    }
    let one = json!([{"Member_Account": "administrator"}]);
    for (command, unsupported, code, body) in [
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
            let response = server.call(command, body).await;
            let expected = if unsupported.contains(&group_type) { code } else { 0 };
            assert_eq!(response["ErrorCode"], expected, "{command} on {group_type}: {response}");
        }
    }
}

#[tokio::test]
async fn missing_group_and_malformed_id_have_different_codes() {
    let server = TestServer::new().await;
    let mute = |group: &str| json!({"GroupId": group, "Members_Account": ["a"], "MuteTime": 1});
    server.call_error("forbid_send_msg", mute("nowhere"), 10010).await;
    for malformed in [String::new(), "tab\t".into(), "ü".into(), "x".repeat(49)] {
        server.call_error("forbid_send_msg", mute(&malformed), 10015).await;
        // The pages about bans do not list 10015.
        let list = json!({"GroupId": malformed, "Offset": 0});
        server.call_error("get_group_ban_member", list, 10004).await;
    }
    server
        .call_error("get_group_ban_member", json!({"GroupId": "nowhere", "Offset": 0}), 10010)
        .await;
}

#[tokio::test]
async fn undocumented_fields_are_ignored() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    let body =
        json!({"GroupId": group, "Members_Account": ["a"], "MuteTime": 9, "Extra": {"a": [1]}});
    server.call_ok("forbid_send_msg", body).await;
}

#[tokio::test]
async fn every_endpoint_returns_a_documented_code() {
    let server = TestServer::new().await;
    for spec in ENDPOINTS {
        let response = server.post(&spec.id().to_string(), "{}").await;
        let code = response["ErrorCode"].as_i64().unwrap();
        let known = code == 0
            || code == spec.service_spec().unwrap().invalid_parameter_code.get()
            || spec.documents(code.into())
            || response["ErrorInfo"].as_str().unwrap().contains("is not emulated");
        assert!(known, "{}: {response}", spec.id());
    }
}
