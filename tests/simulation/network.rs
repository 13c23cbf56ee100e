//! A network between a client and the emulator.

use std::{
    fmt,
    hash::{Hash as _, Hasher as _},
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use chat_emulator::Emulator;
use chat_transport::backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse};
use http::{Method, StatusCode};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep},
};

use crate::scenario::NetworkPlan;

/// A network between a client and the emulator. Clones are the same network.
#[derive(Clone)]
pub(crate) struct Network(Arc<Inner>);

struct Inner {
    emulator: Emulator,
    plan: NetworkPlan,
    seed: u64,
    start: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How often each request was sent, so that each attempt has a fate of its own.
    attempts: std::collections::BTreeMap<Vec<u8>, u64>,
    trace: Vec<String>,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Delivered,
    NoConnection,
    RequestLost,
    /// A gateway gives up before the service sees the request.
    GatewayBefore,
    ResponseLost,
    /// A gateway gives up after the service has seen the request.
    GatewayAfter,
    /// The service takes effect, and its response is not JSON.
    Garbled,
    /// Nothing comes back, ever.
    Silence,
}

const FAULTS: [Fate; 7] = [
    Fate::NoConnection,
    Fate::RequestLost,
    Fate::GatewayBefore,
    Fate::ResponseLost,
    Fate::GatewayAfter,
    Fate::Garbled,
    Fate::Silence,
];

impl Network {
    pub(crate) fn new(emulator: Emulator, plan: NetworkPlan, seed: u64) -> Self {
        let (start, state) = (Instant::now(), Mutex::default());
        Self(Arc::new(Inner { emulator, plan, seed, start, state }))
    }

    pub(crate) fn emulator(&self) -> &Emulator {
        &self.0.emulator
    }

    /// Returns what happened to each request, in the order of time.
    pub(crate) fn trace(&self) -> Vec<String> {
        let mut trace = self.0.state.lock().unwrap().trace.clone();
        trace.sort();
        trace
    }

    /// Returns the fate of the next attempt at a request, and how long it takes each way. It depends on
    /// what is sent, and not on the order in which tasks of the same instant run.
    fn draw(&self, path: &str, body: &[u8]) -> (Fate, Duration, Duration) {
        let Inner { plan, seed, start, state, .. } = &*self.0;
        let mut state = state.lock().unwrap();
        let attempt = state.attempts.entry([path.as_bytes(), body].concat()).or_default();
        *attempt += 1;
        let mut hasher = std::hash::DefaultHasher::new();
        (seed, path, body, *attempt).hash(&mut hasher);
        let mut random = fastrand::Rng::with_seed(hasher.finish());
        let fate = if random.u64(..100) < plan.faults {
            FAULTS[random.usize(..FAULTS.len())]
        } else {
            Fate::Delivered
        };
        let mut way = || {
            let jitter = u64::try_from(plan.jitter.as_micros()).unwrap();
            plan.latency + Duration::from_micros(random.u64(..=jitter))
        };
        let (there, back) = (way(), way());
        let passed = start.elapsed().as_micros();
        let command = path.rsplit('/').next().unwrap_or_default();
        state.trace.push(format!("{passed:>12} {command} {} {fate:?}", body.len()));
        (fate, there, back)
    }
}

impl Backend for Network {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            let uri = request.uri().clone();
            // Some fields of a body are random; what it is about is not.
            let about = about(request.body().as_bytes());
            let (fate, there, back) = self.draw(uri.path(), &about);
            if fate == Fate::NoConnection {
                return Err(BackendError::connect("no route"));
            }
            let body: Bytes = request.into_http().into_body().into_bytes();
            let (sender, arrived) = oneshot::channel();
            let network = self.clone();
            // A request that is on its way arrives, even if the client gives up or is killed.
            tokio::spawn(async move {
                sleep(there).await;
                let reaches = !matches!(fate, Fate::RequestLost | Fate::GatewayBefore);
                let response =
                    reaches.then(|| network.emulator().respond(&Method::POST, &uri, &body));
                let _ = sender.send(response.unwrap_or_default());
            });
            let response = arrived.await.map_err(BackendError::other)?;
            sleep(back).await;
            match fate {
                Fate::RequestLost | Fate::ResponseLost => {
                    Err(BackendError::connection_lost("simulated"))
                }
                Fate::GatewayBefore | Fate::GatewayAfter => {
                    Ok(HttpResponse::new(StatusCode::BAD_GATEWAY, "bad gateway"))
                }
                Fate::Garbled => Ok(HttpResponse::new(StatusCode::OK, "<html>")),
                Fate::Silence => std::future::pending().await,
                Fate::Delivered | Fate::NoConnection => {
                    Ok(HttpResponse::new(StatusCode::OK, response))
                }
            }
        })
    }
}

/// Returns the part of a request that is the same in every run.
fn about(body: &[u8]) -> Vec<u8> {
    let mut json: serde_json::Value = serde_json::from_slice(body).unwrap();
    for random in ["Random", "MsgRandom"] {
        json.as_object_mut().unwrap().remove(random);
    }
    json.to_string().into_bytes()
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("plan", &self.0.plan).finish_non_exhaustive()
    }
}
