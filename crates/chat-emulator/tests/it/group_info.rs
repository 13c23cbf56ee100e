//! get_group_info.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::stage::{NOW, Stage, column};

async fn entry(stage: &Stage, body: Value) -> Value {
    let response = stage.done("get_group_info", body).await;
    assert_eq!(response["GroupInfo"].as_array().unwrap().len(), 1);
    response["GroupInfo"][0].clone()
}

async fn stage_fans(stage: &Stage) {
    stage.import(&["peter", "leckie"]).await;
    let body = json!({
        "Type": "Public", "Name": "Fans", "GroupId": "fans", "Owner_Account": "peter",
        "Introduction": "Those who like it", "Notification": "Be kind", "FaceUrl": "https://example.com/a.png",
        "MaxMemberCount": 500, "ApplyJoinOption": "FreeAccess", "InviteJoinOption": "DisableInvite",
        "AppDefinedData": [{"Key": "city", "Value": "\u{0}\u{1}"}, {"Key": "team", "Value": "red"}],
        "MemberList": [{"Member_Account": "leckie", "Role": "Admin", "AppMemberDefinedData": [{"Key": "rank", "Value": "1"}]}],
    });
    stage.done("create_group", body).await;
}

#[tokio::test]
async fn without_a_filter_everything_comes_back() {
    let stage = Stage::new().await;
    stage_fans(&stage).await;
    stage.clock.advance_seconds(5);
    stage.app.send_messages("fans", 7).unwrap();
    let member = |account: &str, role: &str, custom: Value| {
        json!({
            "Member_Account": account, "Role": role, "JoinTime": NOW, "MsgSeq": 0,
            "MsgFlag": "AcceptAndNotify", "LastSendMsgTime": 0, "MuteUntil": 0, "NameCard": "",
            "AppMemberDefinedData": custom,
        })
    };
    assert_eq!(
        entry(&stage, json!({"GroupIdList": ["fans"]})).await,
        json!({
            "GroupId": "fans", "ErrorCode": 0, "ErrorInfo": "", "Type": "Public", "Name": "Fans",
            "Introduction": "Those who like it", "Notification": "Be kind",
            "FaceUrl": "https://example.com/a.png", "Owner_Account": "peter", "CreateTime": NOW,
            "InfoSeq": 1, "LastInfoTime": NOW, "LastMsgTime": NOW + 5, "NextMsgSeq": 8,
            "MemberNum": 2, "MaxMemberNum": 500, "ApplyJoinOption": "FreeAccess",
            "InviteJoinOption": "DisableInvite", "MuteAllMember": "Off", "Appid": 1_400_000_000,
            "AppDefinedData": [{"Key": "city", "Value": "\u{0}\u{1}"}, {"Key": "team", "Value": "red"}],
            "MemberList": [
                member("peter", "Owner", json!([])),
                member("leckie", "Admin", json!([{"Key": "rank", "Value": "1"}])),
            ],
        })
    );
}

#[tokio::test]
async fn with_a_filter_only_the_named_fields_come_back() {
    let stage = Stage::new().await;
    stage_fans(&stage).await;
    let info = |filter: Value| json!({"GroupIdList": ["fans"], "ResponseFilter": filter});
    let always = json!({"GroupId": "fans", "ErrorCode": 0, "ErrorInfo": ""});
    assert_eq!(entry(&stage, info(json!({}))).await, always);

    let found =
        entry(&stage, info(json!({"GroupBaseInfoFilter": ["Name", "MemberNum", "NoSuchField"]})))
            .await;
    let mut expected = always.clone();
    expected["Name"] = json!("Fans");
    expected["MemberNum"] = json!(2);
    assert_eq!(found, expected);

    let filter = json!({
        "MemberInfoFilter": ["Account", "Role"],
        "AppDefinedDataFilter_Group": ["team"],
        "AppDefinedDataFilter_GroupMember": ["rank"],
    });
    let mut expected = always.clone();
    expected["AppDefinedData"] = json!([{"Key": "team", "Value": "red"}]);
    expected["MemberList"] = json!([
        {"Member_Account": "peter", "Role": "Owner", "AppMemberDefinedData": []},
        {"Member_Account": "leckie", "Role": "Admin", "AppMemberDefinedData": [{"Key": "rank", "Value": "1"}]},
    ]);
    assert_eq!(entry(&stage, info(filter)).await, expected);
}

#[tokio::test]
async fn each_group_has_a_result_of_its_own() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    let body = json!({"GroupIdList": [group, "nowhere", "ü"]});
    let response = stage.done("get_group_info", body).await;
    assert_eq!(column(&response["GroupInfo"], "ErrorCode"), [0, 10010, 10015]);
    assert_eq!(column(&response["GroupInfo"], "GroupId"), [group, "nowhere", "ü"]);
    let failed = response["GroupInfo"][1].as_object().unwrap();
    assert_eq!(failed.len(), 3, "nothing but why it failed");
    assert!(failed["ErrorInfo"].as_str().unwrap().contains("nowhere"));
}

#[tokio::test]
async fn an_audience_is_counted_and_not_listed() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::AVChatRoom);
    stage.app.join(group, ["peter", "leckie"]).unwrap();
    let found = entry(&stage, json!({"GroupIdList": [group]})).await;
    assert_eq!(found["MemberNum"], 2);
    assert!(found.get("MemberList").is_none());
    assert!(found.get("MaxMemberNum").is_none(), "there is no cap");
}
