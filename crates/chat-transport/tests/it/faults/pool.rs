//! Calls to a server that closes pooled connections at any time.

use std::{
    io::{self, Read as _, Write as _},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
        mpsc,
    },
    time::Duration,
};

use chat_transport::{Client, Quota};
use chat_types::{GroupType, group::CreateGroup};
use fastrand::Rng;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    runtime::Builder,
    task::JoinSet,
    time::timeout,
};

use crate::support::{APP, OK, key, request};

/// The number of connections that the server has closed.
#[derive(Debug, Default)]
struct Closed {
    /// While they were idle.
    idle: AtomicU32,
    /// Right after a response that did not announce it.
    after_response: AtomicU32,
    /// After reading a request, without a response.
    without_response: AtomicU32,
}

/// The default number of calls; `FAULTS_CALLS` sets another, such as 100,000.
const CALLS: u32 = 8_000;
/// The default number of concurrent calls; `FAULTS_TASKS` sets another, such as 1,000, for which the
/// process may have to open more than 2,000 files.
const TASKS: u32 = 64;
const SEED: u64 = 0x5eed;
const BACKLOG: u32 = 4_096;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn safe_calls_survive_connections_closed_at_random() {
    let calls = std::env::var("FAULTS_CALLS").map_or(CALLS, |calls| calls.parse().unwrap());
    let concurrent = std::env::var("FAULTS_TASKS").map_or(TASKS, |tasks| tasks.parse().unwrap());
    let closed = Arc::<Closed>::default();
    let server = start(Arc::clone(&closed));
    let client = Client::builder(APP, key())
        .endpoint(format!("http://{server}"))
        .quota(Quota::unlimited())
        .timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    let start = std::time::Instant::now();
    let mut tasks = JoinSet::new();
    for task in 0..concurrent {
        let client = client.clone();
        tasks.spawn(async move {
            for call in (task..calls).step_by(concurrent as usize) {
                if let Err(error) = client.call(&request()).await {
                    panic!("call {call}: {error:?}");
                }
            }
        });
    }
    tasks.join_all().await;
    println!("{calls} calls in {:?}: {:?}, {closed:?}", start.elapsed(), client.stats());
    assert_eq!((client.stats().calls, client.stats().failures), (calls.into(), 0));
    // The server closed as many connections as intended.
    assert!(closed.idle.load(Relaxed) > calls / 1_000, "{closed:?}");
    assert!(closed.after_response.load(Relaxed) > calls / 200, "{closed:?}");
    assert!(closed.without_response.load(Relaxed) > calls / 4_000, "{closed:?}");
    assert!(client.stats().retries > 0);
}

#[tokio::test]
async fn no_request_is_written_to_a_closed_connection() {
    call_and_disturb(drop).await;
}

#[tokio::test]
async fn no_request_is_written_after_bytes_that_nobody_asked_for() {
    call_and_disturb(|mut stream| {
        let refusal = r#"{"ErrorCode":10004,"ErrorInfo":"a response to an earlier request"}"#;
        respond(&mut stream, refusal);
        // Open for longer than the test takes.
        std::mem::forget(stream);
    })
    .await;
}

/// Makes calls that are not safe to repeat, after each of which the server does this to its idle
/// connection.
async fn call_and_disturb(disturb: fn(std::net::TcpStream)) {
    let server = DisturbingServer::start(disturb);
    let client = Client::builder(APP, key())
        .endpoint(format!("http://{}", server.address))
        .quota(Quota::unlimited())
        .build()
        .unwrap();
    let unsafe_to_repeat = CreateGroup::new(GroupType::Public, "lobby");
    for _ in 0..50 {
        client.call(&unsafe_to_repeat).await.unwrap();
        server.disturb();
    }
    assert_eq!(client.stats().retries, 0);
}

/// A server that responds once per connection, and then disturbs the connection on demand.
struct DisturbingServer {
    address: SocketAddr,
    disturb: mpsc::Sender<()>,
    is_disturbed: mpsc::Receiver<()>,
}

impl DisturbingServer {
    fn start(disturb: fn(std::net::TcpStream)) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (request, requested) = mpsc::channel();
        let (done, is_disturbed) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                read_blocking(&mut stream);
                respond(&mut stream, r#"{"ErrorCode":0,"GroupId":"@TGS#new"}"#);
                if requested.recv().is_err() {
                    return;
                }
                disturb(stream);
                done.send(()).unwrap();
            }
        });
        Self { address, disturb: request, is_disturbed }
    }

    /// Disturbs the connection while the caller's thread is blocked, so that a single-threaded
    /// runtime does not notice it.
    fn disturb(&self) {
        self.disturb.send(()).unwrap();
        self.is_disturbed.recv().unwrap();
    }
}

fn read_blocking(stream: &mut std::net::TcpStream) {
    let mut request = Vec::new();
    while !request.ends_with(b"}") {
        let mut bytes = [0; 4_096];
        let length = stream.read(&mut bytes).unwrap();
        request.extend_from_slice(&bytes[..length]);
    }
}

fn respond(stream: &mut std::net::TcpStream, body: &str) {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all((head + body).as_bytes()).unwrap();
}

/// Starts the server on its own thread, with a runtime that polls the network all the time: closing a
/// connection on which a request has already arrived unnoticed would be the server's fault.
fn start(closed: Arc<Closed>) -> SocketAddr {
    let (sender, address) = mpsc::channel();
    let runtime = Builder::new_current_thread().event_interval(1).enable_all().build().unwrap();
    std::thread::spawn(move || {
        runtime.block_on(async {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
            // Where the backlog is full, the operating system drops connections for seconds.
            let listener = socket.listen(BACKLOG).unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            let mut random = Rng::with_seed(SEED);
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, random.fork(), Arc::clone(&closed)));
            }
        });
    });
    address.recv().unwrap()
}

async fn serve(mut stream: TcpStream, mut random: Rng, closed: Arc<Closed>) {
    let response = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{OK}", OK.len());
    loop {
        let is_impatient = random.u32(..10) == 0;
        let pause = Duration::from_micros(random.u64(..3_000));
        if is_impatient && timeout(pause, stream.readable()).await.is_err() {
            closed.idle.fetch_add(1, Relaxed);
            return;
        }
        if read_request(&mut stream).await.is_err() {
            return;
        }
        if random.u32(..1_000) == 0 {
            closed.without_response.fetch_add(1, Relaxed);
            return;
        }
        if stream.write_all(response.as_bytes()).await.is_err() {
            return;
        }
        if random.u32(..50) == 0 {
            closed.after_response.fetch_add(1, Relaxed);
            return;
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> io::Result<()> {
    // The end of the only body that is sent here.
    const END: &[u8] = br#""Offset":0}"#;
    let mut request = Vec::with_capacity(1_024);
    while !request.ends_with(END) {
        if stream.read_buf(&mut request).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}
