//! Tests of add_group_member, import_group_member and delete_group_member.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::test_server::{NOW, TestServer, column, users};

fn list(users: &[impl AsRef<str>]) -> Value {
    users.iter().map(|user| json!({"Member_Account": user.as_ref()})).collect()
}

async fn members(server: &TestServer, group: &str) -> Vec<(String, String)> {
    let response = server.call_ok("get_group_member_info", json!({"GroupId": group})).await;
    let list = response["MemberList"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.map(|member| (text(&member["Member_Account"]), text(&member["Role"]))).collect()
}

#[tokio::test]
async fn add_reports_each_user() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.import_accounts(&["peter", "leckie"]).await;
    server.app.join(group, ["peter"]).unwrap();
    let body =
        json!({"GroupId": group, "MemberList": list(&["peter", "leckie", "nobody", "leckie"])});
    let response = server.call_ok("add_group_member", body).await;
    assert_eq!(
        response["MemberList"],
        json!([
            {"Member_Account": "peter", "Result": 2},
            {"Member_Account": "leckie", "Result": 1},
            {"Member_Account": "nobody", "Result": 0},
            {"Member_Account": "leckie", "Result": 2},
        ])
    );
    assert_eq!(server.app.member_count(group).unwrap(), 2);
}

#[tokio::test]
async fn add_beyond_the_member_limit_adds_no_one() {
    let server = TestServer::new().await;
    server.import_accounts(&users(4)).await;
    let body = json!({"Type": "Public", "Name": "n", "GroupId": "small", "MaxMemberCount": 3});
    server.call_ok("create_group", body).await;
    let add = |users: &[String]| json!({"GroupId": "small", "MemberList": list(users)});
    server.call_error("add_group_member", add(&users(4)), 10014).await;
    assert_eq!(server.app.member_count("small").unwrap(), 0);
    server.call_ok("add_group_member", add(&users(3))).await;
    // Existing members and accounts that do not exist do not count.
    let body = json!({"GroupId": "small", "MemberList": list(&["user0", "user1", "nobody"])});
    server.call_ok("add_group_member", body).await;
    server.call_error("add_group_member", add(&users(4)), 10014).await;
    server.call_error("import_group_member", add(&users(4)), 10014).await;
    assert_eq!(server.app.join("small", ["user3"]).unwrap(), 0);
}

#[tokio::test]
async fn member_import_keeps_role_and_join_time() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.import_accounts(&["admin1", "early", "late", "now", "first"]).await;
    server.clock.advance_seconds(100);
    let body = json!({"GroupId": group, "MemberList": [
        {"Member_Account": "admin1", "Role": "Admin", "JoinTime": NOW + 50},
        {"Member_Account": "early", "JoinTime": NOW - 1},
        {"Member_Account": "late", "JoinTime": NOW + 101},
        {"Member_Account": "now"},
        {"Member_Account": "first", "JoinTime": NOW},
        {"Member_Account": "nobody"},
        {"Member_Account": "admin1", "JoinTime": NOW - 1},
    ]});
    let response = server.call_ok("import_group_member", body).await;
    let results: Vec<_> = column(&response["MemberList"], "Result");
    assert_eq!(results, [1, 0, 0, 1, 1, 0, 2]);
    let response = server.call_ok("get_group_member_info", json!({"GroupId": group})).await;
    let times = column(&response["MemberList"], "JoinTime");
    assert_eq!(times, [&json!(NOW + 50), &json!(NOW + 100), &json!(NOW)]);
    assert_eq!(column(&response["MemberList"], "Role"), ["Admin", "Member", "Member"]);

    let body =
        json!({"GroupId": group, "MemberList": [{"Member_Account": "now", "Role": "Owner"}]});
    server.call_error("import_group_member", body, 10004).await;
}

#[tokio::test]
async fn imported_unread_count_is_capped_by_the_message_count() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.import_accounts(&["a", "b"]).await;
    server.app.send_messages(group, 3).unwrap();
    let body = json!({"GroupId": group, "MemberList": [
        {"Member_Account": "a", "UnreadMsgNum": 1},
        {"Member_Account": "b", "UnreadMsgNum": 80},
    ]});
    server.call_ok("import_group_member", body).await;
    let response = server.call_ok("get_group_member_info", json!({"GroupId": group})).await;
    assert_eq!(column(&response["MemberList"], "MsgSeq"), [2, 0]);
}

#[tokio::test]
async fn removing_a_user_who_is_not_a_member_succeeds() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Private);
    server.app.join(group, ["peter"]).unwrap();
    let body = json!({"GroupId": group, "MemberToDel_Account": ["nobody", "peter"], "Silence": 1});
    let response = server.call_ok("delete_group_member", &body).await;
    assert_eq!(
        response.as_object().unwrap().len(),
        3,
        "the response does not report single members"
    );
    assert!(!server.app.is_member(group, "peter").unwrap());
    server.call_ok("delete_group_member", &body).await;
}

#[tokio::test]
async fn removing_every_member_does_not_disband_the_group() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter", "leckie"]).await;
    let body = json!({"Type": "Public", "Name": "n", "GroupId": "fans", "Owner_Account": "peter", "MemberList": list(&["leckie"])});
    server.call_ok("create_group", body).await;
    assert_eq!(
        members(&server, "fans").await,
        [("peter".into(), "Owner".into()), ("leckie".into(), "Member".into())]
    );
    let body = json!({"GroupId": "fans", "MemberToDel_Account": ["peter", "leckie"]});
    server.call_ok("delete_group_member", body).await;
    let response = server.call_ok("get_group_info", json!({"GroupIdList": ["fans"]})).await;
    assert_eq!(response["GroupInfo"][0]["ErrorCode"], 0);
    assert_eq!(response["GroupInfo"][0]["MemberNum"], 0);
    assert_eq!(
        response["GroupInfo"][0]["Owner_Account"], "",
        "the owner was removed like any member"
    );
}
