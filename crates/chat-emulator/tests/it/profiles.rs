//! Tests of portrait_get and portrait_set.

use serde_json::{Value, json};

use crate::test_server::{TestServer, assert_error, assert_ok, column, users};

async fn set(server: &TestServer, account: &str, tag: &str, value: Value) -> Value {
    let body = json!({"From_Account": account, "ProfileItem": [{"Tag": tag, "Value": value}]});
    server.post("profile/portrait_set", body).await
}

async fn get(server: &TestServer, accounts: &[&str], tags: &[&str]) -> Value {
    let body = json!({"To_Account": accounts, "TagList": tags});
    server.post("profile/portrait_get", body).await
}

const NICK: &str = "Tag_Profile_IM_Nick";
const IMAGE: &str = "Tag_Profile_IM_Image";

#[tokio::test]
async fn profile_is_read_as_imported() {
    let server = TestServer::new().await;
    let body = json!({"AccountList": [{"UserID": "peter", "Nick": "P", "FaceUrl": "https://a/b"}, {"UserID": "leckie"}]});
    assert_ok(&server.post("im_open_login_svc/multiaccount_import", body).await);
    let response =
        get(&server, &["peter", "leckie"], &[NICK, IMAGE, "Tag_Profile_IM_Gender"]).await;
    assert_ok(&response);
    assert_eq!(
        response["UserProfileItem"],
        json!([
            {
                "To_Account": "peter", "ResultCode": 0, "ResultInfo": "",
                "ProfileItem": [
                    {"Tag": NICK, "Value": "P"}, {"Tag": IMAGE, "Value": "https://a/b"},
                ],
            },
            {"To_Account": "leckie", "ResultCode": 0, "ResultInfo": "", "ProfileItem": []},
        ]),
        "fields that were never set are left out"
    );
    assert!(response.get("Fail_Account").is_none());
}

#[tokio::test]
async fn missing_account_fails_only_its_own_entry() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter"]).await;
    let response = get(&server, &["nobody", "peter"], &[NICK]).await;
    assert_ok(&response);
    assert_eq!(column(&response["UserProfileItem"], "ResultCode"), [40003, 0]);
    assert!(response["UserProfileItem"][0].get("ProfileItem").is_none());
    assert_eq!(response["Fail_Account"], json!(["nobody"]));
    assert_error(&set(&server, "nobody", NICK, json!("N")).await, 40003);
}

#[tokio::test]
async fn profile_fields_change_one_by_one() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter"]).await;
    for (tag, value) in [
        (NICK, json!("Peter")),
        ("Tag_Profile_IM_BirthDay", json!(20_001_231)),
        ("Tag_Profile_IM_Gender", json!("Gender_Type_Male")),
        ("Tag_Profile_IM_Location", json!("x".repeat(16))),
        ("Tag_Profile_Custom_Team", json!("red")),
        (NICK, json!("Pete")),
    ] {
        assert_ok(&set(&server, "peter", tag, value).await);
    }
    assert_eq!(server.app.profile("peter").unwrap(), ("Pete".into(), String::new()));
    let tags = ["Tag_Profile_Custom_Team", "Tag_Profile_IM_BirthDay", NICK, IMAGE];
    let response = get(&server, &["peter"], &tags).await;
    let items = &response["UserProfileItem"][0]["ProfileItem"];
    assert_eq!(column(items, "Tag"), tags[..3]);
    assert_eq!(column(items, "Value"), [&json!("red"), &json!(20_001_231), &json!("Pete")]);
}

#[tokio::test]
async fn invalid_profile_value_fails_with_the_documented_code() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter"]).await;
    for (tag, value, code) in [
        (NICK, json!("x".repeat(500)), 0),
        (NICK, json!("x".repeat(501)), 40601),
        (NICK, json!(7), 40610),
        ("Tag_Profile_IM_Location", json!("x".repeat(17)), 40601),
        ("Tag_Profile_IM_Level", json!("7"), 40610),
        ("Tag_Profile_IM_Level", json!(-1), 40605),
        ("Tag_Profile_IM_Gender", json!("Male"), 40605),
        ("Tag_Profile_IM_AllowType", json!(1), 40610),
        ("Tag_Profile_IM_Unheard", json!("a"), 40009),
        ("Tag_Profile_Custom_NineChars", json!("a"), 40009),
    ] {
        let response = set(&server, "peter", tag, value.clone()).await;
        assert_eq!(response["ErrorCode"], code, "{tag}: {value}: {response}");
    }
    // One invalid field, and no field is set.
    let body = json!({"From_Account": "peter", "ProfileItem": [
        {"Tag": IMAGE, "Value": "https://a/b"}, {"Tag": "Tag_Profile_IM_Level", "Value": "7"},
    ]});
    assert_error(&server.post("profile/portrait_set", body).await, 40610);
    assert_eq!(server.app.profile("peter").unwrap().1, "");

    assert_error(&get(&server, &["peter"], &["Tag_Profile_IM_Unheard"]).await, 40009);
    let no_accounts = json!({"TagList": [NICK]});
    assert_error(&server.post("profile/portrait_get", no_accounts).await, 40002);
    let many = users(101);
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_ok(&get(&server, &many[..100], &[NICK]).await);
    assert_error(&get(&server, &many, &[NICK]).await, 40001);
}
