//! Tests of authentication: URL parameters, signature, admins.

use std::collections::BTreeSet;

use chat_emulator::{SecretKey, UserSig};
use chat_types::ENDPOINTS;
use hyper::{Method, StatusCode};

use crate::test_server::{NOW, TestServer, assert_error, assert_error_of, assert_ok};

const PATH: &str = "/v4/group_open_http_svc/get_group_info";
const BODY: &str = r#"{"GroupIdList":[]}"#;

/// Sends a call with changed URL parameters. Returns the code and the `ErrorInfo`.
async fn send_with(server: &TestServer, from: &str, to: &str) -> (i64, String) {
    let query = server.query().replace(from, to);
    assert_ne!(query, server.query(), "{from} must be in the query");
    let (status, response) = server.send(Method::POST, &format!("{PATH}?{query}"), BODY).await;
    assert_eq!(status, StatusCode::OK);
    let code = response["ErrorCode"].as_i64().unwrap();
    (code, assert_error(&response, code))
}

/// Sends a call without one URL parameter. Returns the code.
async fn send_without(server: &TestServer, name: &str) -> i64 {
    let is_kept = |pair: &&str| !pair.starts_with(&format!("{name}="));
    let query: Vec<_> = server.query().split('&').filter(is_kept).collect();
    let (_, response) =
        server.send(Method::POST, &format!("{PATH}?{}", query.join("&")), BODY).await;
    response["ErrorCode"].as_i64().unwrap()
}

fn user_sig(server: &TestServer) -> UserSig {
    server.app.user_sig("administrator").unwrap()
}

#[tokio::test]
async fn url_parameters_that_identify_the_caller_are_required() {
    let server = TestServer::new().await;
    assert_eq!(send_without(&server, "sdkappid").await, 60012);
    assert_eq!(send_without(&server, "identifier").await, 60025);
    assert_eq!(send_without(&server, "usersig").await, 70002);
    let (_, response) = server.send(Method::POST, PATH, BODY).await;
    assert_error(&response, 60012);
}

#[tokio::test]
async fn invalid_url_parameter_is_named_in_the_error() {
    let server = TestServer::new().await;
    for (from, to, code, named) in [
        ("sdkappid=1400000000", "sdkappid=abc", 60006, "sdkappid"),
        ("sdkappid=1400000000", "sdkappid=-1", 60006, "sdkappid"),
        ("sdkappid=1400000000", "sdkappid=99999999999", 60006, "sdkappid"),
        ("sdkappid=1400000000", "sdkappid=1400000009", 70020, "1400000009"),
        ("sdkappid=", "SdkAppid=", 60012, "sdkappid"),
        ("contenttype=json", "contenttype=xml", 60025, "contenttype"),
        ("identifier=administrator", "identifier=", 60025, "identifier"),
    ] {
        let (found, info) = send_with(&server, from, to).await;
        assert_eq!(found, code, "{to}: {info}");
        assert!(info.contains(named), "{info}");
    }
}

#[tokio::test]
async fn content_type_may_be_missing() {
    let server = TestServer::new().await;
    assert_eq!(send_without(&server, "contenttype").await, 0);
    for content_type in ["JSON", ""] {
        let parameter = format!("contenttype={content_type}");
        let query = server.query().replace("contenttype=json", &parameter);
        let (_, response) = server.send(Method::POST, &format!("{PATH}?{query}"), BODY).await;
        assert_eq!(response["ErrorCode"], 0, "{content_type}: {response}");
    }
}

/// Many public clients send no random number, one of 13 digits, or other text.
#[tokio::test]
async fn random_is_not_checked() {
    let server = TestServer::new().await;
    assert_eq!(send_without(&server, "random").await, 0);
    for random in ["1700000000000", "9f86d081884c7d65", "%2B1", ""] {
        let query = server.query().replace("random=99999999", &format!("random={random}"));
        let (_, response) = server.send(Method::POST, &format!("{PATH}?{query}"), BODY).await;
        assert_eq!(response["ErrorCode"], 0, "{random}: {response}");
    }
}

#[tokio::test]
async fn invalid_signature_fails_with_its_own_code() {
    let server = TestServer::with(NOW, |builder| {
        let key = SecretKey::new("another key").unwrap();
        builder
            .app(1_400_000_000, SecretKey::new("emulator-secret-key").unwrap())
            .app(1_400_000_001, key)
    })
    .await;
    let right = user_sig(&server);
    let other_app = server.emulator.app(1_400_000_001).unwrap().user_sig("administrator").unwrap();
    let other_user = server.app.user_sig("somebody").unwrap();
    let code = |replacement: String| {
        let (server, right) = (&server, &right);
        async move { send_with(server, right.as_str(), &replacement).await.0 }
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
async fn signature_expires_by_the_clock() {
    let server = TestServer::new().await;
    let path = format!("{PATH}?{}", server.query());
    server.clock.advance_seconds(86_399);
    assert_ok(&server.send(Method::POST, &path, BODY).await.1);
    server.clock.advance_seconds(1);
    assert_error(&server.send(Method::POST, &path, BODY).await.1, 70001);
}

#[tokio::test]
async fn caller_must_be_an_admin() {
    let server = TestServer::new().await;
    let query = server
        .query()
        .replace("identifier=administrator", "identifier=somebody")
        .replace(user_sig(&server).as_str(), server.app.user_sig("somebody").unwrap().as_str());
    let mut codes = BTreeSet::new();
    for spec in ENDPOINTS.iter().filter(|spec| server.emulator.emulates(spec)) {
        let path = format!("/v4/{}/{}?{query}", spec.service, spec.command);
        let (_, response) = server.send(Method::POST, &path, "{}").await;
        let code = spec.service_spec().unwrap().not_admin_code.get();
        assert_error_of(spec, &response, code);
        codes.insert(code);
    }
    assert!(
        codes.is_superset(&BTreeSet::from([10001, 60010, 70403, 90009, 30004, 130002])),
        "{codes:?}"
    );
}

#[tokio::test]
async fn url_parameters_are_percent_decoded() {
    let server = TestServer::with(NOW, |builder| builder.admin("the admin & co+ü%")).await;
    let user_sig = server.app.user_sig("the admin & co+ü%").unwrap();
    for identifier in ["the%20admin%20%26%20co%2B%C3%BC%25", "the+admin+%26+co%2b%c3%bc%25"] {
        let query = format!(
            "contenttype=json&random=0&usersig={}&identifier={identifier}&sdkappid=1400000000",
            user_sig.as_str().replace('*', "%2A")
        );
        let (_, response) = server.send(Method::POST, &format!("{PATH}?{query}"), BODY).await;
        assert_ok(&response);
    }
}

#[tokio::test]
async fn signature_of_the_vendor_library_is_accepted() {
    let key = "7f14aa0fe5569517d3bae57a4b2dcbed15a635f8382f64330c39e35ad25650ae";
    let server = TestServer::with(1_700_000_100, |builder| {
        builder.app(1_400_000_001, SecretKey::new(key).unwrap())
    })
    .await;
    let user_sig = "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkElNyM-Myi0uKEkvyi2BKilOyEwsKMlOACgxN\
                    DCDAECqXWlGQWZQKlDEzMLEwMICKlmTmgsQMzaGqYeLFmekgW-zzShLd88uyUspNq4otPYPygsySvAvL\
                    nEIrikoq3RxLnCNKPdw9XJ1TPCxslWoBle02hw__";
    let query = format!(
        "sdkappid=1400000001&identifier=administrator&usersig={user_sig}&random=4294967295&contenttype=json"
    );
    let (_, response) = server.send(Method::POST, &format!("{PATH}?{query}"), BODY).await;
    assert_ok(&response);
}

#[tokio::test]
async fn invalid_url_fails_with_a_code_and_status_200() {
    let server = TestServer::new().await;
    let query = server.query().to_owned();
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
        let (status, response) = server.send(method, &format!("{path}?{query}"), BODY).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_error(&response, code);
    }
    assert_eq!(server.emulator.calls().unknown_endpoints(), 9);
}

#[tokio::test]
async fn apps_share_no_state() {
    let server = TestServer::with(NOW, |builder| {
        let key = || SecretKey::new("one key").unwrap();
        builder.app(1, key()).app(2, key())
    })
    .await;
    let other = server.emulator.app(2).unwrap();
    server.app.create_group("@TGS#1", chat_types::GroupType::Public).unwrap();
    assert_eq!(
        other.member_count("@TGS#1").unwrap_err().to_string(),
        "group @TGS#1 does not exist; create it first"
    );
    assert!(server.emulator.app(3).is_err());
    assert_eq!(server.emulator.apps().collect::<Vec<_>>(), [1, 2]);
}
