//! Who is let in.

use chat_emulator::{SecretKey, UserSig};
use hyper::{Method, StatusCode};

use crate::stage::{NOW, Stage, assert_ok, assert_refused};

const PATH: &str = "/v4/group_open_http_svc/get_group_info";
const BODY: &str = r#"{"GroupIdList":[]}"#;

/// Sends a call whose URL parameters were changed, and returns its code and text.
async fn with(stage: &Stage, from: &str, to: &str) -> (i64, String) {
    let query = stage.query().replace(from, to);
    assert_ne!(query, stage.query(), "{from} stands in the query");
    let (status, response) = stage.send(Method::POST, &format!("{PATH}?{query}"), BODY).await;
    assert_eq!(status, StatusCode::OK);
    let code = response["ErrorCode"].as_i64().unwrap();
    (code, assert_refused(&response, code))
}

/// The query without one parameter.
async fn without(stage: &Stage, name: &str) -> i64 {
    let left = |pair: &&str| !pair.starts_with(&format!("{name}="));
    let query: Vec<_> = stage.query().split('&').filter(left).collect();
    let (_, response) =
        stage.send(Method::POST, &format!("{PATH}?{}", query.join("&")), BODY).await;
    response["ErrorCode"].as_i64().unwrap()
}

fn user_sig(stage: &Stage) -> UserSig {
    stage.app.user_sig("administrator").unwrap()
}

#[tokio::test]
async fn every_url_parameter_is_needed() {
    let stage = Stage::new().await;
    assert_eq!(without(&stage, "sdkappid").await, 60012);
    assert_eq!(without(&stage, "identifier").await, 60025);
    assert_eq!(without(&stage, "usersig").await, 70002);
    assert_eq!(without(&stage, "random").await, 60025);
    assert_eq!(without(&stage, "contenttype").await, 60025);
    let (_, response) = stage.send(Method::POST, PATH, BODY).await;
    assert_refused(&response, 60012);
}

#[tokio::test]
async fn a_wrong_url_parameter_is_named() {
    let stage = Stage::new().await;
    for (from, to, code, named) in [
        ("sdkappid=1400000000", "sdkappid=abc", 60006, "sdkappid"),
        ("sdkappid=1400000000", "sdkappid=-1", 60006, "sdkappid"),
        ("sdkappid=1400000000", "sdkappid=99999999999", 60006, "sdkappid"),
        ("sdkappid=1400000000", "sdkappid=1400000009", 70020, "1400000009"),
        ("sdkappid=", "SdkAppid=", 60012, "sdkappid"),
        ("random=99999999", "random=4294967296", 60025, "random"),
        ("random=99999999", "random=%2B1", 60025, "random"),
        ("random=99999999", "random=", 60025, "random"),
        ("contenttype=json", "contenttype=JSON", 60025, "contenttype"),
        ("identifier=administrator", "identifier=", 60025, "identifier"),
    ] {
        let (found, info) = with(&stage, from, to).await;
        assert_eq!(found, code, "{to}: {info}");
        assert!(info.contains(named), "{info}");
    }
}

#[tokio::test]
async fn a_wrong_signature_answers_why() {
    let stage = Stage::with(NOW, |builder| {
        let key = SecretKey::new("another key").unwrap();
        builder
            .app(1_400_000_000, SecretKey::new("emulator-secret-key").unwrap())
            .app(1_400_000_001, key)
    })
    .await;
    let right = user_sig(&stage);
    let other_app = stage.emulator.app(1_400_000_001).unwrap().user_sig("administrator").unwrap();
    let other_user = stage.app.user_sig("somebody").unwrap();
    let code = |replacement: String| {
        let (stage, right) = (&stage, &right);
        async move { with(stage, right.as_str(), &replacement).await.0 }
    };
    assert_eq!(code(String::new()).await, 70002);
    assert_eq!(code("abc".into()).await, 70003);
    assert_eq!(code(other_app.as_str().into()).await, 70014);
    assert_eq!(code(other_user.as_str().into()).await, 70013);

    let other_key = chat_usersig::Signer::new(1_400_000_000, SecretKey::new("wrong").unwrap());
    let other_key = other_key.sign("administrator", NOW, 60).unwrap();
    assert_eq!(code(other_key.as_str().into()).await, 70009);
}

#[tokio::test]
async fn a_signature_expires_by_the_clock() {
    let stage = Stage::new().await;
    let path = format!("{PATH}?{}", stage.query());
    stage.clock.advance_seconds(86_399);
    assert_ok(&stage.send(Method::POST, &path, BODY).await.1);
    stage.clock.advance_seconds(1);
    assert_refused(&stage.send(Method::POST, &path, BODY).await.1, 70001);
}

#[tokio::test]
async fn only_an_admin_may_call_and_each_service_says_so_in_its_way() {
    let stage = Stage::new().await;
    let query = stage
        .query()
        .replace("identifier=administrator", "identifier=somebody")
        .replace(user_sig(&stage).as_str(), stage.app.user_sig("somebody").unwrap().as_str());
    let (_, response) = stage.send(Method::POST, &format!("{PATH}?{query}"), BODY).await;
    assert_refused(&response, 60010);
    let path = format!("/v4/im_open_login_svc/account_import?{query}");
    let (_, response) = stage.send(Method::POST, &path, r#"{"UserID":"peter"}"#).await;
    assert_refused(&response, 70403);
}

#[tokio::test]
async fn parameters_are_percent_decoded() {
    let stage = Stage::with(NOW, |builder| builder.admin("the admin & co+ü%")).await;
    let user_sig = stage.app.user_sig("the admin & co+ü%").unwrap();
    for identifier in ["the%20admin%20%26%20co%2B%C3%BC%25", "the+admin+%26+co%2b%c3%bc%25"] {
        let query = format!(
            "contenttype=json&random=0&usersig={}&identifier={identifier}&sdkappid=1400000000",
            user_sig.as_str().replace('*', "%2A")
        );
        let (_, response) = stage.send(Method::POST, &format!("{PATH}?{query}"), BODY).await;
        assert_ok(&response);
    }
}

#[tokio::test]
async fn a_signature_of_the_vendors_libraries_is_accepted() {
    let key = "7f14aa0fe5569517d3bae57a4b2dcbed15a635f8382f64330c39e35ad25650ae";
    let stage = Stage::with(1_700_000_100, |builder| {
        builder.app(1_400_000_001, SecretKey::new(key).unwrap())
    })
    .await;
    let user_sig = "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkElNyM-Myi0uKEkvyi2BKilOyEwsKMlOACgxN\
                    DCDAECqXWlGQWZQKlDEzMLEwMICKlmTmgsQMzaGqYeLFmekgW-zzShLd88uyUspNq4otPYPygsySvAvL\
                    nEIrikoq3RxLnCNKPdw9XJ1TPCxslWoBle02hw__";
    let query = format!(
        "sdkappid=1400000001&identifier=administrator&usersig={user_sig}&random=4294967295&contenttype=json"
    );
    let (_, response) = stage.send(Method::POST, &format!("{PATH}?{query}"), BODY).await;
    assert_ok(&response);
}

#[tokio::test]
async fn a_url_that_is_no_call_answers_a_code_and_status_200() {
    let stage = Stage::new().await;
    let query = stage.query().to_owned();
    for (method, path, code) in [
        (Method::POST, "/", 60002),
        (Method::POST, "/v4/group_open_http_svc", 60002),
        (Method::POST, "/v3/group_open_http_svc/get_group_info", 60002),
        (Method::GET, PATH, 60002),
        (Method::PUT, PATH, 60002),
        (Method::POST, "/v4/no_such_svc/get_group_info", 60009),
        (Method::POST, "/v4/Group_open_http_svc/get_group_info", 60009),
        (Method::POST, "/v4/group_open_http_svc/no_such_command", 10003),
        (Method::POST, "/v4/im_open_login_svc/no_such_command", 60009),
    ] {
        let (status, response) = stage.send(method, &format!("{path}?{query}"), BODY).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_refused(&response, code);
    }
    assert_eq!(stage.emulator.calls().unknown_endpoints(), 9);
}

#[tokio::test]
async fn apps_share_nothing() {
    let stage = Stage::with(NOW, |builder| {
        let key = || SecretKey::new("one key").unwrap();
        builder.app(1, key()).app(2, key())
    })
    .await;
    let other = stage.emulator.app(2).unwrap();
    stage.app.create_group("@TGS#1", chat_types::GroupType::Public).unwrap();
    assert_eq!(
        other.member_count("@TGS#1").unwrap_err().to_string(),
        "there is no group @TGS#1; create it first"
    );
    assert!(stage.emulator.app(3).is_err());
    assert_eq!(stage.emulator.apps().collect::<Vec<_>>(), [1, 2]);
}
