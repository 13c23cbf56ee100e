//! Tests of pushes that scenarios cannot show: limits of their number, devices, and the record.

use chat_emulator::QuotaMode;
use chat_types::{
    Endpoint as _, UnixSeconds,
    push::{ImPush, Push, PushPlatform, RevokePush, WebPush},
};
use serde_json::{Value, json};

use crate::test_server::{NOW, TestServer, assert_error, assert_ok};

fn push(random: u32) -> Value {
    json!({
        "From_Account": "administrator",
        "MsgRandom": random,
        "OfflinePushInfo": {"Title": "Stargazers", "Desc": "The next meeting is on Friday."},
    })
}

async fn call(server: &TestServer, command: &str, body: Value) -> Value {
    server.post(&format!("timpush/{command}"), body).await
}

#[tokio::test]
async fn pushes_and_recalls_too_fast_have_their_own_codes() {
    let server = TestServer::with(NOW, |builder| builder.quotas(QuotaMode::Documented)).await;
    let first = call(&server, "push", push(1)).await;
    assert_ok(&first);
    assert_error(&call(&server, "push", push(2)).await, 90024);
    let message = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}]);
    let im_push = |random: u32| json!({"MsgRandom": random, "MsgBody": message});
    assert_ok(&server.post("all_member_push/im_push", im_push(1)).await);
    assert_error(&server.post("all_member_push/im_push", im_push(2)).await, 90024);
    let web =
        |random: u32| json!({"From_Account": "administrator", "MsgRandom": random, "WebInfo": {}});
    assert_ok(&call(&server, "webpush", web(1)).await);
    assert_error(&call(&server, "webpush", web(2)).await, 60007);

    server.clock.advance_seconds(1);
    let second = call(&server, "push", push(2)).await;
    let recall =
        |push: &Value| json!({"TaskId": push["TaskId"], "OfflinePushInfo": {"Title": "x"}});
    assert_ok(&call(&server, "revoke", recall(&first)).await);
    assert_error(&call(&server, "revoke", recall(&second)).await, 90051);
    let calls = server.emulator.calls();
    for spec in [Push::SPEC, ImPush::SPEC, WebPush::SPEC, RevokePush::SPEC] {
        assert_eq!(calls.of(spec).refused_by_quota(), 1, "{}", spec.id());
    }
}

#[tokio::test]
async fn pushes_of_a_day_are_limited() {
    let mut server = TestServer::with(NOW, |builder| builder.quotas(QuotaMode::Scaled(0.02))).await;
    for random in 0..2 {
        assert_ok(&call(&server, "push", push(random)).await);
        server.advance_seconds(1);
    }
    assert_error(&call(&server, "push", push(2)).await, 90047);
    let message = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}]);
    for (random, code) in [(0, 0), (1, 0), (2, 90047)] {
        let body = json!({"MsgRandom": random, "MsgBody": message});
        let response = server.post("all_member_push/im_push", body).await;
        assert_eq!(response["ErrorCode"], code, "{response}");
        server.advance_seconds(1);
    }
    server.advance_seconds(86_400);
    assert_ok(&call(&server, "push", push(3)).await);
}

#[tokio::test]
async fn tag_belongs_to_one_account_type() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter"]).await;
    server.app.add_push_device("registration", PushPlatform::Fcm);
    let tag = |account: &str| json!({"UserTags": [{"To_Account": account, "Tags": ["chess"]}]});
    assert_ok(&call(&server, "add_tag", tag("peter")).await);
    let refused = call(&server, "add_tag", tag("registration")).await;
    assert_eq!(refused["ErrorList"][0]["ErrorCode"], 90035, "{refused}");
    let clear = json!({"To_Account": ["peter"]});
    assert_ok(&call(&server, "clear_all_tags", clear).await);
    let refused = call(&server, "add_tag", tag("registration")).await;
    assert_eq!(refused["ErrorList"][0]["ErrorCode"], 90035, "a tag belongs to its type forever");
}

#[tokio::test]
async fn attribute_for_registrations_is_set_for_them_only() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter"]).await;
    server.app.add_push_device("registration", PushPlatform::Fcm);
    let names = json!({"AttrNames": {"0": "model"}, "AttrTypes": {"0": 1}});
    assert_ok(&call(&server, "set_attr_name", names).await);
    let entry = |account: &str| json!({"To_Account": account, "Attrs": {"model": "X"}});
    let set = json!({"UserAttrs": [entry("peter"), entry("registration")]});
    let response = call(&server, "set_attr", set).await;
    assert_eq!(response["ErrorList"].as_array().unwrap().len(), 1, "{response}");
    assert_eq!(response["ErrorList"][0]["To_Account"], "peter");
    let mut body = push(1);
    body["Condition"] = json!({"AttrsOr": {"model": "X"}});
    assert_ok(&call(&server, "push", body).await);
    let receivers: Vec<_> =
        server.app.pushes()[0].receivers.iter().map(ToString::to_string).collect();
    assert_eq!(receivers, ["registration"]);
}

#[tokio::test]
async fn pushes_are_sent_to_devices() {
    let mut server = TestServer::new().await;
    server.import_accounts(&["peter", "leckie"]).await;
    server.app.add_push_device("peter", PushPlatform::Apns);
    server.app.add_push_device("peter", PushPlatform::Fcm);
    let task = call(&server, "push", push(1)).await["TaskId"].clone();
    let period = |ids: Value| json!({"StartTime": NOW, "EndTime": NOW, "TaskID": ids});
    let statistics = call(&server, "all_member_push_statistics", period(json!([task]))).await;
    assert_eq!(statistics["ErrorInfo"], "sucess", "as the pages spell it");
    let counts = &statistics["Results"][0];
    assert_eq!((&counts["TotalCount"], &counts["SentCount"]), (&json!(3), &json!(1)));
    assert_eq!(counts["PlatformStatistics"][0]["PushPlatform"], 1);
    assert_eq!(counts["PlatformStatistics"][1]["DeliveredCount"], 1);
    let loss = call(&server, "all_member_push_loss", period(json!([task]))).await;
    assert_eq!(loss["Results"][0]["ReadyToSendLoss"][0]["ErrCount"], 2);
    let trace = |user: &str| json!({"TaskID": task, "UserID": user});
    let devices = call(&server, "all_member_push_trace", trace("peter")).await;
    assert_eq!(devices["InstanceTrace"].as_array().unwrap().len(), 2, "{devices}");
    assert_eq!(devices["InstanceTrace"][0]["PushTime"], "2023-11-14 22:13:20");
    assert_eq!(devices["InstanceTrace"][0]["OfflinePushStat"]["DeviceStat"]["PushStatus"], 1);

    let message = json!({
        "From_Account": "leckie",
        "To_Account": "peter",
        "MsgRandom": 1,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}],
    });
    let sent = server.post("openim/sendmsg", message).await;
    let counts = call(&server, "normal_push_statistics", period(json!([]))).await;
    assert_eq!((&counts["TotalCount"], &counts["SentCount"]), (&json!(1), &json!(1)));
    let by_message = json!({"PushID": sent["MsgId"]});
    let devices = call(&server, "normal_push_trace", by_message.clone()).await;
    assert_eq!(devices["InstanceTrace"].as_array().unwrap().len(), 2, "{devices}");

    server.advance_seconds(7 * 86_400 + 1);
    let expired = call(&server, "all_member_push_trace", trace("peter")).await;
    assert_eq!(expired["InstanceTrace"], json!([]));
    let expired = call(&server, "normal_push_trace", by_message).await;
    assert_eq!(expired["InstanceTrace"], json!([]));
}

#[tokio::test]
async fn record_has_what_was_pushed() {
    let mut server = TestServer::new().await;
    server.import_accounts(&["peter", "leckie"]).await;
    let accounts = json!({
        "From_Account": "peter",
        "To_Account": ["leckie"],
        "MsgRandom": 1,
        "OfflinePushInfo": {"Title": "Stargazers"},
    });
    let batch = call(&server, "batch", accounts).await["TaskId"].clone();
    assert!(batch.as_str().unwrap().starts_with("batch_"), "{batch}");
    let accounts = json!({
        "From_Account": "peter",
        "To_Account": ["leckie"],
        "MsgRandom": 1,
        "Message": {"kind": "dice"},
    });
    let web = call(&server, "webbatch", accounts).await["TaskId"].clone();
    assert!(web.as_str().unwrap().starts_with("wbat"), "{web}");
    let task = json!({
        "Sdkappid": server.app.sdk_app_id(),
        "Type": "All",
        "SchedAt": "2023-11-14 22:14:20",
        "Content": {"From_Account": "peter", "OfflinePushInfo": {"Title": "later"}},
    });
    assert_ok(&call(&server, "add_sched_task", task).await);
    let recall = json!({"TaskId": batch, "OfflinePushInfo": {"Title": "canceled"}});
    assert_ok(&call(&server, "revoke", recall).await);
    assert_eq!(server.app.pushes().len(), 2);

    server.advance_seconds(60);
    let pushes = server.app.pushes();
    let commands: Vec<_> = pushes.iter().map(|push| push.command).collect();
    assert_eq!(commands, ["batch", "webbatch", "add_sched_task"]);
    assert_eq!(pushes[0].notification, json!({"Title": "Stargazers"}));
    assert_eq!(pushes[0].replacement, Some(json!({"Title": "canceled"})));
    assert_eq!(pushes[0].recalled, Some(UnixSeconds::new(NOW)));
    assert!(pushes[1].online_only, "without WebInfo it reaches only open pages");
    assert_eq!(pushes[2].time.get(), NOW + 60);
    assert_eq!(pushes[2].receivers.len(), 3);
}
