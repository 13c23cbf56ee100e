//! account_import, multiaccount_import, account_check and account_delete.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::stage::{Stage, assert_ok, assert_refused, column, users};

async fn one(stage: &Stage, body: Value) -> Value {
    stage.post("im_open_login_svc/account_import", body).await
}

async fn many(stage: &Stage, body: Value) -> Value {
    stage.post("im_open_login_svc/multiaccount_import", body).await
}

fn profile(stage: &Stage, account: &str) -> (String, String) {
    stage.app.profile(account).unwrap()
}

#[tokio::test]
async fn importing_an_account_again_creates_no_second_one_and_writes_the_profile() {
    let stage = Stage::new().await;
    let before = stage.app.account_count();
    assert_ok(
        &one(&stage, json!({"UserID": "peter", "Nick": "P", "FaceUrl": "https://a/b"})).await,
    );
    assert_eq!(profile(&stage, "peter"), ("P".into(), "https://a/b".into()));
    assert_ok(&one(&stage, json!({"UserID": "peter", "Nick": "Pete"})).await);
    assert_eq!(profile(&stage, "peter"), ("Pete".into(), "https://a/b".into()));
    assert_eq!(stage.app.account_count(), before + 1);
}

#[tokio::test]
async fn an_account_keeps_the_documented_rules() {
    let stage = Stage::new().await;
    for (body, code) in [
        (json!({}), 70402),
        (json!({"UserID": ""}), 70402),
        (json!({"UserID": "line\nfeed"}), 70402),
        (json!({"UserID": "x".repeat(33)}), 70402),
        (json!({"UserID": 7}), 70402),
        (json!({"UserID": "peter", "Nick": "x".repeat(501)}), 40601),
        (json!({"UserID": "peter", "FaceUrl": "x".repeat(501)}), 40601),
    ] {
        assert_refused(&one(&stage, body).await, code);
    }
    assert_ok(&one(&stage, json!({"UserID": "x".repeat(32), "Nick": "x".repeat(500)})).await);
}

#[tokio::test]
async fn a_deleted_account_cannot_be_imported_for_three_months() {
    let stage = Stage::new().await;
    assert_ok(&one(&stage, json!({"UserID": "peter"})).await);
    assert!(stage.app.delete_account("peter"));
    assert!(!stage.app.delete_account("peter"));
    assert_refused(&one(&stage, json!({"UserID": "peter"})).await, 70399);
    let response = many(&stage, json!({"Accounts": ["peter", "leckie"]})).await;
    assert_ok(&response);
    assert_eq!(response["FailAccounts"], json!(["peter"]));
}

#[tokio::test]
async fn many_accounts_come_in_either_form() {
    let stage = Stage::new().await;
    let body = json!({"AccountList": [{"UserID": "a", "Nick": "A"}, {"UserID": "b"}]});
    let response = many(&stage, body).await;
    assert_ok(&response);
    assert_eq!(response["FailAccounts"], json!([]));
    assert_eq!(profile(&stage, "a").0, "A");
    assert_ok(&many(&stage, json!({"Accounts": ["a", "c"]})).await);
    assert_eq!(profile(&stage, "a").0, "A", "the bare form says nothing about profiles");
    assert_ok(&many(&stage, json!({"AccountList": [{"UserID": "a", "Nick": "AA"}]})).await);
    assert_eq!(profile(&stage, "a").0, "AA");
    assert!(stage.app.profile("c").is_some());

    let both = json!({"AccountList": [{"UserID": "d"}], "Accounts": ["e"]});
    assert_refused(&many(&stage, both).await, 70402);
    assert_refused(&many(&stage, json!({})).await, 70402);
    assert!(stage.app.profile("d").is_none());
}

#[tokio::test]
async fn accounts_that_cannot_be_imported_are_named_and_all_others_were() {
    let stage = Stage::new().await;
    let long = "x".repeat(33);
    let body = json!({"AccountList": [{"UserID": "a"}, {"UserID": long}, {"UserID": ""}, {"UserID": "b"}]});
    let response = many(&stage, body).await;
    assert_ok(&response);
    assert_eq!(response["FailAccounts"], json!([long, ""]));
    assert!(stage.app.profile("a").is_some() && stage.app.profile("b").is_some());
    let response = many(&stage, json!({"Accounts": [long, "c", long]})).await;
    assert_eq!(response["FailAccounts"], json!([long, long]));

    // Whatever else is wrong with the call still fails it.
    let too_many: Vec<_> =
        (0..100).map(|number| number.to_string()).chain([long.clone()]).collect();
    assert_refused(&many(&stage, json!({"Accounts": too_many})).await, 70402);
    let body = json!({"AccountList": [{"UserID": long}, {"Nick": "no id"}]});
    assert_refused(&many(&stage, body).await, 70402);
    assert_refused(&many(&stage, json!({"Accounts": vec![long; 5_000]})).await, 70402);
}

fn items(accounts: &[&str]) -> Value {
    accounts.iter().map(|account| json!({"UserID": account})).collect()
}

async fn check(stage: &Stage, accounts: &[&str]) -> Value {
    stage.post("im_open_login_svc/account_check", json!({"CheckItem": items(accounts)})).await
}

async fn delete(stage: &Stage, accounts: &[&str]) -> Value {
    stage.post("im_open_login_svc/account_delete", json!({"DeleteItem": items(accounts)})).await
}

#[tokio::test]
async fn checking_tells_for_each_account_whether_it_exists() {
    let stage = Stage::new().await;
    stage.import(&["peter"]).await;
    let long = "x".repeat(33);
    let response = check(&stage, &["peter", "nobody", &long, "", "line\nfeed", "peter"]).await;
    assert_ok(&response);
    let list = &response["ResultItem"];
    assert_eq!(column(list, "UserID"), ["peter", "nobody", &long, "", "line\nfeed", "peter"]);
    assert_eq!(column(list, "ResultCode"), [0, 0, 70402, 70402, 70402, 0]);
    let known = json!({
        "UserID": "peter", "ResultCode": 0, "ResultInfo": "", "AccountStatus": "Imported",
    });
    assert_eq!(list[0], known);
    assert_eq!(list[1]["AccountStatus"], "NotImported", "which is no error");
    assert!(list[2].get("AccountStatus").is_none());
    assert!(list[2]["ResultInfo"].as_str().unwrap().contains("too long"));

    let many = users(101);
    let hundred: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_ok(&check(&stage, &hundred[..100]).await);
    assert_refused(&check(&stage, &hundred).await, 70402);
    assert_refused(&delete(&stage, &hundred).await, 70402);
}

#[tokio::test]
async fn a_deleted_account_is_gone_from_its_groups_and_cannot_be_deleted_again() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.app.create_group("live", GroupType::AVChatRoom).unwrap();
    for id in [group, "live"] {
        stage.app.join(id, ["peter", "leckie"]).unwrap();
    }
    let body = json!({"Type": "Public", "Name": "n", "GroupId": "own", "Owner_Account": "peter"});
    stage.done("create_group", body).await;

    let long = "x".repeat(33);
    let response = delete(&stage, &["peter", "nobody", "peter", &long]).await;
    assert_ok(&response);
    assert_eq!(column(&response["ResultItem"], "ResultCode"), [0, 70107, 70107, 70402]);
    assert_eq!(column(&response["ResultItem"], "UserID"), ["peter", "nobody", "peter", &long]);
    for id in [group, "live", "own"] {
        assert!(!stage.app.is_member(id, "peter").unwrap(), "{id}");
    }
    assert!(stage.app.is_member(group, "leckie").unwrap());
    assert!(stage.app.profile("peter").is_none());
    let checked = check(&stage, &["peter"]).await;
    assert_eq!(checked["ResultItem"][0]["AccountStatus"], "NotImported");
    let info = stage.done("get_group_info", json!({"GroupIdList": ["own"]})).await;
    assert_eq!(info["GroupInfo"][0]["Owner_Account"], "");

    assert_refused(&one(&stage, json!({"UserID": "peter"})).await, 70399);
}

#[tokio::test]
async fn an_admin_without_an_account_still_calls() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    let response = delete(&stage, &["administrator"]).await;
    assert_eq!(response["ResultItem"][0]["ResultCode"], 0);
    let body = json!({
        "GroupId": group, "Random": 1,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}],
    });
    stage.done("send_group_msg", body).await;
}

#[tokio::test]
async fn a_group_keeps_members_who_were_deleted_behind_its_back() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.app.join(group, ["peter"]).unwrap();
    assert!(stage.app.delete_account("peter"));
    assert!(stage.app.is_member(group, "peter").unwrap());
    let checked = check(&stage, &["peter"]).await;
    assert_eq!(checked["ResultItem"][0]["AccountStatus"], "NotImported");
}
