//! get_joined_group_list.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::stage::{NOW, Stage, column};

async fn joined(stage: &Stage, body: Value) -> Value {
    let mut of_peter = json!({"Member_Account": "peter"});
    of_peter.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    stage.done("get_joined_group_list", of_peter).await
}

/// Peter in one group of each type, and elsewhere not.
async fn stage_groups() -> Stage {
    let stage = Stage::new().await;
    stage.import(&["peter"]).await;
    for (id, group_type) in [
        ("work", GroupType::Private),
        ("public", GroupType::Public),
        ("elsewhere", GroupType::Public),
        ("meeting", GroupType::ChatRoom),
        ("live", GroupType::AVChatRoom),
        ("@TGS#_fans", GroupType::Community),
    ] {
        stage.app.create_group(id, group_type).unwrap();
        if id != "elsewhere" {
            stage.clock.advance_seconds(1);
            stage.app.join(id, ["peter"]).unwrap();
        }
    }
    stage.stage_topic().await;
    stage.app.join("@TGS#_town", ["peter"]).unwrap();
    stage
}

#[tokio::test]
async fn the_groups_of_an_account_come_as_ids_in_the_order_of_their_creation() {
    let stage = stage_groups().await;
    let response = joined(&stage, json!({})).await;
    assert_eq!(response["TotalCount"], 5);
    assert_eq!(
        response["GroupIdList"],
        json!([
            {"GroupId": "work"}, {"GroupId": "public"}, {"GroupId": "meeting"},
            {"GroupId": "@TGS#_fans"}, {"GroupId": "@TGS#_town"},
        ])
    );
    stage.app.leave("public", "peter").unwrap();
    assert_eq!(joined(&stage, json!({})).await["TotalCount"], 4);
}

#[tokio::test]
async fn groups_are_chosen_by_type_size_and_topics() {
    let stage = stage_groups().await;
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
        let response = joined(&stage, filter.clone()).await;
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
    stage.refused("get_joined_group_list", body, 10004).await;
    stage.refused("get_joined_group_list", json!({"Member_Account": "nobody"}), 10019).await;
}

#[tokio::test]
async fn pages_have_limit_and_offset_and_the_whole_number() {
    let stage = stage_groups().await;
    let mut found = Vec::new();
    for offset in [0, 2, 4, 6] {
        let response = joined(&stage, json!({"Limit": 2, "Offset": offset})).await;
        assert_eq!(response["TotalCount"], 5);
        found.push(response["GroupIdList"].as_array().unwrap().len());
    }
    assert_eq!(found, [2, 2, 1, 0]);
    let body = json!({"Member_Account": "peter", "Limit": 5_001});
    stage.refused("get_joined_group_list", body, 10004).await;
}

#[tokio::test]
async fn a_filter_brings_fields_of_the_group_and_of_the_membership() {
    let stage = stage_groups().await;
    let mute = json!({"GroupId": "public", "Members_Account": ["peter"], "MuteTime": 60});
    stage.done("forbid_send_msg", mute).await;
    let filter = json!({
        "GroupBaseInfoFilter": ["Type", "MemberNum", "SupportTopic", "NextMsgSeq", "Appid", "ErrorCode"],
        "SelfInfoFilter": ["Role", "JoinTime", "MuteUntil", "Member_Account"],
    });
    let response =
        joined(&stage, json!({"GroupType": "Public", "ResponseFilter": filter.clone()})).await;
    let muted_until = response["GroupIdList"][0]["SelfInfo"]["MuteUntil"].clone();
    assert_eq!(
        response["GroupIdList"],
        json!([{
            "GroupId": "public", "Type": "Public", "MemberNum": 1, "SupportTopic": 0,
            "NextMsgSeq": 1,
            "SelfInfo": {"Role": "Member", "JoinTime": NOW + 2, "MuteUntil": muted_until},
        }]),
        "what the page does not have does not come"
    );
    assert_eq!(muted_until, NOW + 5 + 60);

    let body = json!({"GroupType": "AVChatRoom", "WithHugeGroups": 1, "ResponseFilter": filter});
    let live = &joined(&stage, body).await["GroupIdList"][0];
    assert_eq!(live["Type"], "AVChatRoom");
    assert!(live.get("SelfInfo").is_none(), "memberships of an audience are not stored");
    let empty = joined(&stage, json!({"GroupType": "Public", "ResponseFilter": {}})).await;
    assert_eq!(empty["GroupIdList"], json!([{"GroupId": "public"}]));
}

#[tokio::test]
async fn a_spammer_is_found_in_every_group_and_removed_from_each() {
    let stage = stage_groups().await;
    let response = joined(&stage, json!({})).await;
    for id in column(&response["GroupIdList"], "GroupId") {
        let body = json!({"GroupId": id, "MemberToDel_Account": ["peter"]});
        stage.done("delete_group_member", body).await;
    }
    assert_eq!(joined(&stage, json!({})).await["GroupIdList"], json!([]));
}
