//! What a call costs on top of HTTP: calls through the client beside a bare hyper-util client that
//! sends the same bytes to the same server, each with 64 tasks.
#![allow(missing_docs, reason = "criterion's macros generate public items")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "the ratio is for whoever started it")]

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    sync::mpsc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use chat_transport::{Client, Quota};
use chat_types::group::GetGroupBanMember;
use chat_usersig::SecretKey;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use http::{Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use tokio::{net::TcpListener, runtime::Runtime, task::JoinSet};

const TASKS: u64 = 64;
const ROUNDS: usize = 101;
const ROUND: u64 = 4_000;
const REQUEST: &str = r#"{"GroupId":"@TGS#aC5SZEAEF","Limit":100,"Offset":0}"#;
const ANSWER: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","BannedAccountList":[{"Member_Account":"peter","BannedUntil":1458115189}],"NextOffset":0}"#;

fn calls(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let server = serve();
    let through_client = through_client(server);
    let bare = bare(server);

    let mut group = criterion.benchmark_group("call");
    group.throughput(Throughput::Elements(1));
    group.bench_function("chat-transport", |bencher| {
        bencher.iter_custom(|calls| runtime.block_on(spread(calls, through_client.clone())));
    });
    group.bench_function("bare hyper-util", |bencher| {
        bencher.iter_custom(|calls| runtime.block_on(spread(calls, bare.clone())));
    });
    group.finish();

    // The load of a machine changes from second to second, so rounds of both take turns.
    let round = || {
        let client = runtime.block_on(spread(ROUND, through_client.clone()));
        let bare = runtime.block_on(spread(ROUND, bare.clone()));
        bare.as_secs_f64() / client.as_secs_f64()
    };
    let mut ratios: Vec<_> = (0..ROUNDS).map(|_| round()).collect();
    ratios.sort_by(f64::total_cmp);
    eprintln!("calls per second, chat-transport to bare hyper-util: {:.2}", ratios[ROUNDS / 2]);
}

fn through_client(server: SocketAddr) -> impl Fn() -> Call + Clone + Send + 'static {
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
            client.call(&request).await.unwrap().response.next_offset
        })
    }
}

fn bare(server: SocketAddr) -> impl Fn() -> Call + Clone + Send + 'static {
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

type Call = Pin<Box<dyn Future<Output = u64> + Send>>;

/// Makes calls in 64 tasks and answers how long they took.
async fn spread(calls: u64, call: impl Fn() -> Call + Clone + Send + 'static) -> Duration {
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let share = calls / TASKS + u64::from(task < calls % TASKS);
        let call = call.clone();
        tasks.spawn(async move {
            for _ in 0..share {
                std::hint::black_box(call().await);
            }
        });
    }
    tasks.join_all().await;
    start.elapsed()
}

/// As long as that of a call.
fn uri(server: SocketAddr) -> http::Uri {
    let path = "/v4/group_open_http_svc/get_group_ban_member";
    let user_sig = "x".repeat(190);
    let query = format!("sdkappid=1400000000&identifier=administrator&usersig={user_sig}");
    format!("http://{server}{path}?{query}&random=4294967295&contenttype=json").parse().unwrap()
}

/// A server on a thread of its own.
fn serve() -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let answer = service_fn(async |request: Request<Incoming>| {
                    let _ = request.into_body().collect().await;
                    Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(ANSWER)))
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
            }
        });
    });
    receiver.recv().unwrap()
}

criterion_group!(benches, calls);
criterion_main!(benches);
