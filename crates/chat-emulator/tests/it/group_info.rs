//! Tests of get_group_info.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::test_server::{NOW, TestServer, column};

async fn entry(server: &TestServer, body: Value) -> Value {
    let response = server.call_ok("get_group_info", body).await;
    assert_eq!(response["GroupInfo"].as_array().unwrap().len(), 1);
    response["GroupInfo"][0].clone()
}

async fn create_fans(server: &TestServer) {
    server.import_accounts(&["peter", "leckie"]).await;
    let body = json!({
        "Type": "Public", "Name": "Fans", "GroupId": "fans", "Owner_Account": "peter",
        "Introduction": "For those who like it", "Notification": "Be kind", "FaceUrl": "https://example.com/a.png",
        "MaxMemberCount": 500, "ApplyJoinOption": "FreeAccess", "InviteJoinOption": "DisableInvite",
        "AppDefinedData": [{"Key": "city", "Value": "\u{0}\u{1}"}, {"Key": "team", "Value": "red"}],
        "MemberList": [{"Member_Account": "leckie", "Role": "Admin", "AppMemberDefinedData": [{"Key": "rank", "Value": "1"}]}],
    });
    server.call_ok("create_group", body).await;
}

#[tokio::test]
async fn group_info_without_a_filter_has_every_field() {
    let server = TestServer::new().await;
    create_fans(&server).await;
    server.clock.advance_seconds(5);
    server.app.send_messages("fans", 7).unwrap();
    let member = |account: &str, role: &str, custom: Value| {
        json!({
            "Member_Account": account, "Role": role, "JoinTime": NOW, "MsgSeq": 0,
            "MsgFlag": "AcceptAndNotify", "LastSendMsgTime": 0, "MuteUntil": 0, "NameCard": "",
            "AppMemberDefinedData": custom,
        })
    };
    assert_eq!(
        entry(&server, json!({"GroupIdList": ["fans"]})).await,
        json!({
            "GroupId": "fans", "ErrorCode": 0, "ErrorInfo": "", "Type": "Public", "Name": "Fans",
            "Introduction": "For those who like it", "Notification": "Be kind",
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
async fn group_info_with_a_filter_has_the_requested_fields() {
    let server = TestServer::new().await;
    create_fans(&server).await;
    let info = |filter: Value| json!({"GroupIdList": ["fans"], "ResponseFilter": filter});
    let minimal = json!({"GroupId": "fans", "ErrorCode": 0, "ErrorInfo": ""});
    assert_eq!(entry(&server, info(json!({}))).await, minimal);

    let found =
        entry(&server, info(json!({"GroupBaseInfoFilter": ["Name", "MemberNum", "NoSuchField"]})))
            .await;
    let mut expected = minimal.clone();
    expected["Name"] = json!("Fans");
    expected["MemberNum"] = json!(2);
    assert_eq!(found, expected);

    let filter = json!({
        "MemberInfoFilter": ["Account", "Role"],
        "AppDefinedDataFilter_Group": ["team"],
        "AppDefinedDataFilter_GroupMember": ["rank"],
    });
    let mut expected = minimal.clone();
    expected["AppDefinedData"] = json!([{"Key": "team", "Value": "red"}]);
    expected["MemberList"] = json!([
        {"Member_Account": "peter", "Role": "Owner", "AppMemberDefinedData": []},
        {"Member_Account": "leckie", "Role": "Admin", "AppMemberDefinedData": [{"Key": "rank", "Value": "1"}]},
    ]);
    assert_eq!(entry(&server, info(filter)).await, expected);
}

#[tokio::test]
async fn group_info_reports_each_group_separately() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    let body = json!({"GroupIdList": [group, "nowhere", "ü"]});
    let response = server.call_ok("get_group_info", body).await;
    assert_eq!(column(&response["GroupInfo"], "ErrorCode"), [0, 10010, 10015]);
    assert_eq!(column(&response["GroupInfo"], "GroupId"), [group, "nowhere", "ü"]);
    let failed = response["GroupInfo"][1].as_object().unwrap();
    assert_eq!(failed.len(), 3, "only the ID and the error");
    assert!(failed["ErrorInfo"].as_str().unwrap().contains("nowhere"));
}

#[tokio::test]
async fn group_info_counts_an_audience_without_listing_it() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::AVChatRoom);
    server.app.join(group, ["peter", "leckie"]).unwrap();
    let found = entry(&server, json!({"GroupIdList": [group]})).await;
    assert_eq!(found["MemberNum"], 2);
    assert!(found.get("MemberList").is_none());
    assert!(found.get("MaxMemberNum").is_none(), "an audience has no limit");
}
