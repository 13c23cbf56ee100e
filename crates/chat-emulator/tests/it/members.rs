//! add_group_member, import_group_member and delete_group_member.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::stage::{NOW, Stage, column, users};

fn list(users: &[impl AsRef<str>]) -> Value {
    users.iter().map(|user| json!({"Member_Account": user.as_ref()})).collect()
}

async fn members(stage: &Stage, group: &str) -> Vec<(String, String)> {
    let response = stage.done("get_group_member_info", json!({"GroupId": group})).await;
    let list = response["MemberList"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.map(|member| (text(&member["Member_Account"]), text(&member["Role"]))).collect()
}

#[tokio::test]
async fn each_added_user_has_a_result_of_its_own() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.import(&["peter", "leckie"]).await;
    stage.app.join(group, ["peter"]).unwrap();
    let body =
        json!({"GroupId": group, "MemberList": list(&["peter", "leckie", "nobody", "leckie"])});
    let response = stage.done("add_group_member", body).await;
    assert_eq!(
        response["MemberList"],
        json!([
            {"Member_Account": "peter", "Result": 2},
            {"Member_Account": "leckie", "Result": 1},
            {"Member_Account": "nobody", "Result": 0},
            {"Member_Account": "leckie", "Result": 2},
        ])
    );
    assert_eq!(stage.app.member_count(group).unwrap(), 2);
}

#[tokio::test]
async fn a_group_that_would_overflow_takes_nobody() {
    let stage = Stage::new().await;
    stage.import(&users(4)).await;
    let body = json!({"Type": "Public", "Name": "n", "GroupId": "small", "MaxMemberCount": 3});
    stage.done("create_group", body).await;
    let add = |users: &[String]| json!({"GroupId": "small", "MemberList": list(users)});
    stage.refused("add_group_member", add(&users(4)), 10014).await;
    assert_eq!(stage.app.member_count("small").unwrap(), 0);
    stage.done("add_group_member", add(&users(3))).await;
    // Those who are in already take no room, nor do those who do not exist.
    let body = json!({"GroupId": "small", "MemberList": list(&["user0", "user1", "nobody"])});
    stage.done("add_group_member", body).await;
    stage.refused("add_group_member", add(&users(4)), 10014).await;
    stage.refused("import_group_member", add(&users(4)), 10014).await;
    assert_eq!(stage.app.join("small", ["user3"]).unwrap(), 0);
}

#[tokio::test]
async fn an_import_keeps_role_and_time_and_refuses_impossible_times() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.import(&["admin1", "early", "late", "now", "first"]).await;
    stage.clock.advance_seconds(100);
    let body = json!({"GroupId": group, "MemberList": [
        {"Member_Account": "admin1", "Role": "Admin", "JoinTime": NOW + 50},
        {"Member_Account": "early", "JoinTime": NOW - 1},
        {"Member_Account": "late", "JoinTime": NOW + 101},
        {"Member_Account": "now"},
        {"Member_Account": "first", "JoinTime": NOW},
        {"Member_Account": "nobody"},
        {"Member_Account": "admin1", "JoinTime": NOW - 1},
    ]});
    let response = stage.done("import_group_member", body).await;
    let results: Vec<_> = column(&response["MemberList"], "Result");
    assert_eq!(results, [1, 0, 0, 1, 1, 0, 2]);
    let response = stage.done("get_group_member_info", json!({"GroupId": group})).await;
    let times = column(&response["MemberList"], "JoinTime");
    assert_eq!(times, [&json!(NOW + 50), &json!(NOW + 100), &json!(NOW)]);
    assert_eq!(column(&response["MemberList"], "Role"), ["Admin", "Member", "Member"]);

    let body =
        json!({"GroupId": group, "MemberList": [{"Member_Account": "now", "Role": "Owner"}]});
    stage.refused("import_group_member", body, 10004).await;
}

#[tokio::test]
async fn an_unread_count_is_cut_to_the_messages_of_the_group() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.import(&["a", "b"]).await;
    stage.app.send_messages(group, 3).unwrap();
    let body = json!({"GroupId": group, "MemberList": [
        {"Member_Account": "a", "UnreadMsgNum": 1},
        {"Member_Account": "b", "UnreadMsgNum": 80},
    ]});
    stage.done("import_group_member", body).await;
    let response = stage.done("get_group_member_info", json!({"GroupId": group})).await;
    assert_eq!(column(&response["MemberList"], "MsgSeq"), [2, 0]);
}

#[tokio::test]
async fn removing_a_user_who_is_not_in_the_group_succeeds() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Private);
    stage.app.join(group, ["peter"]).unwrap();
    let body = json!({"GroupId": group, "MemberToDel_Account": ["nobody", "peter"], "Silence": 1});
    let response = stage.done("delete_group_member", &body).await;
    assert_eq!(response.as_object().unwrap().len(), 3, "nothing is said about single members");
    assert!(!stage.app.is_member(group, "peter").unwrap());
    stage.done("delete_group_member", &body).await;
}

#[tokio::test]
async fn removing_every_member_does_not_disband_the_group() {
    let stage = Stage::new().await;
    stage.import(&["peter", "leckie"]).await;
    let body = json!({"Type": "Public", "Name": "n", "GroupId": "fans", "Owner_Account": "peter", "MemberList": list(&["leckie"])});
    stage.done("create_group", body).await;
    assert_eq!(
        members(&stage, "fans").await,
        [("peter".into(), "Owner".into()), ("leckie".into(), "Member".into())]
    );
    let body = json!({"GroupId": "fans", "MemberToDel_Account": ["peter", "leckie"]});
    stage.done("delete_group_member", body).await;
    let response = stage.done("get_group_info", json!({"GroupIdList": ["fans"]})).await;
    assert_eq!(response["GroupInfo"][0]["ErrorCode"], 0);
    assert_eq!(response["GroupInfo"][0]["MemberNum"], 0);
    assert_eq!(response["GroupInfo"][0]["Owner_Account"], "", "the owner was removed like anybody");
}
