//! A service that notes when calls arrive.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// It takes its time before it counts a call, and responses right after.
#[derive(Debug)]
pub(crate) struct Counting {
    address: SocketAddr,
    arrivals: Arc<Mutex<Vec<Instant>>>,
}

impl Counting {
    /// Starts it on a thread of its own, which lives as long as the process.
    pub(crate) fn start(latency: Duration, jitter: Duration) -> Self {
        let arrivals = Arc::<Mutex<Vec<_>>>::default();
        let address =
            serve(Arc::clone(&arrivals), (latency.saturating_sub(jitter), latency + jitter));
        Self { address, arrivals }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn arrivals(&self) -> Vec<Instant> {
        self.arrivals.lock().unwrap().clone()
    }
}

/// How many calls a service refuses that lets so many through in any second before each.
pub(crate) fn refused_sliding(arrivals: &[Instant], quota: usize) -> usize {
    let mut counted = Vec::with_capacity(arrivals.len());
    for &at in arrivals {
        let is_refused = counted.len() >= quota && at - counted[counted.len() - quota] < SECOND;
        if !is_refused {
            counted.push(at);
        }
    }
    arrivals.len() - counted.len()
}

/// How many calls a service refuses that counts in seconds from the first call on.
pub(crate) fn refused_fixed(arrivals: &[Instant], quota: usize) -> usize {
    let second = |at: &Instant| (*at - arrivals[0]).as_secs();
    let seconds = arrivals.chunk_by(|one, other| second(one) == second(other));
    seconds.map(|calls| calls.len().saturating_sub(quota)).sum()
}

fn serve(arrivals: Arc<Mutex<Vec<Instant>>>, delays: (Duration, Duration)) -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let arrivals = Arc::clone(&arrivals);
                let response = service_fn(move |request: Request<Incoming>| {
                    let arrivals = Arc::clone(&arrivals);
                    async move {
                        let _ = request.into_body().collect().await;
                        tokio::time::sleep(draw(delays)).await;
                        arrivals.lock().unwrap().push(Instant::now());
                        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(ANSWER)))
                    }
                });
                tokio::spawn(
                    http1::Builder::new().serve_connection(TokioIo::new(stream), response),
                );
            }
        });
    });
    receiver.recv().unwrap()
}

fn draw((least, most): (Duration, Duration)) -> Duration {
    least + (most - least).mul_f64(fastrand::f64())
}

const SECOND: Duration = Duration::from_secs(1);
const ANSWER: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","NextOffset":0}"#;
