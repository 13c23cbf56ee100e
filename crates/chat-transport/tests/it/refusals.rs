//! A service that refuses calls because of too many, in virtual time.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use chat_transport::{
    Client, Quota, RetryPolicy,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse},
};
use futures_util::future::join_all;
use http::StatusCode;
use tokio::time::{Instant, sleep};

use crate::support::{APP, OK, key, request};

const SECOND: Duration = Duration::from_secs(1);
const REFUSAL: &str = r#"{"ActionStatus":"FAIL","ErrorCode":60007,"ErrorInfo":"limit"}"#;

/// A service that accepts 200 calls in any second. Calls take a millisecond to it, and those that are
/// sent while the route stalls arrive when it no longer does.
#[derive(Clone, Debug)]
struct Strict {
    start: Instant,
    stall: Option<(Duration, Duration)>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// When the calls of the last second were accepted.
    recent: VecDeque<Instant>,
    accepted: Vec<Duration>,
    refused: Vec<Duration>,
}

impl Strict {
    fn new(stall: Option<(Duration, Duration)>) -> Self {
        Self { start: Instant::now(), stall, state: Arc::default() }
    }

    fn client(&self, quota: Quota) -> Client {
        let builder = Client::builder(APP, key()).endpoint("http://127.0.0.1:1").quota(quota);
        builder.backend(self.clone()).timeout(120 * SECOND).build().unwrap()
    }

    fn arrive(&self) -> &'static str {
        let mut state = self.state.lock().unwrap();
        let now = Instant::now();
        while state.recent.front().is_some_and(|&at| at + SECOND <= now) {
            state.recent.pop_front();
        }
        let at = now - self.start;
        if state.recent.len() < 200 {
            state.recent.push_back(now);
            state.accepted.push(at);
            OK
        } else {
            state.refused.push(at);
            REFUSAL
        }
    }
}

impl Backend for Strict {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            drop(request.into_http().into_body().into_bytes());
            let at = self.start.elapsed();
            let held_up = self.stall.filter(|(from, to)| (*from..*to).contains(&at));
            sleep(held_up.map_or(Duration::ZERO, |(_, to)| to - at)).await;
            sleep(SECOND / 1_000).await;
            Ok(HttpResponse::new(StatusCode::OK, self.arrive()))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn burst_after_a_stall_is_seen_by_no_caller_and_forgotten_within_seconds() {
    let service = Strict::new(Some((5 * SECOND, 57 * SECOND / 10)));
    let client = service.client(Quota::documented());
    let request = request();
    let outcomes = join_all((0..4_000).map(|_| client.call(&request))).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let state = service.state.lock().unwrap();
    assert!(!state.refused.is_empty(), "the stall was too short to show anything");
    let last = *state.refused.last().unwrap();
    assert!(last < 8 * SECOND, "still refused after {last:?}");
    let accepted = |from: u32| {
        let second = SECOND * from..SECOND * (from + 1);
        state.accepted.iter().filter(|&at| second.contains(at)).count()
    };
    assert!(accepted(15) >= 195, "{} calls in second 15", accepted(15));
}

#[tokio::test(start_paused = true)]
async fn calls_of_another_program_delay_calls_and_fail_none() {
    let service = Strict::new(None);
    let [client, other] = [(); 2].map(|()| service.client(Quota::documented()));
    let request = request();
    let calls = (0..3_000).flat_map(|_| [client.call(&request), other.call(&request)]);
    let outcomes = join_all(calls).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let state = service.state.lock().unwrap();
    let seconds = state.accepted.last().unwrap().as_secs_f64();
    let share = state.accepted.len() as f64 / (200.0 * seconds);
    println!("{} refused, {share:.2} of the quota used", state.refused.len());
    assert!(share >= 0.6, "{share}");
}

#[tokio::test(start_paused = true)]
async fn refusals_consume_no_attempts_and_no_budget() {
    /// Refuses everything for half a minute.
    #[derive(Debug)]
    struct Busy(Instant);

    impl Backend for Busy {
        fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
            Box::pin(async {
                drop(request.into_http().into_body().into_bytes());
                let is_busy = self.0.elapsed() < 30 * SECOND;
                Ok(HttpResponse::new(StatusCode::OK, if is_busy { REFUSAL } else { OK }))
            })
        }
    }

    let builder = || {
        let builder = Client::builder(APP, key()).endpoint("http://127.0.0.1:1");
        builder.backend(Busy(Instant::now())).quota(Quota::unlimited())
    };
    // The budget has 35 retries.
    let client = builder().timeout(60 * SECOND).build().unwrap();
    let request = request();
    let outcomes = join_all((0..200).map(|_| client.call(&request))).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert!(client.stats().retries > 1_000, "{:?}", client.stats());

    let client = builder().timeout(10 * SECOND).build().unwrap();
    let start = Instant::now();
    let error = client.call(&request).await.unwrap_err();
    assert!(error.is_rate_limited() && !error.may_have_taken_effect(), "{error}");
    assert!(start.elapsed() >= 4 * SECOND, "{:?}", start.elapsed());

    let client = builder().retry(RetryPolicy::none()).build().unwrap();
    assert!(client.call(&request).await.unwrap_err().is_rate_limited());
    assert_eq!(client.stats().retries, 0);
}
