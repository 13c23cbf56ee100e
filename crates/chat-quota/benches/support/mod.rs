//! A service over TCP that notes when calls arrive.

#[path = "../../tests/it/refused.rs"]
mod refused;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use chat_quota::Permit;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime,
};

pub(crate) use self::refused::{refused_fixed, refused_sliding};

/// A service that waits before it counts a call, and responds right after.
#[derive(Debug)]
pub(crate) struct Service {
    address: SocketAddr,
    arrivals: Arc<Mutex<Vec<Instant>>>,
}

impl Service {
    /// Starts the service on a thread of its own, which lives as long as the process.
    pub(crate) fn start(latency: Duration, jitter: Duration) -> Self {
        let arrivals = Arc::<Mutex<Vec<_>>>::default();
        let delays = (latency.saturating_sub(jitter), latency + jitter);
        Self { address: serve(Arc::clone(&arrivals), delays), arrivals }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn arrivals(&self) -> Vec<Instant> {
        self.arrivals.lock().unwrap().clone()
    }
}

/// A connection to a [`Service`], for one call at a time.
#[derive(Debug)]
pub(crate) struct Connection(TcpStream);

impl Connection {
    pub(crate) async fn open(service: SocketAddr) -> Self {
        let stream = TcpStream::connect(service).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    /// Makes a call: one byte there and one back.
    pub(crate) async fn call(&mut self, permit: &Permit) {
        permit.sent();
        self.0.write_all(&[0]).await.unwrap();
        self.0.read_exact(&mut [0]).await.unwrap();
        permit.completed();
    }
}

/// Returns the number after `--seconds` on the command line, or a minute. Cargo adds arguments of
/// its own.
pub(crate) fn seconds() -> u64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--seconds");
    arguments.nth(1).map_or(60, |seconds| seconds.parse().unwrap())
}

fn serve(arrivals: Arc<Mutex<Vec<Instant>>>, delays: (Duration, Duration)) -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            while let Ok((mut stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let arrivals = Arc::clone(&arrivals);
                tokio::spawn(async move {
                    while stream.read_exact(&mut [0]).await.is_ok() {
                        tokio::time::sleep(draw(delays)).await;
                        arrivals.lock().unwrap().push(Instant::now());
                        if stream.write_all(&[0]).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
    });
    receiver.recv().unwrap()
}

fn draw((least, most): (Duration, Duration)) -> Duration {
    least + (most - least).mul_f64(fastrand::f64())
}
