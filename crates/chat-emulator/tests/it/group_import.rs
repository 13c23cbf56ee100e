//! Tests of import_group, and of importing a group with its messages and members.

use serde_json::{Value, json};

use crate::test_server::{NOW, TestServer, column};

fn group(id: &str) -> Value {
    json!({"Type": "Public", "Name": "Fans", "GroupId": id, "CreateTime": NOW - 1_000})
}

async fn info(server: &TestServer, id: &str) -> Value {
    server.call_ok("get_group_info", json!({"GroupIdList": [id]})).await["GroupInfo"][0].clone()
}

#[tokio::test]
async fn imported_group_keeps_its_creation_time() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter"]).await;
    let mut body = group("fans");
    body["Owner_Account"] = json!("peter");
    body["Introduction"] = json!("For those who like it");
    body["AppDefinedData"] = json!([{"Key": "team", "Value": "red"}]);
    assert_eq!(server.call_ok("import_group", body).await["GroupId"], "fans");
    let info = info(&server, "fans").await;
    assert_eq!(info["CreateTime"], NOW - 1_000);
    assert_eq!(info["Introduction"], "For those who like it");
    assert_eq!(info["AppDefinedData"], json!([{"Key": "team", "Value": "red"}]));
    assert_eq!(info["MaxMemberNum"], 2_000, "the default");
    assert_eq!(info["NextMsgSeq"], 1);
    assert_eq!(column(&info["MemberList"], "Member_Account"), ["peter"]);
    assert_eq!(column(&info["MemberList"], "Role"), ["Owner"]);
}

#[tokio::test]
async fn import_with_an_id_in_use_has_one_code_for_any_owner() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter"]).await;
    server.call_ok("import_group", group("fans")).await;
    server.call_error("import_group", group("fans"), 10021).await;
    let mut of_peter = group("fans");
    of_peter["Owner_Account"] = json!("peter");
    server.call_error("import_group", of_peter, 10021).await;

    let mut no_id = group("x");
    no_id.as_object_mut().unwrap().remove("GroupId");
    let first = server.call_ok("import_group", no_id.clone()).await["GroupId"].clone();
    assert!(first.as_str().unwrap().starts_with("@TGS#"));
    assert_ne!(server.call_ok("import_group", no_id).await["GroupId"], first);
}

#[tokio::test]
async fn invalid_import_creates_no_group() {
    let server = TestServer::new().await;
    for (field, value, code) in [
        ("Type", json!("AVChatRoom"), 10007),
        ("Type", json!("Nonsense"), 10004),
        ("Owner_Account", json!("nobody"), 10019),
        ("CreateTime", json!(NOW + 1), 10004),
        ("MaxMemberCount", json!(6_001), 10004),
        ("GroupId", json!("@TGS#mine"), 10004),
        ("SupportTopic", json!(1), 10004),
    ] {
        let mut body = group("fans");
        body[field] = value;
        server.call_error("import_group", body, code).await;
    }
    server.call_error("destroy_group", json!({"GroupId": "fans"}), 10010).await;

    let mut community = group("@TGS#_fans");
    community["Type"] = json!("Community");
    server.call_ok("import_group", community).await;
    assert_eq!(info(&server, "@TGS#_fans").await["MaxMemberNum"], 100_000);
}

#[tokio::test]
async fn import_in_the_documented_order_keeps_everything() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter", "leckie"]).await;
    server.call_ok("import_group", group("fans")).await;
    let text = |number: u64| {
        json!({
            "From_Account": "peter", "SendTime": NOW - 100 + number, "Random": number,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": format!("{number}")}}],
        })
    };
    for chunk in [[0, 1, 2], [3, 4, 5]] {
        let list: Vec<_> = chunk.into_iter().map(text).collect();
        let response =
            server.call_ok("import_group_msg", json!({"GroupId": "fans", "MsgList": list})).await;
        assert_eq!(column(&response["ImportMsgResult"], "Result"), [0, 0, 0]);
    }
    let body = json!({"GroupId": "fans", "MemberList": [
        {"Member_Account": "peter", "Role": "Admin", "JoinTime": NOW - 900},
        {"Member_Account": "leckie", "JoinTime": NOW - 800, "UnreadMsgNum": 1},
    ]});
    server.call_ok("import_group_member", body).await;
    let body = json!({"GroupId": "fans", "Member_Account": "leckie", "UnreadMsgNum": 4});
    server.call_ok("set_unread_msg_num", body).await;

    assert_eq!(server.app.message_count("fans").unwrap(), 6);
    assert_eq!(server.app.unread_count("fans", "peter").unwrap(), Some(0));
    assert_eq!(server.app.unread_count("fans", "leckie").unwrap(), Some(4));
    let body = json!({"GroupId": "fans", "ReqMsgNumber": 20});
    let history = server.call_ok("group_msg_get_simple", body).await;
    assert_eq!(column(&history["RspMsgList"], "MsgSeq"), [6, 5, 4, 3, 2, 1]);
    let info = info(&server, "fans").await;
    assert_eq!(info["LastMsgTime"], NOW - 95);
    assert_eq!(column(&info["MemberList"], "JoinTime"), [NOW - 900, NOW - 800]);
}
