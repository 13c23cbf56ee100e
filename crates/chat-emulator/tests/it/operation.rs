//! Files of the message history, the parameter of addresses, and figures about clients.

use std::io::Read as _;

use bytes::Bytes;
use chat_types::{GroupType, push::PushPlatform};
use flate2::read::GzDecoder;
use hyper::{Method, StatusCode};
use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use crate::{
    http::Connection,
    test_server::{TestServer, assert_error, assert_ok},
};

/// The hour of [`NOW`](crate::test_server::NOW) in Beijing.
const HOUR: &str = "2023111506";

/// How long after it the files of an hour exist, in seconds.
const TWO_HOURS: u64 = 7_200;

fn text(text: &str) -> Value {
    json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}])
}

async fn files(server: &TestServer, chat_type: &str) -> Value {
    let request = json!({"ChatType": chat_type, "MsgTime": HOUR});
    let response = server.post("open_msg_svc/get_history", request).await;
    assert_ok(&response);
    response["File"].clone()
}

/// Downloads from a URL, which must name the server as the client did.
async fn download(server: &TestServer, url: &str) -> (StatusCode, Bytes) {
    let path = url.strip_prefix("http://emulator").unwrap();
    Connection::open(&server.emulator).await.send(Method::GET, path, "").await
}

fn md5(content: &[u8]) -> String {
    Md5::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Downloads a file and compares its sizes and its hashes with those of the response.
async fn content(server: &TestServer, file: &Value) -> String {
    let (status, gzip) = download(server, file["URL"].as_str().unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    let mut plain = String::new();
    GzDecoder::new(&*gzip).read_to_string(&mut plain).unwrap();
    assert_eq!(file["GzipSize"], gzip.len());
    assert_eq!(file["GzipMD5"], md5(&gzip));
    assert_eq!(file["FileSize"], plain.len());
    assert_eq!(file["FileMD5"], md5(plain.as_bytes()));
    plain
}

#[tokio::test]
async fn history_file_has_one_message_per_line() {
    let mut server = TestServer::new().await;
    server.import_accounts(&["peter", "leckie"]).await;
    for (from, to, random) in [("peter", "leckie", 1), ("leckie", "peter", 2)] {
        let message = json!({
            "From_Account": from, "To_Account": to, "MsgSeq": random, "MsgRandom": random,
            "MsgBody": text("hello"),
        });
        assert_ok(&server.post("openim/sendmsg", message).await);
        server.advance_seconds(1);
    }
    server.advance_seconds(TWO_HOURS);
    let found = files(&server, "C2C").await;
    assert_eq!(found[0]["ExpireTime"], "2023-11-22 08:00:00");
    let content = content(&server, &found[0]).await;
    let lines: Vec<_> = content.lines().collect();
    assert_eq!(
        lines,
        [
            r#"{"SdkAppId":1400000000,"ChatType":"C2C","MsgTime":"2023111506","MsgList":["#,
            r#"{"From_Account":"peter","To_Account":"leckie","MsgTimestamp":1700000000,"MsgSeq":1,"MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hello"}}]},"#,
            r#"{"From_Account":"leckie","To_Account":"peter","MsgTimestamp":1700000001,"MsgSeq":2,"MsgRandom":2,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hello"}}]}"#,
            "]}",
        ]
    );
    let whole: Value = serde_json::from_str(&content).unwrap();
    assert_eq!(whole["MsgList"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn history_file_of_groups_has_topics_and_leaves_out_recalled_messages() {
    let mut server = TestServer::new().await;
    server.import_accounts(&["peter"]).await;
    let (group, topic) = server.create_topic().await;
    for (random, topic) in [(1, None), (2, Some(topic)), (3, None)] {
        let mut message = json!({
            "GroupId": group, "From_Account": "peter", "Random": random, "MsgBody": text("hello"),
        });
        if let Some(topic) = topic {
            message["TopicId"] = json!(topic);
        }
        server.call_ok("send_group_msg", message).await;
    }
    let recall = json!({"GroupId": group, "MsgSeqList": [{"MsgSeq": 2}]});
    server.call_ok("group_msg_recall", recall).await;
    server.advance_seconds(TWO_HOURS);
    let found = files(&server, "Group").await;
    let whole: Value = serde_json::from_str(&content(&server, &found[0]).await).unwrap();
    let messages: Vec<_> = whole["MsgList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| (&message["GroupId"], &message["TopicId"], &message["MsgRandom"]))
        .collect();
    let (group, topic) = (json!(group), json!(topic));
    assert_eq!(
        messages,
        [(&group, &Value::Null, &json!(1)), (&group, &topic, &json!(2))],
        "the third message was recalled"
    );
}

#[tokio::test]
async fn history_file_stays_as_it_is_until_it_expires() {
    let mut server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.import_accounts(&["peter"]).await;
    let message = json!({
        "GroupId": group, "From_Account": "peter", "Random": 1, "MsgBody": text("hello"),
    });
    server.call_ok("send_group_msg", message).await;
    server.advance_seconds(TWO_HOURS);
    let first = files(&server, "Group").await;
    server.call_ok("destroy_group", json!({"GroupId": group})).await;
    assert_eq!(files(&server, "Group").await, first);
    content(&server, &first[0]).await;

    server.advance_seconds(7 * 86_400);
    let url = first[0]["URL"].as_str().unwrap();
    assert_eq!(download(&server, url).await.0, StatusCode::NOT_FOUND);
    let request = json!({"ChatType": "Group", "MsgTime": HOUR});
    assert_error(&server.post("open_msg_svc/get_history", request).await, 1005);
}

#[tokio::test]
async fn only_files_that_were_listed_can_be_downloaded() {
    let server = TestServer::new().await;
    for path in ["/history/", "/history/1400000000", "/history/1400000000/", "/history/1/x.gz"] {
        let (status, _) = download(&server, &format!("http://emulator{path}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let (_, response) = server.send(Method::POST, "/history/1400000000/x.gz", "{}").await;
    assert_error(&response, 60002);
}

#[tokio::test]
async fn a_history_request_that_is_not_json_has_its_own_code() {
    let server = TestServer::new().await;
    assert_error(&server.post("open_msg_svc/get_history", "{").await, 1001);
}

#[tokio::test]
async fn addresses_are_selected_in_the_url() {
    let server = TestServer::new().await;
    let list = async |parameter: &str| {
        let path = format!("/v4/ConfigSvc/GetIPList?{}{parameter}", server.query());
        server.send(Method::POST, &path, "{}").await.1
    };
    assert_eq!(list("").await["IPList"], json!(["127.0.0.1"]));
    assert_eq!(list("&nettype=4").await["IPList"], json!(["127.0.0.1"]));
    assert_eq!(list("&nettype=5").await["IPList"], json!([]), "it sends no webhooks");
    for parameter in ["&nettype=7", "&nettype=all", "&nettype="] {
        let info = assert_error(&list(parameter).await, 60003);
        assert!(info.starts_with("nettype: "), "{info}");
    }
}

#[tokio::test]
async fn figures_count_clients_and_pushes() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.app.join(group, ["peter", "leckie"]).unwrap();
    server.app.join(group, ["peter"]).unwrap();
    server.app.leave(group, "leckie").unwrap();
    server.app.join(group, ["leckie"]).unwrap();
    server.app.delete_account("nobody");
    server.app.add_push_device("peter", PushPlatform::Apns);
    server.app.add_push_device("leckie", PushPlatform::Fcm);
    let message = json!({
        "From_Account": "leckie", "To_Account": "peter", "MsgRandom": 1, "MsgBody": text("hello"),
    });
    assert_ok(&server.post("openim/sendmsg", message).await);
    let message = json!({"GroupId": group, "Random": 1, "MsgBody": text("hello")});
    server.call_ok("send_group_msg", message).await;

    let response = server.post("openconfigsvr/getappinfo", "{}").await;
    assert_eq!(response["Result"].as_array().unwrap().len(), 30);
    let today = &response["Result"][0];
    for (figure, expected) in [
        ("Date", "20231115"),
        ("LoginTimes", "4"),
        ("LoginUserNum", "2"),
        ("ActiveUserNum", "3"),
        ("RegistUserNumOneDay", "2"),
        ("GroupJoinGroupTimes", "3"),
        ("GroupQuitGroupTimes", "1"),
        ("GroupNewGroupNum", "1"),
        ("APNSMsgNum", "2"),
        ("C2CAPNSMsgNum", "1"),
        ("GroupAPNSMsgNum", "1"),
        ("GroupDownMsgNum", "2"),
    ] {
        assert_eq!(today[figure], expected, "{figure}");
    }
}
