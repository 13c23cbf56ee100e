//! Tests of the HTTP server: start, shutdown, bodies and connections.

use std::time::{Duration, UNIX_EPOCH};

use chat_emulator::{Emulator, QuotaMode, SecretKey};
use chat_types::clock::Clock as _;
use hyper::{Method, StatusCode};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{
    http::Connection,
    test_server::{NOW, TestServer, assert_error},
};

#[tokio::test]
async fn many_calls_share_one_connection() {
    let server = TestServer::new().await;
    let mut connection = Connection::open(&server.emulator).await;
    let path = format!("/v4/group_open_http_svc/get_appid_group_list?{}", server.query());
    for _ in 0..50 {
        let (status, _) = connection.send(Method::POST, &path, "{}").await;
        assert_eq!(status, StatusCode::OK);
    }
    assert_eq!(server.emulator.calls().total(), 50);
}

#[tokio::test]
async fn body_over_the_limit_gets_status_413() {
    let server = TestServer::with(NOW, |builder| builder.max_request_bytes(1_000)).await;
    let path = format!("/v4/group_open_http_svc/get_appid_group_list?{}", server.query());
    let body = |bytes: usize| format!("{{{}}}", " ".repeat(bytes - 2));
    let (status, _) = server.send(Method::POST, &path, &body(1_000)).await;
    assert_eq!(status, StatusCode::OK);
    for bytes in [1_001, 1 << 20] {
        let (status, _) = server.send(Method::POST, &path, &body(bytes)).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    }
    server.call_ok("get_appid_group_list", "{}").await;
}

#[tokio::test]
async fn client_that_closes_its_side_gets_its_responses() {
    let server = TestServer::new().await;
    let path = format!("/v4/group_open_http_svc/get_appid_group_list?{}", server.query());
    let request = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}");
    for requests in [1, 20] {
        for _ in 0..50 {
            let mut stream = TcpStream::connect(server.emulator.local_addr()).await.unwrap();
            stream.write_all(request.repeat(requests).as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut responses = String::new();
            stream.read_to_string(&mut responses).await.unwrap();
            assert_eq!(responses.matches("HTTP/1.1 200 OK").count(), requests);
        }
    }
}

#[tokio::test]
async fn date_of_a_response_follows_the_clock() {
    let server = TestServer::new().await;
    for seconds in [0, 3_600] {
        server.clock.advance_seconds(seconds);
        let mut stream = TcpStream::connect(server.emulator.local_addr()).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        let now = UNIX_EPOCH + Duration::from_secs(server.clock.now().get());
        let expected = format!("date: {}\r\n", httpdate::fmt_http_date(now));
        assert!(response.contains(&expected), "{response}");
        assert_eq!(response.matches("date: ").count(), 1, "{response}");
    }
}

#[tokio::test]
async fn invalid_http_breaks_only_its_own_connection() {
    let server = TestServer::new().await;
    let mut stream = TcpStream::connect(server.emulator.local_addr()).await.unwrap();
    stream.write_all(b"\x16\x03\x01 this is not HTTP\r\n\r\n").await.unwrap();
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response).await;
    let response = String::from_utf8_lossy(&response);
    assert!(response.is_empty() || response.starts_with("HTTP/1.1 400"), "{response}");
    server.call_ok("get_appid_group_list", "{}").await;
}

#[tokio::test]
async fn address_in_use_is_reported_with_advice() {
    let first = Emulator::start().await.unwrap();
    let address = first.local_addr().to_string();
    let error = Emulator::builder().listen(&address).start().await.unwrap_err();
    assert!(error.is_address_in_use());
    let text = error.to_string();
    assert!(text.contains(&address) && text.contains("another port"), "{text}");
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn invalid_address_and_invalid_factor_are_rejected() {
    for address in ["", "nonsense", "127.0.0.1", "127.0.0.1:99999"] {
        let error = Emulator::builder().listen(address).start().await.unwrap_err();
        assert!(!error.is_address_in_use());
        assert!(error.to_string().contains("127.0.0.1:8080"), "{error}");
    }
    let error = Emulator::builder().quotas(QuotaMode::Scaled(-1.0)).start().await.unwrap_err();
    assert!(error.to_string().contains("factor"), "{error}");
}

#[tokio::test]
async fn listen_address_can_be_a_name_and_url_is_connectable() {
    let emulator = Emulator::builder().listen("localhost:0").start().await.unwrap();
    assert!(emulator.local_addr().ip().is_loopback());
    assert_eq!(emulator.url(), format!("http://{}", emulator.local_addr()));
    let everywhere = Emulator::builder().listen("0.0.0.0:0").start().await.unwrap();
    assert_eq!(everywhere.url(), format!("http://127.0.0.1:{}", everywhere.local_addr().port()));
}

#[tokio::test]
async fn shutdown_closes_idle_connections_and_frees_the_address() {
    let emulator = Emulator::start().await.unwrap();
    let address = emulator.local_addr();
    let mut idle = TcpStream::connect(address).await.unwrap();
    timeout(Duration::from_secs(2), emulator.shutdown())
        .await
        .expect("an idle connection does not delay the shutdown");
    assert_eq!(idle.read(&mut [0; 8]).await.unwrap_or(0), 0);
    let again = Emulator::builder().listen(address.to_string()).start().await.unwrap();
    assert_eq!(again.local_addr(), address);
}

#[tokio::test]
async fn drop_stops_the_server() {
    let emulator = Emulator::start().await.unwrap();
    let address = emulator.local_addr();
    assert!(
        timeout(Duration::from_millis(50), emulator.wait_for_shutdown()).await.is_err(),
        "the server is running"
    );
    drop(emulator);
    let stopped = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(2), stopped).await.expect("the server stops listening");
}

/// Sends bytes on a new connection and returns everything up to its end.
async fn exchange(server: &TestServer, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.emulator.local_addr()).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut response = Vec::new();
    let end = timeout(Duration::from_secs(5), stream.read_to_end(&mut response)).await;
    let response = String::from_utf8(response).unwrap();
    assert!(end.is_ok_and(|read| read.is_ok()), "the connection stays open after {response:?}");
    response
}

#[tokio::test]
async fn every_method_but_post_fails_with_60002_whatever_the_target() {
    let server = TestServer::new().await;
    let path = format!("/v4/group_open_http_svc/get_appid_group_list?{}", server.query());
    let absolute = format!("http://example.com{path}");
    for method in
        ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "post"]
    {
        for target in [path.as_str(), &absolute, "example.com:80", "*"] {
            let request =
                format!("{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            let response = exchange(&server, request.as_bytes()).await;
            let (head, body) = response.split_once("\r\n\r\n").unwrap();
            if body.is_empty() {
                // A target that is not a URL never reaches the service.
                assert!(head.starts_with("HTTP/1.1 400"), "{method} {target}: {head}");
                continue;
            }
            let status = if method == "CONNECT" { "405" } else { "200" };
            assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{method} {target}: {head}");
            let body: Value = serde_json::from_str(body).unwrap();
            let info = assert_error(&body, 60002);
            assert!(info.contains(&format!("found {method}")), "{info}");
        }
    }
    let response = exchange(&server, b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n").await;
    assert!(response.starts_with("HTTP/1.1 405") && response.contains("60002"), "{response}");
}

#[tokio::test]
async fn absolute_target_is_accepted_and_other_forms_are_not_paths() {
    let server = TestServer::new().await;
    let path = format!("/v4/group_open_http_svc/get_appid_group_list?{}", server.query());
    for (target, code) in [(format!("http://example.com{path}"), 0), ("*".to_owned(), 60002)] {
        let request = format!(
            "POST {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}"
        );
        let response = exchange(&server, request.as_bytes()).await;
        let (_, body) = response.split_once("\r\n\r\n").unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["ErrorCode"], code, "{target}: {body}");
    }
}

/// Many more connections than fit, none of which sends a whole request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_keep_nobody_waiting() {
    let server = TestServer::new().await;
    let mut idle = Vec::new();
    for number in 0..10_000 {
        // The limit on open files of this process holds for both sides.
        let Ok(mut stream) = TcpStream::connect(server.emulator.local_addr()).await else { break };
        if number % 2 == 0 {
            let _ = stream.write_all(b"POST /v4/").await;
        }
        idle.push(stream);
    }
    assert!(idle.len() > 200, "only {} connections could be opened", idle.len());
    let kept = idle.len().saturating_sub(10);
    idle.truncate(kept);
    for _ in 0..20 {
        let path = format!("/v4/group_open_http_svc/get_appid_group_list?{}", server.query());
        let call = async {
            let mut connection = Connection::open(&server.emulator).await;
            connection.send(Method::POST, &path, "{}").await
        };
        let (status, _) = timeout(Duration::from_secs(5), call).await.expect("a call waits");
        assert_eq!(status, StatusCode::OK);
    }
}

#[tokio::test]
async fn default_key_beyond_this_machine_is_warned_about() {
    let at = |address: &'static str| Emulator::builder().listen(address);
    let warning = |emulator: Emulator| emulator.exposure_warning();
    assert_eq!(warning(at("127.0.0.1:0").start().await.unwrap()), None);
    let exposed = warning(at("0.0.0.0:0").start().await.unwrap()).unwrap();
    assert!(exposed.contains("1400000000") && exposed.contains("0.0.0.0"), "{exposed}");
    let with_key = |key| at("0.0.0.0:0").app(7, SecretKey::new(key).unwrap());
    assert_eq!(warning(with_key("a key of my own").start().await.unwrap()), None);
    assert!(warning(with_key(Emulator::DEFAULT_KEY).start().await.unwrap()).is_some());
}
