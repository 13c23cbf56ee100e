//! What is measured against what.

use std::{convert::Infallible, net::SocketAddr, pin::Pin, sync::mpsc};

use bytes::Bytes;
use chat_transport::{Client, Quota};
use chat_types::group::GetGroupBanMember;
use chat_usersig::SecretKey;
use http::{Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use tokio::net::TcpListener;

const REQUEST: &str = r#"{"GroupId":"@TGS#aC5SZEAEF","Limit":100,"Offset":0}"#;
const ANSWER: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","BannedAccountList":[{"Member_Account":"peter","BannedUntil":1458115189}],"NextOffset":0}"#;

/// Calls through the client, without a quota.
pub(crate) fn through_client(server: SocketAddr) -> impl Fn() -> Call + Clone + Send + 'static {
    let key = SecretKey::new("5bd2850fff3ecb11d7c805251c51ee46").unwrap();
    let client = Client::builder(1_400_000_000, key)
        .endpoint(format!("http://{server}"))
        .quota(Quota::unlimited())
        .build()
        .unwrap();
    move || {
        let client = client.clone();
        Box::pin(async move {
            let request = GetGroupBanMember::new("@TGS#aC5SZEAEF").limit(100);
            client.call(&request).await.unwrap().body.next_offset
        })
    }
}

/// Calls through a bare hyper-util client that sends the same bytes.
pub(crate) fn bare(server: SocketAddr) -> impl Fn() -> Call + Clone + Send + 'static {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client = legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .build::<_, Full<Bytes>>(connector);
    let uri = uri(server);
    move || {
        let (client, uri) = (client.clone(), uri.clone());
        Box::pin(async move {
            let request = Request::post(uri)
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::USER_AGENT, "chat-transport/0.1.0")
                .body(Full::from(REQUEST))
                .unwrap();
            let response = client.request(request).await.unwrap();
            response.into_body().collect().await.unwrap().to_bytes().len() as u64
        })
    }
}

/// A call that answers something.
pub(crate) type Call = Pin<Box<dyn Future<Output = u64> + Send>>;

/// As long as that of a call.
fn uri(server: SocketAddr) -> http::Uri {
    let path = "/v4/group_open_http_svc/get_group_ban_member";
    let user_sig = "x".repeat(190);
    let query = format!("sdkappid=1400000000&identifier=administrator&usersig={user_sig}");
    format!("http://{server}{path}?{query}&random=4294967295&contenttype=json").parse().unwrap()
}

/// A server on a thread of its own.
pub(crate) fn serve() -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let response = service_fn(async |request: Request<Incoming>| {
                    let _ = request.into_body().collect().await;
                    Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(ANSWER)))
                });
                tokio::spawn(
                    http1::Builder::new().serve_connection(TokioIo::new(stream), response),
                );
            }
        });
    });
    receiver.recv().unwrap()
}
