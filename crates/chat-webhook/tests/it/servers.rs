//! The receiver in real servers, on real sockets.

use bytes::Bytes;
use chat_webhook::{RawResponse, RawWebhook, WebhookReceiver};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};

use crate::request::{receiver, url};

fn echo() -> WebhookReceiver {
    receiver()
        .fallback(|webhook: RawWebhook| async move {
            RawResponse::new(0, String::from_utf8_lossy(&webhook.body))
        })
        .build()
        .unwrap()
}

/// Sends two webhooks on one connection, and returns the responses.
async fn send_two(listener_address: std::net::SocketAddr) -> Vec<(StatusCode, Value)> {
    let stream = TcpStream::connect(listener_address).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let mut responses = Vec::new();
    for body in ["first", "second"] {
        sender.ready().await.unwrap();
        let request = Request::post(url("State.StateChange"))
            .header("Host", "app.example.com")
            .body(Full::new(Bytes::from(body)))
            .unwrap();
        let response = sender.send_request(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        responses.push((status, serde_json::from_slice(&body).unwrap()));
    }
    responses
}

fn assert_echoed(responses: &[(StatusCode, Value)]) {
    let infos: Vec<_> = responses.iter().map(|(_, body)| &body["ErrorInfo"]).collect();
    assert_eq!(infos, ["first", "second"]);
    assert!(responses.iter().all(|(status, _)| *status == StatusCode::OK));
}

#[tokio::test]
async fn axum_serves_webhooks() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = axum::Router::new().route_service("/webhooks", echo());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    assert_echoed(&send_two(address).await);
}

#[tokio::test]
async fn hyper_serves_webhooks() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let service = TowerToHyperService::new(echo());
        let connection = hyper::server::conn::http1::Builder::new();
        connection.serve_connection(TokioIo::new(stream), service).await.unwrap();
    });
    assert_echoed(&send_two(address).await);
}
