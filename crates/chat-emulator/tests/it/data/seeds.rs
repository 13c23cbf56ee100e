//! Seeds: state from JSON Lines, and back.

use chat_emulator::{Emulator, SeedErrorKind};
use serde_json::json;

use super::copy;
use crate::{
    http::Connection,
    test_server::{NOW, TestServer, column},
};

/// An export of a group of a real app, as `chatctl group export` writes it.
const EXPORT: &str = r#"{"chat_export":1}
{"account":{"UserID":"leckie","Nick":"Leckie"}}
{"account":{"UserID":"peter","Nick":"Peter","FaceUrl":"https://files.example.com/peter.jpg"}}
{"group":{"Owner_Account":"peter","Type":"Public","GroupId":"@TGS#2J4SZEAEL","Name":"Stargazers","Introduction":"Those who look at the night sky.","MaxMemberCount":500,"ApplyJoinOption":"NeedPermission","AppDefinedData":[{"Key":"city","Value":"Jena"}],"CreateTime":1600000000}}
{"message":{"GroupId":"@TGS#2J4SZEAEL","From_Account":"peter","SendTime":1600000100,"Random":1287657,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"Saturn is up."}}]}}
{"message":{"GroupId":"@TGS#2J4SZEAEL","From_Account":"tommy","SendTime":1600000100,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"Where?"}}]}}
{"member":{"GroupId":"@TGS#2J4SZEAEL","Member_Account":"leckie","Role":"Admin","JoinTime":1600000050,"UnreadMsgNum":1}}
{"summary":{"accounts":2,"messages":2,"members":1,"omitted":{}}}
"#;

/// What the emulator exports after that.
fn exported() -> String {
    let lines =
        EXPORT.lines().filter(|line| !line.contains("chat_export") && !line.contains("summary"));
    let tommy = r#"{"account":{"UserID":"tommy"}}"#;
    let mut lines: Vec<&str> = lines.collect();
    lines.insert(2, tommy);
    lines.join("\n") + "\n"
}

#[tokio::test]
async fn export_of_a_real_app_seeds_an_emulator() {
    let server = TestServer::with(NOW, |builder| builder.seed(EXPORT)).await;
    assert_eq!(server.app.member_count("@TGS#2J4SZEAEL").unwrap(), 2);
    assert_eq!(server.app.unread_count("@TGS#2J4SZEAEL", "leckie").unwrap(), Some(1));
    assert_eq!(server.app.unread_count("@TGS#2J4SZEAEL", "peter").unwrap(), Some(0));
    assert_eq!(server.app.profile("peter").unwrap().0, "Peter");
    let body = json!({"GroupId": "@TGS#2J4SZEAEL", "ReqMsgNumber": 20});
    let history = server.call_ok("group_msg_get_simple", body).await;
    assert_eq!(column(&history["RspMsgList"], "From_Account"), ["tommy", "peter"]);
    let body = json!({"GroupIdList": ["@TGS#2J4SZEAEL"]});
    let info = &server.call_ok("get_group_info", body).await["GroupInfo"][0];
    assert_eq!(info["Introduction"], "Those who look at the night sky.");
    assert_eq!(info["CreateTime"], 1_600_000_000);
    assert_eq!(server.app.export(), exported());
}

#[tokio::test]
async fn what_is_exported_and_seeded_is_exported_again() {
    let server = TestServer::new().await;
    super::fill(&server).await;
    server.app.create_group("@TGS#_quiet", chat_types::GroupType::Community).unwrap();
    let body = json!({"GroupId": "lobby", "MsgSeqList": [{"MsgSeq": 5}]});
    server.call_ok("group_msg_recall", body).await;
    let first = server.app.export();
    assert!(
        first.contains("lobby") && !first.contains("@TGS#live") && !first.contains("\"hello\""),
        "{first}"
    );
    let other = TestServer::new().await;
    other.app.seed(first.as_str()).unwrap();
    assert_eq!(other.app.export(), first);
}

#[tokio::test]
async fn invalid_seeds_name_the_line_and_change_nothing() {
    let server = TestServer::new().await;
    let group = r#"{"group":{"GroupId":"club","Type":"Public","Name":"club"}}"#;
    let member = r#"{"member":{"GroupId":"club","Member_Account":"peter"}}"#;
    let message =
        r#"{"message":{"GroupId":"club","From_Account":"peter","SendTime":1,"MsgBody":[]}}"#;
    for (seed, line, text) in [
        ("{\n", 1, "not a JSON object"),
        ("\n{\"acount\":{}}", 2, "unknown record type \"acount\""),
        (r#"{"account":{"UserID":"peter","Nickname":"x"}}"#, 1, "unknown field Nickname"),
        (r#"{"chat_export":2}"#, 1, "unsupported format version 2"),
        (r#"{"chat_export":1}"#, 1, "truncated"),
        (member, 1, "group club does not exist"),
        (&format!("{group}\n{group}"), 2, "club exists already"),
        (&format!("{group}\n{message}"), 2, "MsgBody"),
        (r#"{"group":{"GroupId":"club","Type":"Crowd","Name":"club"}}"#, 1, "Crowd"),
        (r#"{"group":{"Type":"Public","Name":"club"}}"#, 1, "GroupId is required"),
    ] {
        let error = server.app.seed(seed).unwrap_err();
        assert_eq!(error.line, line, "{seed}: {error}");
        assert!(error.to_string().contains(text), "{seed}: {error}");
        assert_eq!(server.app.export(), "", "{seed}");
    }
    let message = message.replace("[]", r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]"#);
    let error = server.app.seed(format!("{group}\n{member}\n{message}")).unwrap_err();
    assert_eq!((error.line, error.kind), (3, SeedErrorKind::MessageAfterMember));
    let error = Emulator::builder().seed("x").start().await.unwrap_err();
    assert!(error.to_string().starts_with("invalid seed: line 1: not a JSON object"), "{error}");
}

#[tokio::test]
async fn seed_is_kept_and_not_added_again() {
    let directory = tempfile::tempdir().unwrap();
    let start = async |directory: &std::path::Path| {
        TestServer::with(NOW, |builder| builder.data_dir(directory).seed(EXPORT)).await
    };
    let server = start(directory.path()).await;
    server.app.send_messages("@TGS#2J4SZEAEL", 1).unwrap();
    let killed = copy(directory.path());
    let again = start(killed.path()).await;
    assert_eq!(again.app.message_count("@TGS#2J4SZEAEL").unwrap(), 3);
    server.emulator.shutdown().await;
    let again = start(directory.path()).await;
    assert_eq!(again.app.message_count("@TGS#2J4SZEAEL").unwrap(), 3);
}

#[tokio::test]
async fn control_api_seeds_and_exports() {
    let server = TestServer::new().await;
    let mut connection = Connection::open(&server.emulator).await;
    let path = format!("/_control/apps/{}", Emulator::DEFAULT_APP);
    let post = hyper::Method::POST;
    let (status, body) =
        connection.send_with(post.clone(), &format!("{path}/seed"), HOST, EXPORT).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    let summary: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(summary, json!({"accounts": 2, "groups": 1, "messages": 2, "members": 1}));
    let get = hyper::Method::GET;
    let (status, body) = connection.send_with(get, &format!("{path}/export"), HOST, "").await;
    assert_eq!((status.as_u16(), String::from_utf8(body.to_vec()).unwrap()), (200, exported()));
    let (status, body) = connection.send_with(post, &format!("{path}/seed"), HOST, EXPORT).await;
    assert_eq!(status, 400);
    assert!(
        String::from_utf8_lossy(&body).contains("line 4: group: @TGS#2J4SZEAEL exists already")
    );
}

const HOST: &[(&str, &str)] = &[("Host", "127.0.0.1"), ("Content-Type", "application/x-ndjson")];
