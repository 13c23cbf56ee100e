//! The two clients that are compared.

#[path = "../../tests/it/http_service.rs"]
#[allow(clippy::duplicate_mod, reason = "one benchmark uses the counting service as well")]
mod http_service;

use std::{future::ready, net::SocketAddr, pin::Pin};

use bytes::Bytes;
use chat_transport::{Client, Quota};
use chat_types::group::GetGroupBanMember;
use chat_usersig::SecretKey;
use http::{Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};

const REQUEST: &str = r#"{"GroupId":"@TGS#aC5SZEAEF","Limit":100,"Offset":0}"#;
const RESPONSE: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","BannedAccountList":[{"Member_Account":"peter","BannedUntil":1458115189}],"NextOffset":0}"#;

/// Returns a function that makes a call through the client, without a quota.
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

/// Returns a function that sends the same bytes through a bare hyper-util client.
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

/// A call with some result.
pub(crate) type Call = Pin<Box<dyn Future<Output = u64> + Send>>;

/// Returns a URL as long as that of a call.
fn uri(server: SocketAddr) -> http::Uri {
    let path = "/v4/group_open_http_svc/get_group_ban_member";
    let user_sig = "x".repeat(190);
    let query = format!("sdkappid=1400000000&identifier=administrator&usersig={user_sig}");
    format!("http://{server}{path}?{query}&random=4294967295&contenttype=json").parse().unwrap()
}

/// Starts the server on its own thread.
pub(crate) fn serve() -> SocketAddr {
    http_service::serve(|| ready(RESPONSE))
}
