//! Tests of modify_group_base_info.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::test_server::{NOW, TestServer};

async fn info(server: &TestServer, id: &str) -> Value {
    server.call_ok("get_group_info", json!({"GroupIdList": [id]})).await["GroupInfo"][0].clone()
}

#[tokio::test]
async fn modify_changes_only_the_sent_fields() {
    let server = TestServer::new().await;
    let body = json!({
        "Type": "Public", "Name": "Fans", "GroupId": "fans", "Introduction": "Before",
        "Notification": "Be kind",
        "AppDefinedData": [{"Key": "city", "Value": "a"}, {"Key": "team", "Value": "red"}],
    });
    server.call_ok("create_group", body).await;
    let before = info(&server, "fans").await;
    server.clock.advance_seconds(5);
    let body = json!({
        "GroupId": "fans", "Name": "Friends", "Introduction": "", "FaceUrl": "https://a/b",
        "MaxMemberNum": 300, "ApplyJoinOption": "FreeAccess", "MuteAllMember": "On",
        "AppDefinedData": [{"Key": "team", "Value": "blue"}, {"Key": "city", "Value": ""}],
    });
    server.call_ok("modify_group_base_info", body).await;
    let mut expected = before;
    for (field, value) in [
        ("Name", json!("Friends")),
        ("Introduction", json!("")),
        ("FaceUrl", json!("https://a/b")),
        ("MaxMemberNum", json!(300)),
        ("ApplyJoinOption", json!("FreeAccess")),
        ("MuteAllMember", json!("On")),
        ("AppDefinedData", json!([{"Key": "team", "Value": "blue"}])),
        ("InfoSeq", json!(2)),
        ("LastInfoTime", json!(NOW + 5)),
    ] {
        expected[field] = value;
    }
    assert_eq!(info(&server, "fans").await, expected);
    let body = json!({"GroupId": "fans", "ShutUpAllMember": "Off"});
    server.call_ok("modify_group_base_info", body).await;
    assert_eq!(
        info(&server, "fans").await["MuteAllMember"],
        "Off",
        "ShutUpAllMember is the older name"
    );
}

#[tokio::test]
async fn invalid_modification_changes_nothing() {
    let server = TestServer::new().await;
    for (id, group_type) in [
        ("work", GroupType::Private),
        ("public", GroupType::Public),
        ("live", GroupType::AVChatRoom),
    ] {
        server.app.create_group(id, group_type).unwrap();
    }
    for (group, field, value, code) in [
        ("nowhere", "Name", json!("n"), 10010),
        ("public", "Name", json!("x".repeat(101)), 10004),
        ("public", "MaxMemberNum", json!(6_001), 10004),
        ("public", "MaxMemberNum", json!(0), 10004),
        ("public", "MuteAllMember", json!(true), 10004),
        ("public", "EnablePermission", json!(1), 10004),
        ("public", "From_Account", json!("nobody"), 10019),
        ("live", "InviteJoinOption", json!("FreeAccess"), 10004),
        ("work", "MuteAllMember", json!("On"), 10004),
    ] {
        let mut body = json!({"GroupId": group, "Notification": "changed"});
        body[field] = value;
        server.call_error("modify_group_base_info", body, code).await;
    }
    for id in ["work", "public", "live"] {
        let info = info(&server, id).await;
        assert_eq!((&info["Notification"], &info["InfoSeq"]), (&json!(""), &json!(1)));
    }
    server.call_ok("modify_group_base_info", json!({"GroupId": "live", "MaxMemberNum": 5})).await;
    assert!(info(&server, "live").await.get("MaxMemberNum").is_none(), "an audience has no limit");
}

#[tokio::test]
async fn raised_member_limit_admits_more_members() {
    let server = TestServer::new().await;
    let body = json!({"Type": "Public", "Name": "n", "GroupId": "small", "MaxMemberCount": 1});
    server.call_ok("create_group", body).await;
    assert_eq!(server.app.join("small", ["a", "b"]).unwrap(), 1);
    server.call_ok("modify_group_base_info", json!({"GroupId": "small", "MaxMemberNum": 2})).await;
    assert_eq!(server.app.join("small", ["b", "c"]).unwrap(), 1);
}
