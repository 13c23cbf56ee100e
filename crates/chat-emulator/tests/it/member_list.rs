//! Tests of get_group_member_info.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::test_server::{NOW, TestServer, column, users};

const COMMUNITY: &str = "@TGS#_town";

async fn page(server: &TestServer, body: Value) -> (Vec<String>, Value) {
    let response = server.call_ok("get_group_member_info", body).await;
    let page = column(&response["MemberList"], "Member_Account");
    (page.into_iter().map(|user| user.as_str().unwrap().to_owned()).collect(), response)
}

#[tokio::test]
async fn member_list_of_a_group_is_paged_by_offset() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.app.join(group, users(250)).unwrap();
    let (first, response) = page(&server, json!({"GroupId": group, "Limit": 200})).await;
    assert_eq!(first, users(250)[..200]);
    assert_eq!(response["MemberNum"], 250);
    assert!(response.get("Next").is_none());
    let (second, _) = page(&server, json!({"GroupId": group, "Limit": 200, "Offset": 200})).await;
    assert_eq!(second, users(250)[200..]);
    assert!(
        page(&server, json!({"GroupId": group, "Limit": 100, "Offset": 250})).await.0.is_empty()
    );
    assert!(page(&server, json!({"GroupId": group, "Offset": u64::MAX})).await.0.is_empty());
    server
        .call_error("get_group_member_info", json!({"GroupId": group, "Limit": 201}), 10004)
        .await;
}

#[tokio::test]
async fn member_list_without_a_limit_is_complete() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::ChatRoom);
    server.app.join(group, users(1_000)).unwrap();
    assert_eq!(page(&server, json!({"GroupId": group})).await.0, users(1_000));
    assert_eq!(page(&server, json!({"GroupId": group, "Limit": 0})).await.0, users(1_000));
}

#[tokio::test]
async fn member_list_of_a_community_is_paged_by_cursor() {
    let server = TestServer::new().await;
    server.app.create_group(COMMUNITY, GroupType::Community).unwrap();
    server.app.join(COMMUNITY, users(250)).unwrap();
    let (mut found, mut sizes, mut next) = (Vec::new(), Vec::new(), json!(""));
    loop {
        let (users, response) =
            page(&server, json!({"GroupId": COMMUNITY, "Limit": 100, "Next": next})).await;
        sizes.push(users.len());
        found.extend(users);
        next = response["Next"].clone();
        let cursor = next.as_str().unwrap();
        if cursor.is_empty() {
            break;
        }
        let number: u64 = cursor.parse().unwrap();
        assert_ne!(number as f64 as u64, number, "clients that store it in a double must fail");
        // When a member before the cursor leaves, no other member is skipped.
        server.app.leave(COMMUNITY, &found[found.len() - 1]).unwrap();
    }
    assert_eq!(found, users(250));
    assert_eq!(sizes, [100, 100, 50]);
    let (_, response) = page(&server, json!({"GroupId": COMMUNITY, "Next": ""})).await;
    assert_eq!(response["Next"], "", "without a limit, one response has all members");
}

#[tokio::test]
async fn community_rejects_paging_by_offset() {
    let server = TestServer::new().await;
    server.app.create_group(COMMUNITY, GroupType::Community).unwrap();
    for (body, named) in [
        (json!({"GroupId": COMMUNITY}), "Next"),
        (json!({"GroupId": COMMUNITY, "Next": "", "Offset": 3}), "Offset"),
        (json!({"GroupId": COMMUNITY, "Next": "abc"}), "Next"),
        (json!({"GroupId": COMMUNITY, "Next": "12"}), "Next"),
    ] {
        let info = server.call_error("get_group_member_info", body, 10004).await;
        assert!(info.contains(named), "{info}");
    }
}

#[tokio::test]
async fn role_filter_does_not_change_the_member_count() {
    let server = TestServer::new().await;
    server.import_accounts(&users(6)).await;
    for (group_type, group, start) in
        [("Public", "fans", json!({})), ("Community", COMMUNITY, json!({"Next": ""}))]
    {
        let members: Vec<_> = users(6)[1..]
            .iter()
            .enumerate()
            .map(|(index, user)| match index % 2 {
                0 => json!({"Member_Account": user, "Role": "Admin"}),
                _ => json!({"Member_Account": user}),
            })
            .collect();
        let body = json!({"Type": group_type, "Name": "n", "GroupId": group, "Owner_Account": "user0", "MemberList": members});
        server.call_ok("create_group", body).await;
        let mut body = start;
        body["GroupId"] = json!(group);
        body["MemberRoleFilter"] = json!(["Admin"]);
        let (found, response) = page(&server, body.clone()).await;
        assert_eq!(found, ["user1", "user3", "user5"]);
        assert_eq!(response["MemberNum"], 6);
        body["MemberRoleFilter"] = json!(["Owner", "Member"]);
        assert_eq!(page(&server, body).await.0, ["user0", "user2", "user4"]);
    }
    // The offset counts within the filtered list.
    let body = json!({"GroupId": "fans", "MemberRoleFilter": ["Admin"], "Limit": 1, "Offset": 1});
    assert_eq!(page(&server, body).await.0, ["user3"]);
}

#[tokio::test]
async fn member_filter_selects_fields_and_the_account() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter"]).await;
    let custom = json!([{"Key": "team", "Value": "red\u{0}"}, {"Key": "rank", "Value": "3"}]);
    let member = json!({"Member_Account": "peter", "AppMemberDefinedData": custom});
    let body = json!({"Type": "Public", "Name": "n", "GroupId": "fans", "MemberList": [member]});
    server.call_ok("create_group", body).await;
    server
        .call_ok(
            "forbid_send_msg",
            json!({"GroupId": "fans", "Members_Account": ["peter"], "MuteTime": 60}),
        )
        .await;

    let (_, response) = page(&server, json!({"GroupId": "fans"})).await;
    assert_eq!(
        response["MemberList"][0],
        json!({
            "Member_Account": "peter", "Role": "Member", "JoinTime": NOW, "MsgSeq": 0,
            "MsgFlag": "AcceptAndNotify", "LastSendMsgTime": 0, "MuteUntil": NOW + 60,
            "NameCard": "", "AppMemberDefinedData": custom,
        })
    );
    let (_, response) =
        page(&server, json!({"GroupId": "fans", "MemberInfoFilter": ["MuteUntil", "Role"]})).await;
    assert_eq!(
        response["MemberList"][0],
        json!({"Member_Account": "peter", "Role": "Member", "MuteUntil": NOW + 60})
    );
    let body = json!({"GroupId": "fans", "MemberInfoFilter": ["Role"], "AppDefinedDataFilter_GroupMember": ["rank"]});
    let (_, response) = page(&server, body).await;
    assert_eq!(
        response["MemberList"][0],
        json!({"Member_Account": "peter", "Role": "Member", "AppMemberDefinedData": [custom[1]]})
    );
}

#[tokio::test]
async fn response_over_one_megabyte_is_an_error() {
    let server = TestServer::new().await;
    server.app.create_group(COMMUNITY, GroupType::Community).unwrap();
    server.app.join(COMMUNITY, users(10_000)).unwrap();
    server
        .call_error("get_group_member_info", json!({"GroupId": COMMUNITY, "Next": ""}), 10018)
        .await;
    // With fewer fields or fewer members the response fits.
    let body = json!({"GroupId": COMMUNITY, "Next": "", "MemberInfoFilter": ["Member_Account"]});
    assert_eq!(page(&server, body).await.0.len(), 10_000);
    let body = json!({"GroupId": COMMUNITY, "Next": "", "Limit": 100});
    assert_eq!(page(&server, body).await.0.len(), 100);

    server.app.join(COMMUNITY, users(60_000)).unwrap();
    let body = json!({"GroupId": COMMUNITY, "Next": "", "MemberInfoFilter": ["Member_Account"]});
    server.call_error("get_group_member_info", body, 10018).await;
    server.call_error("get_group_info", json!({"GroupIdList": [COMMUNITY]}), 10018).await;
}
