//! Tests of create_group, destroy_group and get_appid_group_list.

use chat_emulator::{LastPage, QuotaMode};
use chat_types::GroupType;
use serde_json::{Value, json};

use crate::test_server::{NOW, TestServer, column};

async fn create(server: &TestServer, body: Value) -> String {
    let response = server.call_ok("create_group", body).await;
    response["GroupId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn create_without_an_id_always_creates_a_new_group() {
    let server = TestServer::new().await;
    let body = json!({"Type": "Public", "Name": "n"});
    let (one, other) = (create(&server, body.clone()).await, create(&server, body).await);
    assert_ne!(one, other);
    assert!(one.starts_with("@TGS#") && !one.starts_with("@TGS#_"), "{one}");
    let community = create(&server, json!({"Type": "Community", "Name": "n"})).await;
    assert!(community.starts_with("@TGS#_@TGS#"), "{community}");
    for id in [one, other, community] {
        assert_eq!(server.app.member_count(&id).unwrap(), 0);
    }
}

#[tokio::test]
async fn id_in_use_has_different_codes_for_own_and_other_groups() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter", "leckie"]).await;
    let body = |owner: &str| json!({"Type": "Public", "Name": "n", "GroupId": "fans", "Owner_Account": owner});
    server.call_ok("create_group", body("peter")).await;
    server.call_error("create_group", body("peter"), 10025).await;
    server.call_error("create_group", body("leckie"), 10021).await;
    server
        .call_error(
            "create_group",
            json!({"Type": "Public", "Name": "n", "GroupId": "fans"}),
            10021,
        )
        .await;
    let without_owner = json!({"Type": "Public", "Name": "n", "GroupId": "free"});
    server.call_ok("create_group", &without_owner).await;
    server.call_error("create_group", &without_owner, 10025).await;
}

#[tokio::test]
async fn custom_group_id_must_follow_the_rules() {
    let server = TestServer::new().await;
    let body = |group_type: &str, id: &str| json!({"Type": group_type, "Name": "n", "GroupId": id});
    for (group_type, id) in [
        ("Public", "@TGS#mine"),
        ("AVChatRoom", "@TGS#_mine"),
        ("Community", "mine"),
        ("Community", "@TGS#mine"),
        ("Public", "tab\there"),
        ("Public", "größe"),
        ("Public", "x2345678901234567890123456789012345678901234567890"),
    ] {
        let info = server.call_error("create_group", body(group_type, id), 10004).await;
        assert!(info.contains("GroupId"), "{id}: {info}");
    }
    for (group_type, id) in
        [("Public", "with a space ~"), ("Public", "@TGS"), ("Community", "@TGS#_x")]
    {
        assert_eq!(create(&server, body(group_type, id)).await, id);
    }
    let longest = "x".repeat(48);
    assert_eq!(create(&server, body("Public", &longest)).await, longest);
}

#[tokio::test]
async fn owner_is_a_member_except_in_an_audience() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter"]).await;
    for (group_type, members) in [("Public", 1), ("AVChatRoom", 0)] {
        let id =
            create(&server, json!({"Type": group_type, "Name": "n", "Owner_Account": "peter"}))
                .await;
        assert_eq!(server.app.member_count(&id).unwrap(), members);
        let info = server.call_ok("get_group_info", json!({"GroupIdList": [id]})).await;
        assert_eq!(info["GroupInfo"][0]["Owner_Account"], "peter");
    }
    // Admins of the app are accounts as well.
    create(&server, json!({"Type": "Public", "Name": "n", "Owner_Account": "administrator"})).await;
}

#[tokio::test]
async fn owner_and_first_members_must_exist() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter"]).await;
    let owner =
        json!({"Type": "Public", "Name": "n", "GroupId": "fans", "Owner_Account": "nobody"});
    let info = server.call_error("create_group", owner, 10019).await;
    assert!(info.contains("Owner_Account"), "{info}");
    let member = json!({"Type": "Public", "Name": "n", "GroupId": "fans", "MemberList": [{"Member_Account": "nobody"}]});
    server.call_error("create_group", member, 10019).await;
    assert!(server.app.member_count("fans").is_err(), "nothing was created");
}

#[tokio::test]
async fn av_chat_room_accepts_no_first_members() {
    let server = TestServer::new().await;
    let body = json!({"Type": "AVChatRoom", "Name": "n", "MemberList": [{"Member_Account": "administrator"}]});
    server.call_error("create_group", body, 10007).await;
    create(&server, json!({"Type": "AVChatRoom", "Name": "n", "MemberList": []})).await;
}

#[tokio::test]
async fn first_members_must_not_exceed_the_member_limit() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter", "leckie"]).await;
    let body = |max: u32| json!({"Type": "Public", "Name": "n", "Owner_Account": "peter", "MaxMemberCount": max, "MemberList": [{"Member_Account": "leckie"}]});
    server.call_error("create_group", body(1), 10038).await;
    server.call_error("create_group", body(0), 10004).await;
    server.call_error("create_group", body(6_001), 10004).await;
    let id = create(&server, body(2)).await;
    let info = server.call_ok("get_group_info", json!({"GroupIdList": [id]})).await;
    assert_eq!(info["GroupInfo"][0]["MaxMemberNum"], 2, "it stays as set at creation");
}

#[tokio::test]
async fn topics_and_permissions_require_a_community() {
    let server = TestServer::new().await;
    let body = json!({"Type": "Public", "Name": "n", "SupportTopic": 1});
    server.call_error("create_group", body, 10004).await;
    let body = json!({"Type": "Community", "Name": "n", "EnablePermission": 1});
    server.call_error("create_group", body, 10004).await;

    let body = json!({"Type": "Community", "Name": "n", "SupportTopic": 1, "EnablePermission": 1, "DefaultPermission": 9_007_199_254_740_993_u64});
    let response = server.call_ok("create_group", body).await;
    assert_eq!((&response["Type"], &response["HugeGroupFlag"]), (&json!("Community"), &json!(0)));
    let info =
        server.call_ok("get_group_info", json!({"GroupIdList": [response["GroupId"]]})).await;
    assert_eq!(info["GroupInfo"][0]["EnablePermission"], 1);
    assert_eq!(info["GroupInfo"][0]["DefaultPermission"], 9_007_199_254_740_993_u64);
    let plain = server
        .call_ok("create_group", json!({"Type": "Public", "Name": "n", "SupportTopic": 0}))
        .await;
    assert!(plain.get("Type").is_none());
}

#[tokio::test]
async fn invalid_create_parameter_is_named_in_the_error() {
    let server = TestServer::new().await;
    for (body, named) in [
        (json!({"Name": "n"}), "Type"),
        (json!({"Type": "Work", "Name": "n"}), "Type"),
        (json!({"Type": "BChatRoom", "Name": "n"}), "Type"),
        (json!({"Type": "Public"}), "Name"),
        (json!({"Type": "Public", "Name": "x".repeat(101)}), "Name"),
        (json!({"Type": "Public", "Name": "n", "ApplyJoinOption": "Maybe"}), "ApplyJoinOption"),
        (
            json!({"Type": "Public", "Name": "n", "AppDefinedData": vec![json!({"Key": "k", "Value": "v"}); 11]}),
            "AppDefinedData",
        ),
    ] {
        let info = server.call_error("create_group", body, 10004).await;
        assert!(info.contains(named), "{named} in {info}");
    }
}

#[tokio::test]
async fn daily_net_growth_is_limited() {
    // 1% of the documented 10,000 groups per day and 200 calls per second.
    let server = TestServer::with(NOW, |builder| builder.quotas(QuotaMode::Scaled(0.01))).await;
    let mut last = String::new();
    for _ in 0..100 {
        server.clock.advance_millis(500);
        last = create(&server, json!({"Type": "Public", "Name": "n"})).await;
    }
    server.clock.advance_seconds(1);
    server.call_error("create_group", json!({"Type": "Public", "Name": "n"}), 10006).await;
    create(&server, json!({"Type": "Community", "Name": "not counted"})).await;
    server.call_ok("destroy_group", json!({"GroupId": last})).await;
    server.clock.advance_seconds(1);
    create(&server, json!({"Type": "Public", "Name": "in its place"})).await;
    server.call_error("create_group", json!({"Type": "Public", "Name": "n"}), 10006).await;
    server.clock.advance_seconds(86_000);
    create(&server, json!({"Type": "Public", "Name": "on another day"})).await;
}

#[tokio::test]
async fn disbanded_group_frees_its_id() {
    let server = TestServer::new().await;
    let body = json!({"Type": "Private", "Name": "n", "GroupId": "fans"});
    create(&server, body.clone()).await;
    server.call_ok("destroy_group", json!({"GroupId": "fans"})).await;
    server.call_error("destroy_group", json!({"GroupId": "fans"}), 10010).await;
    server.call_error("get_group_member_info", json!({"GroupId": "fans"}), 10010).await;
    assert_eq!(create(&server, body).await, "fans");
}

async fn list(server: &TestServer, mut body: Value) -> (Vec<String>, usize) {
    let (mut ids, mut pages) = (Vec::new(), 0);
    loop {
        let response = server.call_ok("get_appid_group_list", &body).await;
        let page = column(&response["GroupIdList"], "GroupId");
        ids.extend(page.into_iter().map(|id| id.as_str().unwrap().to_owned()));
        pages += 1;
        let next = response["Next"].as_u64().unwrap();
        if next == 0 {
            return (ids, pages);
        }
        assert!(next > u64::from(u32::MAX), "clients that truncate it to 32 bits must fail");
        body["Next"] = json!(next);
    }
}

#[tokio::test]
async fn group_list_is_paged() {
    let server = TestServer::new().await;
    let id = |number: usize| format!("@TGS#{number}");
    for number in 0..25 {
        let group_type = if number % 5 == 0 { GroupType::AVChatRoom } else { GroupType::Public };
        server.app.create_group(id(number), group_type).unwrap();
    }
    let all: Vec<_> = (0..25).map(id).collect();
    let live: Vec<_> = (0..25).step_by(5).map(id).collect();
    assert_eq!(list(&server, json!({})).await, (all.clone(), 1));
    assert_eq!(list(&server, json!({"Limit": 5})).await, (all, 5));
    assert_eq!(list(&server, json!({"Limit": 2, "GroupType": "AVChatRoom"})).await, (live, 3));
    assert_eq!(list(&server, json!({"GroupType": "BChatRoom"})).await, (vec![], 1));

    let response = server.call_ok("get_appid_group_list", json!({"Limit": 1})).await;
    assert_eq!(response["TotalCount"], 25);
    let response = server
        .call_ok("get_appid_group_list", json!({"Limit": 1, "GroupType": "AVChatRoom"}))
        .await;
    assert_eq!(response["TotalCount"], 5);
    for (body, named) in [
        (json!({"Limit": 10_001}), "Limit"),
        (json!({"Next": 7}), "Next"),
        (json!({"GroupType": "Work"}), "GroupType"),
    ] {
        let info = server.call_error("get_appid_group_list", body, 10004).await;
        assert!(info.contains(named), "{info}");
    }
}

#[tokio::test]
async fn group_list_page_has_10_000_groups_by_default() {
    let server = TestServer::new().await;
    for number in 0..10_001 {
        server.app.create_group(format!("@TGS#{number}"), GroupType::Public).unwrap();
    }
    let response = server.call_ok("get_appid_group_list", "{}").await;
    assert_eq!(response["GroupIdList"].as_array().unwrap().len(), 10_000);
    assert_eq!(response["TotalCount"], 10_001);
    assert_eq!(list(&server, json!({})).await.0.len(), 10_001);
}

#[tokio::test]
async fn group_list_can_end_with_an_empty_page() {
    let configure =
        |builder: chat_emulator::EmulatorBuilder| builder.last_page(LastPage::FollowedByEmpty);
    let server = TestServer::with(NOW, configure).await;
    server.app.create_group("@TGS#1", GroupType::Public).unwrap();
    server.app.create_group("@TGS#2", GroupType::Public).unwrap();
    let response = server.call_ok("get_appid_group_list", "{}").await;
    assert_eq!(response["TotalCount"], 2);
    assert_ne!(response["Next"], 0, "as in the sample");
    let all = vec!["@TGS#1".to_owned(), "@TGS#2".to_owned()];
    assert_eq!(list(&server, json!({})).await, (all, 2));
}
