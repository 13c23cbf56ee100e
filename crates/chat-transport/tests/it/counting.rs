//! A service that records when calls arrive.

#[path = "http_service.rs"]
mod http_service;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use http_service::serve;

/// A service that waits for a latency, counts the call, and responds.
#[derive(Debug)]
pub(crate) struct Counting {
    address: SocketAddr,
    arrivals: Arc<Mutex<Vec<Instant>>>,
}

impl Counting {
    /// Starts the service on its own thread, which runs as long as the process.
    pub(crate) fn start(latency: Duration, jitter: Duration) -> Self {
        let arrivals = Arc::<Mutex<Vec<_>>>::default();
        let delays = (latency.saturating_sub(jitter), latency + jitter);
        let counted = Arc::clone(&arrivals);
        let address = serve(move || {
            let arrivals = Arc::clone(&counted);
            async move {
                tokio::time::sleep(draw(delays)).await;
                arrivals.lock().unwrap().push(Instant::now());
                RESPONSE
            }
        });
        Self { address, arrivals }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns when each call was counted, in order.
    pub(crate) fn arrivals(&self) -> Vec<Instant> {
        self.arrivals.lock().unwrap().clone()
    }
}

/// Returns the number of calls refused by a service that permits `quota` calls in any second.
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

/// Returns the number of calls refused by a service that permits `quota` calls in each second since
/// the first call.
pub(crate) fn refused_fixed(arrivals: &[Instant], quota: usize) -> usize {
    let second = |at: &Instant| (*at - arrivals[0]).as_secs();
    let seconds = arrivals.chunk_by(|one, other| second(one) == second(other));
    seconds.map(|calls| calls.len().saturating_sub(quota)).sum()
}

/// Draws a random duration between two bounds.
fn draw((shortest, longest): (Duration, Duration)) -> Duration {
    shortest + (longest - shortest).mul_f64(fastrand::f64())
}

const SECOND: Duration = Duration::from_secs(1);
const RESPONSE: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","NextOffset":0}"#;
