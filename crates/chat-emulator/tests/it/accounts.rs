//! Tests of account_import, multiaccount_import, account_check and account_delete.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::test_server::{TestServer, assert_error, assert_ok, column, users};

async fn import(server: &TestServer, body: Value) -> Value {
    server.post("im_open_login_svc/account_import", body).await
}

async fn import_many(server: &TestServer, body: Value) -> Value {
    server.post("im_open_login_svc/multiaccount_import", body).await
}

fn profile(server: &TestServer, account: &str) -> (String, String) {
    server.app.profile(account).unwrap()
}

#[tokio::test]
async fn repeated_import_updates_the_profile_of_the_account() {
    let server = TestServer::new().await;
    let before = server.app.account_count();
    assert_ok(
        &import(&server, json!({"UserID": "peter", "Nick": "P", "FaceUrl": "https://a/b"})).await,
    );
    assert_eq!(profile(&server, "peter"), ("P".into(), "https://a/b".into()));
    assert_ok(&import(&server, json!({"UserID": "peter", "Nick": "Pete"})).await);
    assert_eq!(profile(&server, "peter"), ("Pete".into(), "https://a/b".into()));
    assert_eq!(server.app.account_count(), before + 1);
}

#[tokio::test]
async fn invalid_account_fails_with_the_documented_code() {
    let server = TestServer::new().await;
    for (body, code) in [
        (json!({}), 70402),
        (json!({"UserID": ""}), 70402),
        (json!({"UserID": "line\nfeed"}), 70402),
        (json!({"UserID": "x".repeat(33)}), 70402),
        (json!({"UserID": 7}), 70402),
        (json!({"UserID": "peter", "Nick": "x".repeat(501)}), 40601),
        (json!({"UserID": "peter", "FaceUrl": "x".repeat(501)}), 40601),
    ] {
        assert_error(&import(&server, body).await, code);
    }
    assert_ok(&import(&server, json!({"UserID": "x".repeat(32), "Nick": "x".repeat(500)})).await);
}

#[tokio::test]
async fn deleted_account_cannot_be_imported_for_three_months() {
    let server = TestServer::new().await;
    assert_ok(&import(&server, json!({"UserID": "peter"})).await);
    assert!(server.app.delete_account("peter"));
    assert!(!server.app.delete_account("peter"));
    assert_error(&import(&server, json!({"UserID": "peter"})).await, 70399);
    let response = import_many(&server, json!({"Accounts": ["peter", "leckie"]})).await;
    assert_ok(&response);
    assert_eq!(response["FailAccounts"], json!(["peter"]));
}

#[tokio::test]
async fn multiaccount_import_accepts_objects_or_bare_ids() {
    let server = TestServer::new().await;
    let body = json!({"AccountList": [{"UserID": "a", "Nick": "A"}, {"UserID": "b"}]});
    let response = import_many(&server, body).await;
    assert_ok(&response);
    assert_eq!(response["FailAccounts"], json!([]));
    assert_eq!(profile(&server, "a").0, "A");
    assert_ok(&import_many(&server, json!({"Accounts": ["a", "c"]})).await);
    assert_eq!(profile(&server, "a").0, "A", "bare ids leave profiles as they are");
    assert_ok(&import_many(&server, json!({"AccountList": [{"UserID": "a", "Nick": "AA"}]})).await);
    assert_eq!(profile(&server, "a").0, "AA");
    assert!(server.app.profile("c").is_some());

    let both = json!({"AccountList": [{"UserID": "d"}], "Accounts": ["e"]});
    assert_error(&import_many(&server, both).await, 70402);
    assert_error(&import_many(&server, json!({})).await, 70402);
    assert!(server.app.profile("d").is_none());
}

#[tokio::test]
async fn multiaccount_import_lists_failed_accounts_only() {
    let server = TestServer::new().await;
    let long = "x".repeat(33);
    let body = json!({"AccountList": [{"UserID": "a"}, {"UserID": long}, {"UserID": ""}, {"UserID": "b"}]});
    let response = import_many(&server, body).await;
    assert_ok(&response);
    assert_eq!(response["FailAccounts"], json!([long, ""]));
    assert!(server.app.profile("a").is_some() && server.app.profile("b").is_some());
    let response = import_many(&server, json!({"Accounts": [long, "c", long]})).await;
    assert_eq!(response["FailAccounts"], json!([long, long]));

    // Other mistakes still fail the call as a whole.
    let too_many: Vec<_> =
        (0..100).map(|number| number.to_string()).chain([long.clone()]).collect();
    assert_error(&import_many(&server, json!({"Accounts": too_many})).await, 70402);
    let body = json!({"AccountList": [{"UserID": long}, {"Nick": "no id"}]});
    assert_error(&import_many(&server, body).await, 70402);
    assert_error(&import_many(&server, json!({"Accounts": vec![long; 5_000]})).await, 70402);
}

fn items(accounts: &[&str]) -> Value {
    accounts.iter().map(|account| json!({"UserID": account})).collect()
}

async fn check(server: &TestServer, accounts: &[&str]) -> Value {
    server.post("im_open_login_svc/account_check", json!({"CheckItem": items(accounts)})).await
}

async fn delete(server: &TestServer, accounts: &[&str]) -> Value {
    server.post("im_open_login_svc/account_delete", json!({"DeleteItem": items(accounts)})).await
}

#[tokio::test]
async fn account_check_reports_whether_each_account_exists() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter"]).await;
    let long = "x".repeat(33);
    let response = check(&server, &["peter", "nobody", &long, "", "line\nfeed", "peter"]).await;
    assert_ok(&response);
    let list = &response["ResultItem"];
    assert_eq!(column(list, "UserID"), ["peter", "nobody", &long, "", "line\nfeed", "peter"]);
    assert_eq!(column(list, "ResultCode"), [0, 0, 70402, 70402, 70402, 0]);
    let known = json!({
        "UserID": "peter", "ResultCode": 0, "ResultInfo": "", "AccountStatus": "Imported",
    });
    assert_eq!(list[0], known);
    assert_eq!(list[1]["AccountStatus"], "NotImported", "this is not an error");
    assert!(list[2].get("AccountStatus").is_none());
    assert!(list[2]["ResultInfo"].as_str().unwrap().contains("too long"));

    let many = users(101);
    let hundred: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_ok(&check(&server, &hundred[..100]).await);
    assert_error(&check(&server, &hundred).await, 70402);
    assert_error(&delete(&server, &hundred).await, 70402);
}

#[tokio::test]
async fn deleted_account_leaves_its_groups() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.app.create_group("live", GroupType::AVChatRoom).unwrap();
    for id in [group, "live"] {
        server.app.join(id, ["peter", "leckie"]).unwrap();
    }
    let body = json!({"Type": "Public", "Name": "n", "GroupId": "own", "Owner_Account": "peter"});
    server.call_ok("create_group", body).await;

    let long = "x".repeat(33);
    let response = delete(&server, &["peter", "nobody", "peter", &long]).await;
    assert_ok(&response);
    assert_eq!(column(&response["ResultItem"], "ResultCode"), [0, 70107, 70107, 70402]);
    assert_eq!(column(&response["ResultItem"], "UserID"), ["peter", "nobody", "peter", &long]);
    for id in [group, "live", "own"] {
        assert!(!server.app.is_member(id, "peter").unwrap(), "{id}");
    }
    assert!(server.app.is_member(group, "leckie").unwrap());
    assert!(server.app.profile("peter").is_none());
    let checked = check(&server, &["peter"]).await;
    assert_eq!(checked["ResultItem"][0]["AccountStatus"], "NotImported");
    let info = server.call_ok("get_group_info", json!({"GroupIdList": ["own"]})).await;
    assert_eq!(info["GroupInfo"][0]["Owner_Account"], "");

    assert_error(&import(&server, json!({"UserID": "peter"})).await, 70399);
}

#[tokio::test]
async fn admin_without_an_account_can_still_call() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    let response = delete(&server, &["administrator"]).await;
    assert_eq!(response["ResultItem"][0]["ResultCode"], 0);
    let body = json!({
        "GroupId": group, "Random": 1,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}],
    });
    server.call_ok("send_group_msg", body).await;
}

#[tokio::test]
async fn account_deleted_by_the_handle_stays_in_its_groups() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.app.join(group, ["peter"]).unwrap();
    assert!(server.app.delete_account("peter"));
    assert!(server.app.is_member(group, "peter").unwrap());
    let checked = check(&server, &["peter"]).await;
    assert_eq!(checked["ResultItem"][0]["AccountStatus"], "NotImported");
}
