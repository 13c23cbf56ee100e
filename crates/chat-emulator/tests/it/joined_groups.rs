//! Tests of get_joined_group_list.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::test_server::{NOW, TestServer, column};

async fn joined(server: &TestServer, body: Value) -> Value {
    let mut of_peter = json!({"Member_Account": "peter"});
    of_peter.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    server.call_ok("get_joined_group_list", of_peter).await
}

/// Starts an emulator where peter is a member of one group of each type, but not of `other`.
async fn server_with_groups() -> TestServer {
    let server = TestServer::new().await;
    server.import_accounts(&["peter"]).await;
    for (id, group_type) in [
        ("work", GroupType::Private),
        ("public", GroupType::Public),
        ("other", GroupType::Public),
        ("meeting", GroupType::ChatRoom),
        ("live", GroupType::AVChatRoom),
        ("@TGS#_fans", GroupType::Community),
    ] {
        server.app.create_group(id, group_type).unwrap();
        if id != "other" {
            server.clock.advance_seconds(1);
            server.app.join(id, ["peter"]).unwrap();
        }
    }
    server.create_topic().await;
    server.app.join("@TGS#_town", ["peter"]).unwrap();
    server
}

#[tokio::test]
async fn joined_groups_are_ids_in_order_of_creation() {
    let server = server_with_groups().await;
    let response = joined(&server, json!({})).await;
    assert_eq!(response["TotalCount"], 5);
    assert_eq!(
        response["GroupIdList"],
        json!([
            {"GroupId": "work"}, {"GroupId": "public"}, {"GroupId": "meeting"},
            {"GroupId": "@TGS#_fans"}, {"GroupId": "@TGS#_town"},
        ])
    );
    server.app.leave("public", "peter").unwrap();
    assert_eq!(joined(&server, json!({})).await["TotalCount"], 4);
}

#[tokio::test]
async fn joined_groups_can_be_filtered_by_type_and_topics() {
    let server = server_with_groups().await;
    for (filter, expected) in [
        (json!({"WithHugeGroups": 1}), json!(["live"])),
        (json!({"GroupType": "AVChatRoom"}), json!([])),
        (json!({"GroupType": "AVChatRoom", "WithHugeGroups": 1}), json!(["live"])),
        (json!({"GroupType": "ChatRoom"}), json!(["meeting"])),
        (json!({"GroupType": "Community"}), json!(["@TGS#_fans", "@TGS#_town"])),
        (json!({"GroupType": "Community", "SupportTopic": 1}), json!(["@TGS#_town"])),
        (json!({"SupportTopic": 0}), json!(["@TGS#_fans"])),
        (json!({"GroupType": "Private", "WithNoActiveGroups": 1}), json!(["work"])),
    ] {
        let response = joined(&server, filter.clone()).await;
        let ids = json!(column(&response["GroupIdList"], "GroupId"));
        if filter == json!({"WithHugeGroups": 1}) {
            assert_eq!(response["TotalCount"], 6);
            assert!(ids.as_array().unwrap().contains(&expected[0]));
        } else {
            assert_eq!(ids, expected, "{filter}");
            assert_eq!(response["TotalCount"], expected.as_array().unwrap().len());
        }
    }
    let body = json!({"Member_Account": "peter", "GroupType": "Public", "SupportTopic": 1});
    server.call_error("get_joined_group_list", body, 10004).await;
    server.call_error("get_joined_group_list", json!({"Member_Account": "nobody"}), 10019).await;
}

#[tokio::test]
async fn joined_groups_are_paged_by_limit_and_offset() {
    let server = server_with_groups().await;
    let mut found = Vec::new();
    for offset in [0, 2, 4, 6] {
        let response = joined(&server, json!({"Limit": 2, "Offset": offset})).await;
        assert_eq!(response["TotalCount"], 5);
        found.push(response["GroupIdList"].as_array().unwrap().len());
    }
    assert_eq!(found, [2, 2, 1, 0]);
    let body = json!({"Member_Account": "peter", "Limit": 5_001});
    server.call_error("get_joined_group_list", body, 10004).await;
}

#[tokio::test]
async fn joined_groups_filter_selects_fields() {
    let server = server_with_groups().await;
    let mute = json!({"GroupId": "public", "Members_Account": ["peter"], "MuteTime": 60});
    server.call_ok("forbid_send_msg", mute).await;
    let filter = json!({
        "GroupBaseInfoFilter": ["Type", "MemberNum", "SupportTopic", "NextMsgSeq", "Appid", "ErrorCode"],
        "SelfInfoFilter": ["Role", "JoinTime", "MuteUntil", "Member_Account"],
    });
    let response =
        joined(&server, json!({"GroupType": "Public", "ResponseFilter": filter.clone()})).await;
    let muted_until = response["GroupIdList"][0]["SelfInfo"]["MuteUntil"].clone();
    assert_eq!(
        response["GroupIdList"],
        json!([{
            "GroupId": "public", "Type": "Public", "MemberNum": 1, "SupportTopic": 0,
            "NextMsgSeq": 1,
            "SelfInfo": {"Role": "Member", "JoinTime": NOW + 2, "MuteUntil": muted_until},
        }]),
        "fields that the page does not list are left out"
    );
    assert_eq!(muted_until, NOW + 5 + 60);

    let body = json!({"GroupType": "AVChatRoom", "WithHugeGroups": 1, "ResponseFilter": filter});
    let live = &joined(&server, body).await["GroupIdList"][0];
    assert_eq!(live["Type"], "AVChatRoom");
    assert!(live.get("SelfInfo").is_none(), "memberships of an audience are not stored");
    let empty = joined(&server, json!({"GroupType": "Public", "ResponseFilter": {}})).await;
    assert_eq!(empty["GroupIdList"], json!([{"GroupId": "public"}]));
}

#[tokio::test]
async fn member_can_be_removed_from_every_joined_group() {
    let server = server_with_groups().await;
    let response = joined(&server, json!({})).await;
    for id in column(&response["GroupIdList"], "GroupId") {
        let body = json!({"GroupId": id, "MemberToDel_Account": ["peter"]});
        server.call_ok("delete_group_member", body).await;
    }
    assert_eq!(joined(&server, json!({})).await["GroupIdList"], json!([]));
}
