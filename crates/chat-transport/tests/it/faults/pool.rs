//! A server that closes its connections whenever it likes.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use chat_transport::{Client, Quota};
use fastrand::Rng;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};

use crate::support::{APP, OK, key, request};

#[derive(Debug, Default)]
struct Closed {
    /// While nothing was under way.
    idle: AtomicU32,
    /// Right after an answer, which did not say so.
    after_answer: AtomicU32,
    /// With a request that was read and not answered.
    without_answer: AtomicU32,
}

/// `FAULTS_CALLS` sets another number of calls than this.
const CALLS: u32 = 20_000;
const TASKS: u32 = 64;
const SEED: u64 = 0x5eed;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg(feature = "hyper")]
async fn no_safe_call_fails_with_a_server_that_closes_connections_at_random() {
    let calls = std::env::var("FAULTS_CALLS").map_or(CALLS, |calls| calls.parse().unwrap());
    let closed = Arc::<Closed>::default();
    let server = start(Arc::clone(&closed)).await;
    let client = Client::builder(APP, key())
        .endpoint(format!("http://{server}"))
        .quota(Quota::unlimited())
        .build()
        .unwrap();
    let start = std::time::Instant::now();
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let client = client.clone();
        tasks.spawn(async move {
            for call in (task..calls).step_by(TASKS as usize) {
                if let Err(error) = client.call(&request()).await {
                    panic!("call {call}: {error:?}");
                }
            }
        });
    }
    tasks.join_all().await;
    println!("{calls} calls in {:?}: {:?}, {closed:?}", start.elapsed(), client.stats());
    assert_eq!((client.stats().calls, client.stats().failures), (calls.into(), 0));
    // It was as bad as it was meant to be.
    assert!(closed.idle.load(Relaxed) > calls / 1_000, "{closed:?}");
    assert!(closed.after_answer.load(Relaxed) > calls / 200, "{closed:?}");
    assert!(closed.without_answer.load(Relaxed) > calls / 4_000, "{closed:?}");
    assert!(client.stats().retries > 0);
}

async fn start(closed: Arc<Closed>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut random = Rng::with_seed(SEED);
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, random.fork(), Arc::clone(&closed)));
        }
    });
    address
}

async fn serve(mut stream: TcpStream, mut random: Rng, closed: Arc<Closed>) {
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{OK}", OK.len());
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
            closed.without_answer.fetch_add(1, Relaxed);
            return;
        }
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
        if random.u32(..50) == 0 {
            closed.after_answer.fetch_add(1, Relaxed);
            return;
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> io::Result<()> {
    // The one body that is sent here, at the end of the request.
    const END: &[u8] = br#""Offset":0}"#;
    let mut request = Vec::with_capacity(1_024);
    while !request.ends_with(END) {
        if stream.read_buf(&mut request).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}
