//! Tests of what users do with clients, and of what the server API sees of it.

use chat_emulator::{ClientError, JoinOutcome, UserClient};
use chat_types::{GroupType, account::LoginPlatform};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    control::{control_error, control_ok},
    test_server::{NOW, TestServer, assert_ok, column},
};

async fn logged_in(server: &TestServer, account: &str) -> UserClient {
    let client = server.app.client(account);
    client.log_in(LoginPlatform::Android).await.unwrap();
    client
}

async fn status(server: &TestServer, account: &str) -> Value {
    let body = json!({"To_Account": [account], "IsNeedDetail": 1, "IsReturnInstid": 1});
    let response = server.post("openim/query_online_status", body).await;
    assert_ok(&response);
    response["QueryResult"][0].clone()
}

fn code<T: std::fmt::Debug>(outcome: Result<T, ClientError>) -> i64 {
    outcome.unwrap_err().code().unwrap().get()
}

#[tokio::test]
async fn online_status_follows_log_in_and_log_out() {
    let server = TestServer::new().await;
    let peter = server.app.client("peter");
    assert!(matches!(peter.send_text("x", "y").await, Err(ClientError::NotLoggedIn(_))));
    let phone = peter.log_in(LoginPlatform::IPhone).await.unwrap();
    let browser = peter.log_in(LoginPlatform::Web).await.unwrap();
    let found = status(&server, "peter").await;
    assert_eq!(found["Status"], "Online");
    assert_eq!(column(&found["Detail"], "Platform"), ["iPhone", "Web"]);
    assert_eq!(column(&found["Detail"], "Instid"), [&json!(phone), &json!(browser)]);

    assert!(peter.log_out(&LoginPlatform::IPhone).await.unwrap());
    assert!(!peter.log_out(&LoginPlatform::IPhone).await.unwrap());
    assert_eq!(status(&server, "peter").await["Status"], "Online");
    assert!(peter.log_out(&LoginPlatform::Web).await.unwrap() && !peter.is_online());
    let found = status(&server, "peter").await;
    assert_eq!(
        (&found["Status"], found["Detail"].as_array().map_or(0, Vec::len)),
        (&json!("Offline"), 0)
    );

    assert_eq!(code(server.app.client("").log_in(LoginPlatform::Web).await), 70402);
}

#[tokio::test]
async fn kick_and_deletion_log_out() {
    let server = TestServer::new().await;
    let (peter, leckie) = (logged_in(&server, "peter").await, logged_in(&server, "leckie").await);
    assert_ok(&server.post("im_open_login_svc/kick", json!({"UserID": "peter"})).await);
    assert!(!peter.is_online() && leckie.is_online());
    let body = json!({"DeleteItem": [{"UserID": "leckie"}]});
    assert_ok(&server.post("im_open_login_svc/account_delete", body).await);
    assert!(!leckie.is_online());
}

#[tokio::test]
async fn direct_message_is_in_the_history_and_unread_until_it_is_read() {
    let server = TestServer::new().await;
    let (peter, leckie) = (logged_in(&server, "peter").await, logged_in(&server, "leckie").await);
    let first = peter.send_text("leckie", "hello").await.unwrap();
    let second = peter.send_text("leckie", "hello").await.unwrap();
    assert_ne!(first.msg_key, second.msg_key, "the same text again is another message");
    assert_eq!(first.msg_time.get(), NOW);
    let unread = async || {
        let response =
            server.post("openim/get_c2c_unread_msg_num", json!({"To_Account": "leckie"})).await;
        response["AllC2CUnreadMsgNum"].as_u64().unwrap()
    };
    assert_eq!(unread().await, 2);
    leckie.mark_as_read("peter").await.unwrap();
    assert_eq!(unread().await, 0);
    let history = json!({"Operator_Account": "leckie", "Peer_Account": "peter", "MaxCnt": 10,
        "MinTime": NOW - 1, "MaxTime": NOW + 1});
    let history = server.post("openim/admin_getroammsg", history).await;
    assert_eq!(column(&history["MsgList"], "From_Account"), ["peter", "peter"]);
    assert_eq!(history["MsgList"][1]["MsgKey"], second.msg_key.as_str());
    assert_eq!(history["MsgList"][0]["MsgBody"][0]["MsgContent"]["Text"], "hello");
}

#[tokio::test]
async fn muted_or_blocked_sender_is_refused_with_the_documented_code() {
    let mut server = TestServer::new().await;
    let (peter, _leckie) = (logged_in(&server, "peter").await, logged_in(&server, "leckie").await);
    assert_eq!(code(peter.send_text("nobody", "hello").await), 20003);
    let mute = json!({"Set_Account": "peter", "C2CmsgNospeakingTime": 60});
    assert_eq!(server.post("openconfigsvr/setnospeaking", mute).await["ErrorCode"], 0);
    assert_eq!(code(peter.send_text("leckie", "hello").await), 20012);
    server.advance_seconds(60);
    peter.send_text("leckie", "hello").await.unwrap();
    let block = json!({"From_Account": "leckie", "To_Account": ["peter"]});
    assert_ok(&server.post("sns/black_list_add", block).await);
    assert_eq!(code(peter.send_text("leckie", "hello").await), 20007);
}

#[tokio::test]
async fn group_message_counts_as_unread_and_needs_an_unmuted_member() {
    let mut server = TestServer::new().await;
    let (peter, leckie) = (logged_in(&server, "peter").await, logged_in(&server, "leckie").await);
    let group = server.create_group(GroupType::Public);
    assert_eq!(code(peter.send_text_to_group(group, "hello").await), 10007);
    assert_eq!(code(peter.send_text_to_group("nowhere", "hello").await), 10010);
    server.app.join(group, ["peter", "leckie"]).unwrap();
    for expected in 1..=3 {
        let sent = peter.send_text_to_group(group, "hello").await.unwrap();
        assert_eq!(sent.msg_seq, expected);
    }
    leckie.mark_group_as_read(group, Some(2)).await.unwrap();
    assert_eq!(server.app.unread_count(group, "leckie").unwrap(), Some(1));
    leckie.mark_group_as_read(group, Some(1)).await.unwrap();
    assert_eq!(
        server.app.unread_count(group, "leckie").unwrap(),
        Some(1),
        "reading is never undone"
    );
    leckie.mark_group_as_read(group, None).await.unwrap();
    assert_eq!(server.app.unread_count(group, "leckie").unwrap(), Some(0));
    let history = json!({"GroupId": group, "ReqMsgNumber": 10});
    let history = server.call_ok("group_msg_get_simple", history).await;
    assert_eq!(column(&history["RspMsgList"], "MsgSeq"), [3, 2, 1]);

    let mute = json!({"GroupId": group, "Members_Account": ["peter"], "MuteTime": 60});
    server.call_ok("forbid_send_msg", mute).await;
    assert_eq!(code(peter.send_text_to_group(group, "hello").await), 10017);
    server.advance_seconds(60);
    peter.send_text_to_group(group, "hello").await.unwrap();
    assert_eq!(server.emulator.calls().total(), 2, "actions are no calls");
}

#[tokio::test]
async fn groups_let_users_in_as_their_type_and_options_say() {
    let server = TestServer::new().await;
    let peter = logged_in(&server, "peter").await;
    for (group_type, option, expected) in [
        ("Private", None, Err(10007)),
        ("Public", None, Ok(JoinOutcome::NeedsApproval)),
        ("Public", Some("NeedPermission"), Ok(JoinOutcome::NeedsApproval)),
        ("Public", Some("FreeAccess"), Ok(JoinOutcome::Joined)),
        ("Public", Some("DisableApply"), Err(10007)),
        ("ChatRoom", None, Ok(JoinOutcome::Joined)),
        ("AVChatRoom", None, Ok(JoinOutcome::Joined)),
        ("Community", None, Ok(JoinOutcome::Joined)),
    ] {
        let mut body = json!({"Type": group_type, "Name": "group"});
        if let Some(option) = option {
            body["ApplyJoinOption"] = option.into();
        }
        let group = server.call_ok("create_group", body).await["GroupId"].clone();
        let group = group.as_str().unwrap();
        let outcome = peter.join_group(group).await.map_err(|error| error.code().unwrap().get());
        assert_eq!(outcome, expected, "{group_type} with {option:?}");
        let joined = outcome == Ok(JoinOutcome::Joined);
        assert_eq!(server.app.is_member(group, "peter").unwrap(), joined);
        if joined {
            assert_eq!(code(peter.join_group(group).await), 10013);
            peter.leave_group(group).await.unwrap();
            assert!(!server.app.is_member(group, "peter").unwrap());
        }
        assert_eq!(code(peter.leave_group(group).await), 10007);
    }
}

#[tokio::test]
async fn banned_users_stay_out_and_owners_stay_in() {
    let server = TestServer::new().await;
    let peter = logged_in(&server, "peter").await;
    let group = server.create_group(GroupType::AVChatRoom);
    peter.join_group(group).await.unwrap();
    let ban = json!({"GroupId": group, "Members_Account": ["peter"], "Duration": 60});
    server.call_ok("ban_group_member", ban).await;
    assert_eq!(code(peter.join_group(group).await), 10007);

    let body = json!({"Type": "Public", "Name": "mine", "Owner_Account": "peter"});
    let mine = server.call_ok("create_group", body).await["GroupId"].clone();
    assert_eq!(code(peter.leave_group(mine.as_str().unwrap()).await), 10009);
    let full = json!({"Type": "ChatRoom", "Name": "full", "MaxMemberCount": 1,
        "Owner_Account": "peter"});
    let full = server.call_ok("create_group", full).await["GroupId"].clone();
    let leckie = logged_in(&server, "leckie").await;
    assert_eq!(code(leckie.join_group(full.as_str().unwrap()).await), 10014);
}

#[tokio::test]
async fn online_members_are_counted_and_leave_audiences_when_they_go() {
    let server = TestServer::new().await;
    let (peter, leckie) = (logged_in(&server, "peter").await, logged_in(&server, "leckie").await);
    let online = async |group: &str| {
        let body = json!({"GroupId": group});
        let path = "group_open_http_svc/get_online_member_num";
        server.post(path, body).await["OnlineMemberNum"].clone()
    };
    for (group, group_type) in [("@TGS#a", GroupType::Public), ("@TGS#b", GroupType::AVChatRoom)] {
        server.app.create_group(group, group_type).unwrap();
        server.app.join(group, ["peter", "leckie"]).unwrap();
        assert_eq!(online(group).await, 2, "{group}");
    }
    peter.log_out_everywhere().await.unwrap();
    assert_eq!((online("@TGS#a").await, online("@TGS#b").await), (json!(1), json!(1)));
    assert!(server.app.is_member("@TGS#a", "peter").unwrap(), "members stay offline");
    assert!(!server.app.is_member("@TGS#b", "peter").unwrap(), "an audience is connected");
    assert!(leckie.is_online());
}

#[tokio::test]
async fn control_api_acts_as_a_user() {
    let server = TestServer::new().await;
    let emulator = &server.emulator;
    let group = server.create_group(GroupType::ChatRoom);
    let act = async |account: &str, action: &str, body: Value| {
        let path = format!("/apps/{}/clients/{account}/{action}", server.app.sdk_app_id());
        control_ok(emulator, Method::POST, &path, body).await
    };
    act("p%C3%A9ter+1", "log_in", json!({"platform": "Web"})).await;
    assert_eq!(status(&server, "péter+1").await["Detail"][0]["Platform"], "Web");
    act("leckie", "log_in", Value::Null).await;
    for account in ["p%C3%A9ter+1", "leckie"] {
        let joined = act(account, "join_group", json!({"group": group})).await;
        assert_eq!(joined, json!({"joined": true}));
    }
    let sent = act("leckie", "send_group_message", json!({"group": group, "text": "hi"})).await;
    assert_eq!(sent, json!({"msg_seq": 1, "time": NOW}));
    act("leckie", "mark_group_as_read", json!({"group": group})).await;
    let body = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}]);
    act("leckie", "send_message", json!({"to": "péter+1", "body": body})).await;
    assert_eq!(server.app.received_count("péter+1"), 1);
    act("p%C3%A9ter+1", "mark_as_read", json!({"peer": "leckie"})).await;
    act("leckie", "leave_group", json!({"group": group})).await;
    assert!(!server.app.is_member(group, "leckie").unwrap());

    let path = format!("/apps/{}/clients/leckie/send_group_message", server.app.sdk_app_id());
    let body = json!({"group": group, "text": "hi"});
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let error = control_error(emulator, Method::POST, &path, body, refused).await;
    assert!(error.contains("10007") && error.contains("not a member"), "{error}");
    for body in [json!({"group": group}), json!({"group": group, "body": [{"MsgType": 1}]})] {
        control_error(emulator, Method::POST, &path, body, StatusCode::BAD_REQUEST).await;
    }
    assert_eq!(act("leckie", "log_out", json!({})).await, json!({"logged_out": true}));
}
