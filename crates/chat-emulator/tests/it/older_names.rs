//! Requests with older names, as public clients send them.

use serde_json::{Value, json};

use crate::test_server::TestServer;

#[tokio::test]
async fn older_names_of_commands_fields_and_filters_are_accepted() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter", "leckie"]).await;
    let group = json!({
        "Type": "Public", "Name": "Fans", "GroupId": "fans", "Owner_Account": "peter",
        "MemberList": [{"Member_Account": "leckie"}],
    });
    server.call_ok("create_group", group).await;
    let mute = json!({"GroupId": "fans", "Member_Account": "leckie", "ShutUpTime": 60});
    server.call_ok("modify_group_member_info", mute).await;

    let muted = server.call_ok("get_group_shutted_uin", json!({"GroupId": "fans"})).await;
    assert_eq!(muted["MutedAccountList"][0]["Member_Account"], "leckie");

    let filter = json!({"GroupId": "fans", "MemberInfoFilter": ["ShutUpUntil"]});
    let members = server.call_ok("get_group_member_info", filter).await;
    assert_eq!(fields(&members["MemberList"][0]), ["Member_Account", "MuteUntil"]);

    let filter = json!({"GroupBaseInfoFilter": ["ShutUpAllMember"]});
    let request = json!({"GroupIdList": ["fans"], "ResponseFilter": filter});
    let info = server.call_ok("get_group_info", request).await;
    assert_eq!(info["GroupInfo"][0]["MuteAllMember"], "Off");

    let text = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}]);
    let message = json!({"GroupId": "fans", "Random": 1, "MsgOnlineOnlyFlag": 1, "MsgBody": text});
    server.call_ok("send_group_msg", message).await;
    let request = json!({"GroupId": "fans", "ReqMsgNumber": 20});
    let history = server.call_ok("group_msg_get_simple", request).await;
    assert_eq!(history["RspMsgList"], json!([]), "a message for members who are online");
}

#[tokio::test]
async fn current_name_wins_over_an_older_one() {
    let server = TestServer::new().await;
    let group = json!({"Type": "Public", "Name": "Fans", "GroupId": "fans"});
    server.call_ok("create_group", group).await;
    let both = json!({"GroupId": "fans", "ShutUpAllMember": "Off", "MuteAllMember": "On"});
    server.call_ok("modify_group_base_info", both).await;
    let info = server.call_ok("get_group_info", json!({"GroupIdList": ["fans"]})).await;
    assert_eq!(info["GroupInfo"][0]["MuteAllMember"], "On");
}

fn fields(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> =
        object.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names
}
