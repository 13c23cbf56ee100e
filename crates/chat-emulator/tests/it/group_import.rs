//! import_group, and the order of a move.

use serde_json::{Value, json};

use crate::stage::{NOW, Stage, column};

fn group(id: &str) -> Value {
    json!({"Type": "Public", "Name": "Fans", "GroupId": id, "CreateTime": NOW - 1_000})
}

async fn info(stage: &Stage, id: &str) -> Value {
    stage.done("get_group_info", json!({"GroupIdList": [id]})).await["GroupInfo"][0].clone()
}

#[tokio::test]
async fn an_imported_group_is_as_old_as_it_was() {
    let stage = Stage::new().await;
    stage.import(&["peter"]).await;
    let mut body = group("fans");
    body["Owner_Account"] = json!("peter");
    body["Introduction"] = json!("Those who like it");
    body["AppDefinedData"] = json!([{"Key": "team", "Value": "red"}]);
    assert_eq!(stage.done("import_group", body).await["GroupId"], "fans");
    let info = info(&stage, "fans").await;
    assert_eq!(info["CreateTime"], NOW - 1_000);
    assert_eq!(info["Introduction"], "Those who like it");
    assert_eq!(info["AppDefinedData"], json!([{"Key": "team", "Value": "red"}]));
    assert_eq!(info["MaxMemberNum"], 2_000, "where nothing is said");
    assert_eq!(info["NextMsgSeq"], 1);
    assert_eq!(column(&info["MemberList"], "Member_Account"), ["peter"]);
    assert_eq!(column(&info["MemberList"], "Role"), ["Owner"]);
}

#[tokio::test]
async fn an_id_that_is_taken_answers_one_code_whoever_has_it() {
    let stage = Stage::new().await;
    stage.import(&["peter"]).await;
    stage.done("import_group", group("fans")).await;
    stage.refused("import_group", group("fans"), 10021).await;
    let mut of_peter = group("fans");
    of_peter["Owner_Account"] = json!("peter");
    stage.refused("import_group", of_peter, 10021).await;

    let mut no_id = group("x");
    no_id.as_object_mut().unwrap().remove("GroupId");
    let first = stage.done("import_group", no_id.clone()).await["GroupId"].clone();
    assert!(first.as_str().unwrap().starts_with("@TGS#"));
    assert_ne!(stage.done("import_group", no_id).await["GroupId"], first);
}

#[tokio::test]
async fn what_cannot_be_imported_is_refused_and_leaves_nothing() {
    let stage = Stage::new().await;
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
        stage.refused("import_group", body, code).await;
    }
    stage.refused("destroy_group", json!({"GroupId": "fans"}), 10010).await;

    let mut community = group("@TGS#_fans");
    community["Type"] = json!("Community");
    stage.done("import_group", community).await;
    assert_eq!(info(&stage, "@TGS#_fans").await["MaxMemberNum"], 100_000);
}

#[tokio::test]
async fn a_move_in_the_documented_order_keeps_everything() {
    let stage = Stage::new().await;
    stage.import(&["peter", "leckie"]).await;
    stage.done("import_group", group("fans")).await;
    let text = |number: u64| {
        json!({
            "From_Account": "peter", "SendTime": NOW - 100 + number, "Random": number,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": format!("{number}")}}],
        })
    };
    for chunk in [[0, 1, 2], [3, 4, 5]] {
        let list: Vec<_> = chunk.into_iter().map(text).collect();
        let response =
            stage.done("import_group_msg", json!({"GroupId": "fans", "MsgList": list})).await;
        assert_eq!(column(&response["ImportMsgResult"], "Result"), [0, 0, 0]);
    }
    let body = json!({"GroupId": "fans", "MemberList": [
        {"Member_Account": "peter", "Role": "Admin", "JoinTime": NOW - 900},
        {"Member_Account": "leckie", "JoinTime": NOW - 800, "UnreadMsgNum": 1},
    ]});
    stage.done("import_group_member", body).await;
    let body = json!({"GroupId": "fans", "Member_Account": "leckie", "UnreadMsgNum": 4});
    stage.done("set_unread_msg_num", body).await;

    assert_eq!(stage.app.message_count("fans").unwrap(), 6);
    assert_eq!(stage.app.unread_count("fans", "peter").unwrap(), Some(0));
    assert_eq!(stage.app.unread_count("fans", "leckie").unwrap(), Some(4));
    let body = json!({"GroupId": "fans", "ReqMsgNumber": 20});
    let history = stage.done("group_msg_get_simple", body).await;
    assert_eq!(column(&history["RspMsgList"], "MsgSeq"), [6, 5, 4, 3, 2, 1]);
    let info = info(&stage, "fans").await;
    assert_eq!(info["LastMsgTime"], NOW - 95);
    assert_eq!(column(&info["MemberList"], "JoinTime"), [NOW - 900, NOW - 800]);
}
