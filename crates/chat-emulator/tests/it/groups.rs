//! create_group, destroy_group and get_appid_group_list.

use chat_emulator::{LastPage, QuotaMode};
use chat_types::GroupType;
use serde_json::{Value, json};

use crate::stage::{NOW, Stage, column};

async fn create(stage: &Stage, body: Value) -> String {
    let response = stage.done("create_group", body).await;
    response["GroupId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn without_an_id_every_call_creates_another_group() {
    let stage = Stage::new().await;
    let body = json!({"Type": "Public", "Name": "n"});
    let (one, other) = (create(&stage, body.clone()).await, create(&stage, body).await);
    assert_ne!(one, other);
    assert!(one.starts_with("@TGS#") && !one.starts_with("@TGS#_"), "{one}");
    let community = create(&stage, json!({"Type": "Community", "Name": "n"})).await;
    assert!(community.starts_with("@TGS#_@TGS#"), "{community}");
    for id in [one, other, community] {
        assert_eq!(stage.app.member_count(&id).unwrap(), 0);
    }
}

#[tokio::test]
async fn a_taken_id_tells_ones_own_from_anothers() {
    let stage = Stage::new().await;
    stage.import(&["peter", "leckie"]).await;
    let body = |owner: &str| json!({"Type": "Public", "Name": "n", "GroupId": "fans", "Owner_Account": owner});
    stage.done("create_group", body("peter")).await;
    stage.refused("create_group", body("peter"), 10025).await;
    stage.refused("create_group", body("leckie"), 10021).await;
    stage
        .refused("create_group", json!({"Type": "Public", "Name": "n", "GroupId": "fans"}), 10021)
        .await;
    let without_owner = json!({"Type": "Public", "Name": "n", "GroupId": "free"});
    stage.done("create_group", &without_owner).await;
    stage.refused("create_group", &without_owner, 10025).await;
}

#[tokio::test]
async fn an_id_of_ones_own_keeps_the_rules() {
    let stage = Stage::new().await;
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
        let info = stage.refused("create_group", body(group_type, id), 10004).await;
        assert!(info.contains("GroupId"), "{id}: {info}");
    }
    for (group_type, id) in
        [("Public", "with a space ~"), ("Public", "@TGS"), ("Community", "@TGS#_x")]
    {
        assert_eq!(create(&stage, body(group_type, id)).await, id);
    }
    let longest = "x".repeat(48);
    assert_eq!(create(&stage, body("Public", &longest)).await, longest);
}

#[tokio::test]
async fn the_owner_is_a_member_too_but_must_join_an_audience_like_anybody() {
    let stage = Stage::new().await;
    stage.import(&["peter"]).await;
    for (group_type, members) in [("Public", 1), ("AVChatRoom", 0)] {
        let id = create(&stage, json!({"Type": group_type, "Name": "n", "Owner_Account": "peter"}))
            .await;
        assert_eq!(stage.app.member_count(&id).unwrap(), members);
        let info = stage.done("get_group_info", json!({"GroupIdList": [id]})).await;
        assert_eq!(info["GroupInfo"][0]["Owner_Account"], "peter");
    }
    // The admins of the app are accounts, too.
    create(&stage, json!({"Type": "Public", "Name": "n", "Owner_Account": "administrator"})).await;
}

#[tokio::test]
async fn owner_and_first_members_must_exist() {
    let stage = Stage::new().await;
    stage.import(&["peter"]).await;
    let owner =
        json!({"Type": "Public", "Name": "n", "GroupId": "fans", "Owner_Account": "nobody"});
    let info = stage.refused("create_group", owner, 10019).await;
    assert!(info.contains("Owner_Account"), "{info}");
    let member = json!({"Type": "Public", "Name": "n", "GroupId": "fans", "MemberList": [{"Member_Account": "nobody"}]});
    stage.refused("create_group", member, 10019).await;
    assert!(stage.app.member_count("fans").is_err(), "nothing was created");
}

#[tokio::test]
async fn an_audience_takes_no_first_members() {
    let stage = Stage::new().await;
    let body = json!({"Type": "AVChatRoom", "Name": "n", "MemberList": [{"Member_Account": "administrator"}]});
    stage.refused("create_group", body, 10007).await;
    create(&stage, json!({"Type": "AVChatRoom", "Name": "n", "MemberList": []})).await;
}

#[tokio::test]
async fn more_first_members_than_fit_are_refused() {
    let stage = Stage::new().await;
    stage.import(&["peter", "leckie"]).await;
    let body = |max: u32| json!({"Type": "Public", "Name": "n", "Owner_Account": "peter", "MaxMemberCount": max, "MemberList": [{"Member_Account": "leckie"}]});
    stage.refused("create_group", body(1), 10038).await;
    stage.refused("create_group", body(0), 10004).await;
    stage.refused("create_group", body(6_001), 10004).await;
    let id = create(&stage, body(2)).await;
    let info = stage.done("get_group_info", json!({"GroupIdList": [id]})).await;
    assert_eq!(info["GroupInfo"][0]["MaxMemberNum"], 2, "it stays as it was set");
}

#[tokio::test]
async fn topics_and_permissions_are_only_for_communities() {
    let stage = Stage::new().await;
    let body = json!({"Type": "Public", "Name": "n", "SupportTopic": 1});
    stage.refused("create_group", body, 10004).await;
    let body = json!({"Type": "Community", "Name": "n", "EnablePermission": 1});
    stage.refused("create_group", body, 10004).await;

    let body = json!({"Type": "Community", "Name": "n", "SupportTopic": 1, "EnablePermission": 1, "DefaultPermission": 9_007_199_254_740_993_u64});
    let response = stage.done("create_group", body).await;
    assert_eq!((&response["Type"], &response["HugeGroupFlag"]), (&json!("Community"), &json!(0)));
    let info = stage.done("get_group_info", json!({"GroupIdList": [response["GroupId"]]})).await;
    assert_eq!(info["GroupInfo"][0]["EnablePermission"], 1);
    assert_eq!(info["GroupInfo"][0]["DefaultPermission"], 9_007_199_254_740_993_u64);
    let plain =
        stage.done("create_group", json!({"Type": "Public", "Name": "n", "SupportTopic": 0})).await;
    assert!(plain.get("Type").is_none());
}

#[tokio::test]
async fn values_outside_the_listed_ones_are_refused() {
    let stage = Stage::new().await;
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
        let info = stage.refused("create_group", body, 10004).await;
        assert!(info.contains(named), "{named} in {info}");
    }
}

#[tokio::test]
async fn the_net_growth_of_a_day_is_limited() {
    // 1 % of the documented 10,000 groups a day, and of 200 calls a second.
    let stage = Stage::with(NOW, |builder| builder.quotas(QuotaMode::Scaled(0.01))).await;
    let mut last = String::new();
    for _ in 0..100 {
        stage.clock.advance_millis(500);
        last = create(&stage, json!({"Type": "Public", "Name": "n"})).await;
    }
    stage.clock.advance_seconds(1);
    stage.refused("create_group", json!({"Type": "Public", "Name": "n"}), 10006).await;
    create(&stage, json!({"Type": "Community", "Name": "not counted"})).await;
    stage.done("destroy_group", json!({"GroupId": last})).await;
    stage.clock.advance_seconds(1);
    create(&stage, json!({"Type": "Public", "Name": "in its place"})).await;
    stage.refused("create_group", json!({"Type": "Public", "Name": "n"}), 10006).await;
    stage.clock.advance_seconds(86_000);
    create(&stage, json!({"Type": "Public", "Name": "on another day"})).await;
}

#[tokio::test]
async fn a_disbanded_group_is_gone_and_its_id_free() {
    let stage = Stage::new().await;
    let body = json!({"Type": "Private", "Name": "n", "GroupId": "fans"});
    create(&stage, body.clone()).await;
    stage.done("destroy_group", json!({"GroupId": "fans"})).await;
    stage.refused("destroy_group", json!({"GroupId": "fans"}), 10010).await;
    stage.refused("get_group_member_info", json!({"GroupId": "fans"}), 10010).await;
    assert_eq!(create(&stage, body).await, "fans");
}

async fn list(stage: &Stage, mut body: Value) -> (Vec<String>, usize) {
    let (mut ids, mut pages) = (Vec::new(), 0);
    loop {
        let response = stage.done("get_appid_group_list", &body).await;
        let page = column(&response["GroupIdList"], "GroupId");
        ids.extend(page.into_iter().map(|id| id.as_str().unwrap().to_owned()));
        pages += 1;
        let next = response["Next"].as_u64().unwrap();
        if next == 0 {
            return (ids, pages);
        }
        assert!(next > u64::from(u32::MAX), "32 bits damage it, and a client shows that");
        body["Next"] = json!(next);
    }
}

#[tokio::test]
async fn all_groups_of_the_app_are_listed_page_by_page() {
    let stage = Stage::new().await;
    let id = |number: usize| format!("@TGS#{number}");
    for number in 0..25 {
        let group_type = if number % 5 == 0 { GroupType::AVChatRoom } else { GroupType::Public };
        stage.app.create_group(id(number), group_type).unwrap();
    }
    let all: Vec<_> = (0..25).map(id).collect();
    let live: Vec<_> = (0..25).step_by(5).map(id).collect();
    assert_eq!(list(&stage, json!({})).await, (all.clone(), 1));
    assert_eq!(list(&stage, json!({"Limit": 5})).await, (all, 5));
    assert_eq!(list(&stage, json!({"Limit": 2, "GroupType": "AVChatRoom"})).await, (live, 3));
    assert_eq!(list(&stage, json!({"GroupType": "BChatRoom"})).await, (vec![], 1));

    let response = stage.done("get_appid_group_list", json!({"Limit": 1})).await;
    assert_eq!(response["TotalCount"], 25);
    let response =
        stage.done("get_appid_group_list", json!({"Limit": 1, "GroupType": "AVChatRoom"})).await;
    assert_eq!(response["TotalCount"], 5);
    for (body, named) in [
        (json!({"Limit": 10_001}), "Limit"),
        (json!({"Next": 7}), "Next"),
        (json!({"GroupType": "Work"}), "GroupType"),
    ] {
        let info = stage.refused("get_appid_group_list", body, 10004).await;
        assert!(info.contains(named), "{info}");
    }
}

#[tokio::test]
async fn without_a_limit_a_page_has_10_000_groups() {
    let stage = Stage::new().await;
    for number in 0..10_001 {
        stage.app.create_group(format!("@TGS#{number}"), GroupType::Public).unwrap();
    }
    let response = stage.done("get_appid_group_list", "{}").await;
    assert_eq!(response["GroupIdList"].as_array().unwrap().len(), 10_000);
    assert_eq!(response["TotalCount"], 10_001);
    assert_eq!(list(&stage, json!({})).await.0.len(), 10_001);
}

#[tokio::test]
async fn a_page_that_completes_the_list_can_be_followed_by_an_empty_one() {
    let set_up =
        |builder: chat_emulator::EmulatorBuilder| builder.last_page(LastPage::FollowedByEmpty);
    let stage = Stage::with(NOW, set_up).await;
    stage.app.create_group("@TGS#1", GroupType::Public).unwrap();
    stage.app.create_group("@TGS#2", GroupType::Public).unwrap();
    let response = stage.done("get_appid_group_list", "{}").await;
    assert_eq!(response["TotalCount"], 2);
    assert_ne!(response["Next"], 0, "as in the sample");
    let all = vec!["@TGS#1".to_owned(), "@TGS#2".to_owned()];
    assert_eq!(list(&stage, json!({})).await, (all, 2));
}
