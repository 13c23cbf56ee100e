//! A load: connections that each send one request after the other.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use super::process::cpu_seconds;

/// Requests that differ only in one number, where they have one.
#[derive(Clone, Debug)]
pub(crate) struct Requests {
    address: SocketAddr,
    bytes: Vec<u8>,
    number_at: Option<usize>,
    next: Arc<AtomicU32>,
}

/// What a load measured.
#[derive(Debug)]
pub(crate) struct Load {
    pub(crate) calls_per_second: f64,
    pub(crate) p99: Duration,
    /// Seconds of the whole process, including the client.
    pub(crate) cpu_per_call: f64,
}

impl Requests {
    pub(crate) fn new(address: SocketAddr, target: &str, body: &str) -> Self {
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let number_at = body.find(NUMBER).map(|at| head.len() + at);
        let bytes = [head.as_bytes(), body.as_bytes()].concat();
        Self { address, bytes, number_at, next: Arc::default() }
    }

    /// Returns the same requests for another server.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }

    /// Sends one request, and returns the body of the response.
    pub(crate) async fn send_one(&self) -> Bytes {
        let mut connection = Connection::open(self.clone()).await;
        let body = connection.call().await;
        let body = Bytes::copy_from_slice(&connection.received[body..]);
        assert!(body.starts_with(br#"{"ActionStatus":"OK""#), "{body:?}");
        body
    }

    /// Sends requests on this many connections for this time.
    pub(crate) async fn load(&self, connections: usize, time: Duration) -> Load {
        let mut tasks = JoinSet::new();
        let (start, cpu) = (Instant::now(), cpu_seconds());
        for _ in 0..connections {
            let requests = self.clone();
            tasks.spawn(async move {
                let mut connection = Connection::open(requests).await;
                let mut durations = Vec::new();
                while start.elapsed() < time {
                    let sent = Instant::now();
                    connection.call().await;
                    durations.push(sent.elapsed());
                }
                durations
            });
        }
        let mut durations = tasks.join_all().await.concat();
        let (elapsed, cpu) = (start.elapsed(), cpu_seconds() - cpu);
        durations.sort_unstable();
        let calls = durations.len();
        Load {
            calls_per_second: calls as f64 / elapsed.as_secs_f64(),
            p99: durations[calls * 99 / 100],
            cpu_per_call: cpu / calls as f64,
        }
    }
}

struct Connection {
    stream: TcpStream,
    requests: Requests,
    received: Vec<u8>,
}

impl Connection {
    async fn open(requests: Requests) -> Self {
        let stream = TcpStream::connect(requests.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, requests, received: Vec::with_capacity(4_096) }
    }

    /// Makes a call, and returns where the body of the response starts.
    async fn call(&mut self) -> usize {
        if let Some(at) = self.requests.number_at {
            let number = FIRST_NUMBER + self.requests.next.fetch_add(1, Ordering::Relaxed);
            let digits = number.to_string();
            self.requests.bytes[at..at + digits.len()].copy_from_slice(digits.as_bytes());
        }
        self.stream.write_all(&self.requests.bytes).await.unwrap();
        self.received.clear();
        loop {
            let read = self.stream.read_buf(&mut self.received).await.unwrap();
            assert_ne!(read, 0, "the server closed the connection");
            if let Some((body, length)) = body_and_length(&self.received)
                && self.received.len() >= body + length
            {
                return body;
            }
        }
    }
}

/// Returns where the body starts and its length, once the head is complete.
fn body_and_length(response: &[u8]) -> Option<(usize, usize)> {
    let end = response.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&response[..end]).unwrap();
    let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length: "));
    Some((end + 4, length.unwrap().parse().unwrap()))
}

const FIRST_NUMBER: u32 = 1_000_000_000;
const NUMBER: &str = "1000000000";
