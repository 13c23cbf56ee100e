//! Signatures while the clocks of client and server differ, in virtual time.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use chat_transport::{
    Client, Quota, RetryPolicy,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse},
};
use chat_types::clock::{Clock, ManualClock};
use chat_usersig::{Claims, Signer};
use fastrand::Rng;

use crate::support::{APP, OK, key, request};

const START: u64 = 1_700_000_000;

/// The default number of calls; `SKEW_CALLS` sets another, such as 1,000,000.
const CALLS: u64 = 20_000;

/// A service whose clock is ahead by a number of milliseconds. Calls take up to 100 ms each way.
#[derive(Clone, Debug)]
struct Skewed {
    clock: ManualClock,
    ahead: i64,
    random: Arc<Mutex<Rng>>,
    /// The last UserSig and what it says. To verify it anew for each call would take long.
    known: Arc<Mutex<(String, Option<Claims>)>>,
    refused: Arc<AtomicU64>,
    /// Whether responses have a `Date`.
    has_date: bool,
}

impl Skewed {
    fn new(ahead: i64, seed: u64) -> Self {
        Self {
            clock: ManualClock::at(START),
            ahead,
            random: Arc::new(Mutex::new(Rng::with_seed(seed))),
            known: Arc::default(),
            refused: Arc::default(),
            has_date: true,
        }
    }

    fn client(&self, lifetime: u64) -> Client {
        Client::builder(APP, key())
            .endpoint("http://127.0.0.1:1")
            .backend(self.clone())
            .clock(self.clock.clone())
            .quota(Quota::unlimited())
            .user_sig_lifetime(Duration::from_secs(lifetime))
            .build()
            .unwrap()
    }

    fn pass(&self, most: u64) {
        self.clock.advance_millis(self.random.lock().unwrap().u64(0..=most));
    }

    /// The time of the service.
    fn now(&self) -> SystemTime {
        UNIX_EPOCH
            + Duration::from_millis(self.clock.unix_millis().saturating_add_signed(self.ahead))
    }

    fn respond(&self, uri: &http::Uri) -> String {
        let now = self.now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let query = uri.query().unwrap();
        let user_sig = query.split('&').find_map(|pair| pair.strip_prefix("usersig=")).unwrap();
        let mut known = self.known.lock().unwrap();
        if known.0 != user_sig {
            let claims = chat_usersig::inspect(user_sig).unwrap();
            let signer = Signer::new(APP, key());
            signer.verify(user_sig, Some("administrator"), claims.time).unwrap();
            *known = (user_sig.to_owned(), Some(claims));
        }
        let claims = known.1.as_ref().unwrap();
        let code = match now {
            _ if now < claims.time => 70009,
            _ if now >= claims.expires_at() => 70001,
            _ => return OK.to_owned(),
        };
        self.refused.fetch_add(1, Relaxed);
        format!(r#"{{"ActionStatus":"FAIL","ErrorCode":{code},"ErrorInfo":"refused"}}"#)
    }
}

impl Backend for Skewed {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            let uri = request.uri().clone();
            drop(request.into_http().into_body().into_bytes());
            self.pass(100);
            let mut response = http::Response::new(self.respond(&uri));
            if self.has_date {
                let date = httpdate::fmt_http_date(self.now()).parse().unwrap();
                response.headers_mut().insert(http::header::DATE, date);
            }
            self.pass(100);
            Ok(HttpResponse::from_http(response, |never| match never {}))
        })
    }
}

#[tokio::test]
async fn no_signature_is_refused_after_the_first_exchange() {
    let calls = std::env::var("SKEW_CALLS").map_or(CALLS, |calls| calls.parse().unwrap());
    let mut random = Rng::with_seed(7);
    const CLIENTS: u64 = 100;
    for seed in 0..CLIENTS {
        let lifetime = [2, 5, 60, 3_600, 86_400, 7 * 86_400][random.usize(..6)];
        let ahead = random.i64(-120_000..=120_000);
        let service = Skewed::new(ahead, seed);
        let client = service.client(lifetime);
        client.call(&request()).await.unwrap();
        let first = service.refused.swap(0, Relaxed);
        assert!(first <= 1, "{ahead} ms ahead, {lifetime} s: {first} refused at first");
        for call in 0..calls / CLIENTS {
            service.pass(lifetime * 200);
            client.call(&request()).await.unwrap();
            let refused = service.refused.load(Relaxed);
            assert_eq!(refused, 0, "call {call}: {ahead} ms ahead, {lifetime} s");
        }
        let offset = client.stats().clock_offset_seconds;
        assert!((offset * 1_000).abs_diff(ahead) <= 1_700, "{offset} s for {ahead} ms");
    }
}

#[tokio::test]
async fn clock_that_is_ahead_by_less_than_a_minute_refuses_no_call() {
    for ahead in [-59_000, -5_000, 0] {
        let service = Skewed { has_date: false, ..Skewed::new(ahead, 1) };
        let client = service.client(86_400);
        for _ in 0..10 {
            client.call(&request()).await.unwrap();
        }
        assert_eq!(service.refused.load(Relaxed), 0);
    }
}

#[tokio::test]
async fn refused_signature_is_made_anew_once_and_the_hint_names_the_clock() {
    // By more than a day, which is not believed.
    let days = 3 * 24 * 60 * 60;
    for (seconds, side) in [(days, "behind the"), (-days, "ahead of the")] {
        let service = Skewed::new(seconds * 1_000, 1);
        let error = service.client(3_600).call(&request()).await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("this machine's clock is 259") && text.contains(side), "{text}");
        assert!(service.refused.load(Relaxed) <= 2);
    }
    let service = Skewed::new(-120_000, 1);
    let client = service.client(3_600).with_retry(RetryPolicy::none());
    let error = client.call(&request()).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert!(error.to_string().contains("ahead of the server's"), "{error}");
    client.call(&request()).await.unwrap();
    assert_eq!(service.refused.load(Relaxed), 1);
}
