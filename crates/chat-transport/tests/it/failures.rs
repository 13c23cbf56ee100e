//! What the errors of calls report.

use std::{error::Error as _, time::Duration};

use chat_transport::{Client, ErrorKind, Phase};
use chat_types::{
    Endpoint, ErrorCode,
    group::{CreateGroup, GetGroupBanMember},
    room::GetSeatList,
    spec::{ErrorClass, RepeatSafety, RetryAdvice},
};

use crate::{
    server::{Reply, Server, closed_port, json},
    support::{APP, OK, clients, each_error, each_kind, key, request},
};

const SHORT: Duration = Duration::from_millis(400);

#[tokio::test]
async fn code_other_than_0_is_a_refusal() {
    for body in [
        r#"{"ActionStatus":"FAIL","ErrorCode":10007,"ErrorInfo":"not\npermitted","Rest":[1]}"#,
        r#"{"ActionStatus":"OK","ErrorCode":10007,"ErrorInfo":"not\npermitted","Rest":[1]}"#,
        r#"{"ErrorCode":"10007","ErrorDisplay":"not\npermitted","Rest":[1]}"#,
    ] {
        each_error(
            move |_| json(body),
            |builder| builder,
            |error| {
                assert!(error.is_api());
                assert_eq!(error.code(), Some(ErrorCode::from(10007)));
                assert_eq!(error.info(), Some("not\npermitted"));
                assert!(!error.is_unsent() && !error.is_retryable());
                assert_eq!(error.body(), body.as_bytes());
                assert_eq!(error.endpoint().command, "get_group_ban_member");
                let meaning = error.meaning().unwrap().trim_end_matches('.');
                let text = error.to_string();
                let endpoint = "group_open_http_svc/get_group_ban_member";
                let expected =
                    format!("{endpoint}: refused with code 10007 (not permitted): {meaning}");
                assert!(text.starts_with(&expected), "{text}");
            },
        )
        .await;
    }
}

#[tokio::test]
async fn unknown_url_of_a_regional_service_names_its_regions() {
    let unknown = r#"{"ErrorCode":60009,"ErrorInfo":"no such resource"}"#;
    let server = Server::start(move |_| json(unknown)).await;
    for (_, client) in clients(&server) {
        let error = client.call(&GetSeatList::new("weekly-review")).await.unwrap_err();
        let hint = "room_engine_http_mic exists only in the regions china, singapore";
        assert_eq!(error.hint().as_deref(), Some(hint));
        let error = client.call(&request()).await.unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::UNKNOWN_RESOURCE));
        let hint = error.hint().unwrap();
        assert!(hint.starts_with("check the service and the command"), "{hint}");
    }
}

#[tokio::test]
async fn refusal_keeps_the_request_id() {
    for (id, kept) in [(r#""Id-8c98""#, Some("Id-8c98")), ("7", None), ("null", None)] {
        let body = format!(r#"{{"ErrorCode":10007,"ErrorInfo":"","RequestId":{id}}}"#);
        each_error(
            move |_| json(&body),
            |builder| builder,
            move |error| {
                assert_eq!(error.code(), Some(ErrorCode::from(10007)));
                assert_eq!(error.request_id(), kept);
                let shown = error.to_string().contains("(request ID Id-8c98)");
                assert_eq!(shown, kept.is_some(), "{error}");
            },
        )
        .await;
    }
}

#[tokio::test]
async fn refusal_says_whether_to_retry() {
    for (code, retryable, advice) in [
        (60007, true, RetryAdvice::AfterBackoff),
        (10002, true, RetryAdvice::AfterBackoff),
        (70001, true, RetryAdvice::AfterNewSignature),
        (10004, false, RetryAdvice::Never),
        (4711, false, RetryAdvice::Never),
    ] {
        each_error(
            move |_| Reply::Json(format!(r#"{{"ErrorCode":{code},"ErrorInfo":"x"}}"#)),
            |builder| builder,
            |error| {
                assert_eq!(error.retry_advice(), Some(advice), "{error}");
                assert_eq!(error.is_retryable(), retryable, "{error}");
                assert_eq!(error.is_rate_limited(), code == 60007, "{error}");
                let class = error.class().unwrap();
                assert_eq!(class == ErrorClass::RateLimited, code == 60007);
            },
        )
        .await;
    }
}

#[tokio::test]
async fn repeat_safety_depends_on_the_request() {
    let safety = CreateGroup::SPEC.repeat.safety;
    assert!(matches!(safety, RepeatSafety::SafeWith { field: "GroupId", .. }), "{safety:?}");
    let server = Server::start(|_| Reply::HangUp).await;
    for (_, client) in clients(&server) {
        let client = client.with_checks(false);
        for (request, is_safe) in [
            (r#"{"Type":"Public","Name":"x","GroupId":"mine"}"#, true),
            (r#"{"Type":"Public","Name":"x","GroupId":null}"#, false),
            (r#"{"Type":"Public","Name":"x"}"#, false),
        ] {
            let error = client.call_json(CreateGroup::SPEC, request).await.unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::ConnectionLost);
            assert_eq!(error.is_retryable(), is_safe, "{request}");
            assert!(!error.is_unsent());
        }
    }
}

#[tokio::test]
async fn invalid_json_is_kept_in_the_error() {
    for body in ["<html>\n<h1>Bad   Gateway</h1>", "", "{\"ErrorCode\":0", "{} {}", "nonsense"] {
        each_error(
            move |_| json(body),
            |builder| builder,
            |error| {
                assert_eq!(error.body(), body.as_bytes());
                assert!(!error.is_unsent() && !error.is_retryable());
                assert_eq!(error.kind(), &ErrorKind::InvalidJson, "{body}");
                let text = error.to_string();
                assert!(!text.contains('\n'), "{text}");
                assert!(!body.starts_with("<html>") || text.contains("<h1>Bad Gateway"), "{text}");
            },
        )
        .await;
    }
}

#[tokio::test]
async fn undocumented_form_is_reported_with_the_field() {
    for (body, at, what) in [
        (r#"{"ErrorCode":0}"#, "", "NextOffset"),
        (r#"{"ErrorCode":0,"NextOffset":"later"}"#, "NextOffset", "an integer"),
        (r#"{"ActionStatus":"OK"}"#, "", "ErrorCode"),
        (r#"{"ErrorCode":[]}"#, "ErrorCode", "an integer"),
        (r#"{"ErrorCode":10004,"ErrorInfo":7}"#, "ErrorInfo", "string"),
        (r#"["OK",0,"",""]"#, "", "object"),
        ("7", "", "object"),
    ] {
        each_error(
            move |_| json(body),
            |builder| builder,
            |error| {
                let ErrorKind::Decode { path, problem, .. } = error.kind() else {
                    panic!("{error:?}")
                };
                assert_eq!(path, at, "{body}");
                assert!(problem.contains(what), "{error}");
                assert!(error.to_string().contains(problem), "{error}");
                assert_eq!(error.body(), body.as_bytes());
                assert!(!error.is_unsent() && !error.is_retryable());
            },
        )
        .await;
    }
}

#[tokio::test]
async fn status_other_than_200_is_always_an_error() {
    for (status, retryable) in [
        (500, true),
        (502, true),
        (503, true),
        (504, true),
        (429, true),
        (404, false),
        (201, false),
    ] {
        for body in ["<html>sorry</html>", "", OK] {
            each_error(
                move |_| Reply::Status(status, body.to_owned()),
                |builder| builder,
                |error| {
                    let ErrorKind::HttpStatus { status: found, refusal: None, .. } = error.kind()
                    else {
                        panic!("{error:?}")
                    };
                    assert_eq!(*found, status);
                    assert_eq!(error.is_retryable(), retryable, "{error}");
                    assert_eq!(error.is_rate_limited(), status == 429);
                    assert!(!error.is_unsent() && !error.is_api());
                    assert_eq!(error.body(), body.as_bytes());
                },
            )
            .await;
        }
    }
}

#[tokio::test]
async fn code_under_another_status_is_reported() {
    let body = r#"{"ErrorCode":60018,"ErrorInfo":"slow down"}"#;
    each_error(
        move |_| Reply::Status(503, body.to_owned()),
        |builder| builder,
        |error| {
            assert!(matches!(error.kind(), ErrorKind::HttpStatus { status: 503, .. }));
            assert_eq!(error.code(), Some(ErrorCode::from(60018)));
            assert!(error.to_string().contains("503"), "{error}");
            assert!(error.to_string().contains("60018 (slow down)"), "{error}");
            assert!(!error.is_api());
        },
    )
    .await;
}

#[tokio::test]
async fn redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let target = Server::start(|_| json(OK)).await;
        let reply = Reply::Redirect(status, format!("{}/v4/a/b?c=d", target.url()));
        each_kind(reply, |kind| match kind {
            ErrorKind::HttpStatus { status: found, .. } => *found == status,
            _ => false,
        })
        .await;
        assert_eq!(target.connections(), 0, "{status}");
    }
}

#[tokio::test]
#[cfg(feature = "reqwest")]
async fn redirect_followed_by_reqwest_is_detected() {
    use chat_transport::backend::ReqwestBackend;

    for (status, is_followed) in [(301, true), (302, true), (303, true), (307, false)] {
        let target = Server::start(|_| json(OK)).await;
        let url = target.url();
        let server = Server::start(move |_| Reply::Redirect(status, url.clone())).await;
        let backend = ReqwestBackend::new(reqwest::Client::builder().no_proxy().build().unwrap());
        let builder = Client::builder(APP, key()).endpoint(server.url()).backend(backend);
        let error = builder.build().unwrap().call(&request()).await.unwrap_err();
        assert!(!error.is_unsent());
        // A redirect that would send the body again fails, since the body cannot be sent twice.
        assert_eq!(target.connections() > 0, is_followed, "{status}");
        if is_followed {
            assert_eq!(error.kind(), &ErrorKind::HttpClient);
            assert!(error.source().unwrap().to_string().contains("Policy::none()"), "{error:?}");
        } else {
            assert!(matches!(error.kind(), ErrorKind::HttpStatus { .. }), "{error:?}");
        }
    }
}

#[tokio::test]
async fn response_beyond_the_limit_is_an_error() {
    for reply in [Reply::Endless, json(&" ".repeat(70_000))] {
        each_error(
            move |_| reply.clone(),
            |builder| builder.max_response_bytes(65_536),
            |error| {
                let ErrorKind::ResponseTooLarge { max: 65_536, .. } = error.kind() else {
                    panic!("{error:?}")
                };
                assert!(!error.is_unsent() && !error.is_retryable());
            },
        )
        .await;
    }
}

#[tokio::test]
async fn request_beyond_the_limit_is_not_sent() {
    let server = Server::start(|_| json(OK)).await;
    for (_, builder) in crate::support::builders(&server) {
        let client = builder.max_request_bytes(34).build().unwrap();
        let error = client.call(&request()).await.unwrap_err();
        let ErrorKind::RequestTooLarge { bytes: 35, max: 34, .. } = error.kind() else {
            panic!("{error:?}")
        };
        assert!(error.is_unsent() && !error.is_retryable());
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn lost_connection_leaves_the_outcome_unknown() {
    for reply in [Reply::HangUp, Reply::CutOff("{\"ErrorCode\":0".to_owned())] {
        each_error(
            move |_| reply.clone(),
            |builder| builder,
            |error| {
                assert_eq!(error.kind(), &ErrorKind::ConnectionLost);
                assert!(!error.is_unsent());
                assert!(error.is_retryable(), "listing is safe to repeat");
                assert!(error.source().is_some());
            },
        )
        .await;
    }
}

#[tokio::test]
async fn timeout_names_its_phase() {
    for (reply, phase) in [(Reply::Silence, Phase::ResponseHead), (Reply::Stall, Phase::Body)] {
        each_error(
            move |_| reply.clone(),
            |builder| builder.timeout(SHORT),
            |error| {
                assert_eq!(error.kind(), &ErrorKind::Timeout(phase));
                assert!(error.is_timeout() && !error.is_connect());
                assert!(!error.is_unsent());
                let limit = format!("{SHORT:?}");
                assert!(error.source().unwrap().to_string().contains(&limit), "{error:?}");
            },
        )
        .await;
    }
}

#[tokio::test]
async fn timeout_can_be_set_for_single_calls() {
    let server = Server::start(|_| Reply::Silence).await;
    for (_, client) in clients(&server) {
        let error = client.with_timeout(SHORT).call(&request()).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Timeout(Phase::ResponseHead));
    }
}

#[tokio::test]
#[cfg(feature = "hyper")]
async fn refused_connection_means_unsent() {
    let port = closed_port();
    let client = Client::builder(APP, key()).endpoint(format!("http://{port}")).build().unwrap();
    let error = client.call(&request()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
    assert!(error.is_connect() && error.is_unsent() && error.is_retryable());
    assert!(error.to_string().contains(&port.to_string()), "{error}");
    assert!(format!("{error:?}").contains("refused"), "{error:?}");
    // The causes are in the source chain and not in the text.
    assert!(!error.to_string().contains("refused"), "{error}");
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    assert!(causes.map(ToString::to_string).any(|cause| cause.contains("refused")));
}

#[tokio::test]
#[cfg(feature = "reqwest")]
async fn refused_connection_of_reqwest_means_unsent() {
    use chat_transport::backend::ReqwestBackend;

    let port = closed_port();
    let url = format!("http://{port}");
    let backend = ReqwestBackend::new(reqwest::Client::builder().no_proxy().build().unwrap());
    let builder = Client::builder(APP, key()).endpoint(url).backend(backend);
    let error = builder.build().unwrap().call(&request()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
    assert!(error.is_unsent() && error.is_retryable());
}

#[tokio::test]
#[cfg(feature = "reqwest")]
async fn timeout_of_the_reqwest_client_is_a_timeout() {
    use chat_transport::backend::ReqwestBackend;

    for (reply, phase) in [(Reply::Silence, Phase::ResponseHead), (Reply::Stall, Phase::Body)] {
        let server = Server::start(move |_| reply.clone()).await;
        let http = reqwest::Client::builder().no_proxy().timeout(SHORT).build().unwrap();
        let builder = Client::builder(APP, key()).endpoint(server.url());
        let client = builder.backend(ReqwestBackend::new(http)).build().unwrap();
        let error = client.call(&request()).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Timeout(phase), "{error:?}");
        assert!(!error.is_unsent());
    }
}

#[tokio::test]
async fn unserializable_custom_endpoint_is_reported() {
    #[derive(Debug)]
    struct Broken;

    impl serde::Serialize for Broken {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("out of ink"))
        }
    }

    impl Endpoint for Broken {
        const SPEC: &'static chat_types::spec::EndpointSpec = GetGroupBanMember::SPEC;
        type Response = serde_json::Value;
    }

    let server = Server::start(|_| json(OK)).await;
    for (_, client) in clients(&server) {
        let error = client.call(&Broken).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Encode);
        assert!(error.is_unsent());
        assert_eq!(error.source().unwrap().to_string(), "out of ink");
    }
}
