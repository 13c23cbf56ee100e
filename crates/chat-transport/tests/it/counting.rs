//! A service that records when calls arrive.

#[path = "http_service.rs"]
mod http_service;

#[path = "../../../chat-quota/tests/it/refused.rs"]
mod refused;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use http_service::serve;

#[allow(unused_imports, reason = "not every test needs both")]
pub(crate) use self::refused::{refused_fixed, refused_sliding};

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

/// Draws a random duration between two bounds.
fn draw((shortest, longest): (Duration, Duration)) -> Duration {
    shortest + (longest - shortest).mul_f64(fastrand::f64())
}

const RESPONSE: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","NextOffset":0}"#;
