//! How many webhooks a receiver takes per second, compared with a handler that only reads the body.
//!
//! `cargo bench -p chat-webhook` starts both on hyper, on loopback sockets, and fails if the receiver, with
//! authentication and typed dispatch, is slower than 0.6 of the bare handler in the same run.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and may fail")]

use std::{
    convert::Infallible,
    net::SocketAddr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use chat_types::{
    clock::ManualClock,
    webhook::group::{CallbackBeforeSendMsg, CallbackBeforeSendMsgResponse},
};
use chat_webhook::{Event, Token, WebhookReceiver};
use futures_util::future::join_all;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::net::{TcpListener, TcpStream};

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let ratio = runtime.block_on(compare());
    assert!(ratio >= LEAST_RATIO, "the receiver reaches {ratio:.2} of a bare handler");
}

/// Returns the throughput of the receiver as a part of that of the bare handler.
async fn compare() -> f64 {
    let (bare, receiver) = (start_bare().await, start_receiver().await);
    let mut fastest = [Duration::MAX; 2];
    // Alternating, so that other work on the machine slows down both.
    for _ in 0..ROUNDS {
        for (server, fastest) in [bare, receiver].into_iter().zip(&mut fastest) {
            *fastest = (*fastest).min(measure(server).await);
        }
    }
    let [bare, receiver] = fastest.map(|time| f64::from(REQUESTS) / time.as_secs_f64());
    let ratio = receiver / bare;
    println!("bare handler: {bare:.0}/s, receiver: {receiver:.0}/s, ratio {ratio:.2}");
    ratio
}

async fn start_bare() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = service_fn(|request: Request<Incoming>| async {
                let body = request.into_body().collect().await.unwrap().to_bytes();
                assert_eq!(body.len(), BODY.len());
                Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(ALLOW.as_bytes()))))
            });
            let connection = hyper::server::conn::http1::Builder::new();
            tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
        }
    });
    address
}

async fn start_receiver() -> SocketAddr {
    let receiver = WebhookReceiver::builder(1_400_000_000)
        .token(Token::new("xxxxyyyy").unwrap())
        .clock(ManualClock::at(1_669_872_112))
        .deadline(Duration::from_millis(1_500), tokio::time::sleep)
        .on(|event: Event<CallbackBeforeSendMsg>| async move {
            assert_eq!(event.body.from_account.as_str(), "jared");
            CallbackBeforeSendMsgResponse::default()
        })
        .build()
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = TowerToHyperService::new(receiver.clone());
            let connection = hyper::server::conn::http1::Builder::new();
            tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
        }
    });
    address
}

/// Sends the requests over several connections, and returns the time they take.
async fn measure(server: SocketAddr) -> Duration {
    let start = Instant::now();
    join_all((0..CONNECTIONS).map(|_| tokio::spawn(send(server, REQUESTS / CONNECTIONS)))).await;
    start.elapsed()
}

async fn send(server: SocketAddr, requests: u32) {
    let stream = TcpStream::connect(server).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    for _ in 0..requests {
        sender.ready().await.unwrap();
        let body = Full::new(Bytes::from_static(BODY.as_bytes()));
        let request = Request::post(URL).header("Host", "localhost").body(body).unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), 200);
        response.into_body().collect().await.unwrap();
    }
}

const LEAST_RATIO: f64 = 0.6;

const ROUNDS: u32 = 5;

const REQUESTS: u32 = 20_000;

const CONNECTIONS: u32 = 8;

const URL: &str = "/webhooks?SdkAppid=1400000000&CallbackCommand=Group.CallbackBeforeSendMsg\
    &contenttype=json&ClientIP=127.0.0.1&OptPlatform=RESTAPI&RequestTime=1669872112\
    &Sign=17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061";

const ALLOW: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;

const BODY: &str = r#"{"CallbackCommand":"Group.CallbackBeforeSendMsg","GroupId":"@TGS#2J4SZEAEL","Type":"Public","From_Account":"jared","Operator_Account":"admin","Random":123456,"OnlineOnlyFlag":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"red packet"}}],"CloudCustomData":"your cloud custom data","EventTime":"1670574414123"}"#;
