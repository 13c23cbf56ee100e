//! How a job runs: the number of concurrent calls, their order, and how it ends early.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use chat_admin::{Admin, End, Input, InputError, JobError};
use chat_tests::Wire;
use chat_transport::{
    Client, Quota,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse},
    testing::{Reply, Script},
};
use chat_types::{Endpoint as _, UserId, group::ForbidSendMsg};
use chat_usersig::SecretKey;
use futures_util::stream;
use http::StatusCode;
use serde_json::json;
use tokio::time::Instant;

use super::{block_on, block_on_paused, users};

#[test]
fn concurrent_calls_follow_quota_and_latency() {
    for (millis, fewest, most) in [(50, 10, 30), (300, 60, 90)] {
        let service = RemoteService::new(Duration::from_millis(millis));
        let (calls, time) = block_on_paused(async {
            let admin = service.admin(Quota::documented());
            let start = Instant::now();
            let report = admin.group("g").mute(users(400_000)).run().await;
            assert_eq!(report.summary.done, 400_000);
            (report.summary.calls, start.elapsed())
        });
        let concurrent = service.0.max_later.load(Relaxed);
        assert!((fewest..=most).contains(&concurrent), "{concurrent} at {millis} ms");
        assert_eq!(calls, 800);
        // 200 calls per second: the last one is sent after three seconds. The calls of the first
        // second occupy the quota for their whole round trips.
        assert!(time < Duration::from_millis(3_650 + 2 * millis), "{time:?} at {millis} ms");
    }
}

#[test]
fn long_list_takes_no_longer_than_quota_or_round_trips() {
    let service = RemoteService::new(Duration::from_millis(50));
    let time = block_on_paused(async {
        let start = Instant::now();
        let report = service.admin(Quota::documented()).group("g").mute(users(100_000)).run().await;
        assert_eq!((report.summary.done, report.summary.failed_calls), (100_000, 0));
        start.elapsed()
    });
    // One after another they take ten seconds. 200 calls are within the quota of the first second, and
    // take three rounds of as many as a latency of 300 milliseconds would require.
    assert!(time <= Duration::from_millis(158), "{time:?}");

    let service = RemoteService::new(Duration::from_millis(50));
    let time = block_on_paused(async {
        let start = Instant::now();
        let job = service.admin(Quota::documented()).group("g").mute(users(100_000));
        assert!(job.concurrency(50).run().await.is_complete());
        start.elapsed()
    });
    // 200 round trips of 50 milliseconds, 50 at a time.
    assert!(time <= Duration::from_millis(210), "{time:?}");
}

#[test]
fn concurrency_is_never_exceeded() {
    let service = RemoteService::new(Duration::from_millis(300));
    let report = block_on_paused(async {
        let admin = service.admin(Quota::documented());
        admin.group("g").mute(users(100_000)).concurrency(7).run().await
    });
    assert!(report.is_complete());
    assert_eq!(service.max_concurrent(), 7);
}

#[test]
fn chunks_come_as_they_finish_or_in_input_order() {
    let order = |ordered: bool| {
        // The first call takes longest.
        let service = RemoteService::slower_by(Duration::from_millis(100), 8);
        block_on_paused(async {
            let job = service.admin(Quota::unlimited()).group("g").mute(users(4_000));
            let mut running = if ordered { job.ordered() } else { job }.start();
            let mut order = Vec::new();
            while let Some(chunk) = running.next().await {
                order.push(chunk.number);
            }
            order
        })
    };
    assert_eq!(order(true), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(order(false), [7, 6, 5, 4, 3, 2, 1, 0]);
}

#[test]
fn stopped_job_finishes_its_calls_and_sends_no_more() {
    let service = RemoteService::new(Duration::from_millis(100));
    block_on_paused(async {
        let job = service.admin(Quota::unlimited()).group("g").mute(users(100_000)).concurrency(4);
        let stop = job.stop_handle();
        let mut running = job.start();
        let mut items = 0;
        while let Some(chunk) = running.next().await {
            items += chunk.items.len();
            assert!(chunk.items.iter().all(|item| item.outcome.as_str() == "done"));
            stop.stop();
        }
        assert!(matches!(running.end(), Some(End::Stopped)));
        assert!((500..=4_000).contains(&items), "{items}");
        assert_eq!(service.calls() * 500, items, "every call in flight was awaited");
    });
}

#[test]
fn canceled_job_reports_calls_in_flight_as_unknown() {
    let service = RemoteService::new(Duration::from_secs(3));
    block_on_paused(async {
        let job = service.admin(Quota::unlimited()).group("g").mute(users(100_000)).concurrency(4);
        let stop = job.stop_handle();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            stop.cancel();
        });
        let start = Instant::now();
        let report = job.run().await;
        assert_eq!(start.elapsed(), Duration::from_secs(1));
        assert_eq!((report.summary.unknown, report.summary.items()), (2_000, 2_000));
        assert!(matches!(report.end, End::Stopped) && !report.is_complete());
    });
}

#[test]
fn rate_limited_job_waits() {
    let start = std::sync::Mutex::new(None::<Instant>);
    let script = Script::from_fn(move |_, _| {
        let since = *start.lock().unwrap().get_or_insert_with(Instant::now);
        if since.elapsed() < Duration::from_secs(20) {
            Reply::refusal(60007, "too many")
        } else {
            Reply::json(json!({ "ErrorCode": 0 }))
        }
    });
    block_on_paused(async {
        let admin = Admin::new(script.client().unwrap());
        let report = admin.group("g").mute(users(1_000)).run().await;
        assert_eq!((report.summary.done, report.summary.items()), (1_000, 1_000));
        let impatient = admin.group("g").mute(users(10)).retry_for(Duration::ZERO);
        assert!(impatient.run().await.is_complete());
    });
}

#[test]
fn job_waits_for_a_service_only_if_it_responded_before() {
    let is_away = |number: usize| (3..15).contains(&number);
    let script = Script::from_fn(move |_, _| Reply::json(json!({ "ErrorCode": 0 })));
    let requests = Arc::new(AtomicUsize::new(0));
    let service = FlakyService { script, requests: Arc::clone(&requests), is_away };
    block_on_paused(async {
        let start = Instant::now();
        let report = service.admin().group("g").mute(users(5_000)).concurrency(1).run().await;
        assert_eq!((report.summary.done, report.summary.items()), (5_000, 5_000));
        assert!(start.elapsed() > Duration::from_secs(3));

        requests.store(3, Relaxed);
        let start = Instant::now();
        let report = service.admin().group("g").mute(users(1_000)).concurrency(1).run().await;
        assert_eq!(report.summary.failed, 1_000);
        assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
        assert!(report.failures[0].outcome.failure().unwrap().is_retryable());
    });
}

#[test]
fn unreachable_service_is_waited_for_once() {
    let script = Script::from_fn(move |_, _| Reply::json(json!({ "ErrorCode": 0 })));
    let service = FlakyService { script, requests: Arc::default(), is_away: |number| number >= 3 };
    block_on_paused(async {
        let start = Instant::now();
        let report = service.admin().group("g").mute(users(50_000)).concurrency(1).run().await;
        assert_eq!((report.summary.done, report.summary.failed), (1_500, 48_500));
        assert!(start.elapsed() < Duration::from_secs(90), "{:?}", start.elapsed());
    });
}

#[test]
fn waiting_job_can_be_stopped() {
    let script = Script::from_fn(|_, _| Reply::refusal(60007, "too many"));
    block_on_paused(async {
        let admin = Admin::new(script.client().unwrap());
        let job = admin.group("g").mute(users(1_000)).retry_for(Duration::from_secs(3_600));
        let stop = job.stop_handle();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(60)).await;
            stop.stop();
        });
        let report = job.run().await;
        assert_eq!(report.summary.items(), 0, "{}", report.summary);
        assert!(matches!(report.end, End::Stopped));
    });
}

/// A service that is unreachable at times.
#[derive(Clone, Debug)]
struct FlakyService {
    script: Script,
    requests: Arc<AtomicUsize>,
    is_away: fn(usize) -> bool,
}

impl FlakyService {
    fn admin(&self) -> Admin {
        let builder = self.script.builder().unwrap().backend(self.clone());
        Admin::new(builder.build().unwrap())
    }
}

impl Backend for FlakyService {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        if (self.is_away)(self.requests.fetch_add(1, Relaxed)) {
            return Box::pin(async { Err(BackendError::connect("connection refused")) });
        }
        self.script.send(request)
    }
}

#[test]
fn input_error_ends_the_job_and_keeps_its_report() {
    let wire = Wire::new(|_, _| Ok(json!({ "ErrorCode": 0 })));
    let admin = wire.admin().unwrap();
    let broken = InputError::new("members.txt, line 1201", "invalid account");
    let accounts = users(1_200).map(|user| Ok(UserId::from(user))).chain([Err(broken)]);
    let report = block_on(admin.group("g").mute(Input::new(stream::iter(accounts))).run());
    // The third call would have other items without the error.
    assert_eq!(report.summary.done, 1_000);
    let End::Broken(JobError::Input(error)) = &report.end else { panic!("{:?}", report.end) };
    assert_eq!(error.location(), "members.txt, line 1201");
    assert!(!report.is_complete());
}

#[test]
fn accounts_are_read_line_by_line() {
    let wire = Wire::new(|_, _| Ok(json!({ "ErrorCode": 0 })));
    let admin = wire.admin().unwrap();
    let text: String = users(1_300).map(|user| user + "\r\n").collect();
    let source = io::Cursor::new(text.into_bytes());
    let report = block_on(admin.group("g").mute(Input::accounts(source, "standard input")).run());
    assert!(report.is_complete());
    assert_eq!(report.summary.done, 1_300);

    let source = io::Cursor::new(b"peter\nbad\0name\n".to_vec());
    let report = block_on(admin.group("g").mute(Input::accounts(source, "list")).run());
    let End::Broken(error) = &report.end else { panic!("{:?}", report.end) };
    assert!(error.to_string().starts_with("list, line 2: "), "{error}");
}

#[test]
fn pipe_is_read_as_needed_and_never_far_ahead() {
    /// An endless list that counts its lines.
    struct Endless(Arc<AtomicUsize>, u64);
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 += 1;
            let line = format!("user{}\n", self.1);
            buffer[..line.len()].copy_from_slice(line.as_bytes());
            self.0.fetch_add(1, Relaxed);
            Ok(line.len())
        }
    }

    let read = Arc::new(AtomicUsize::new(0));
    let wire = Wire::new(|_, _| Ok(json!({ "ErrorCode": 0 })));
    let admin = wire.admin().unwrap();
    let source = Endless(Arc::clone(&read), 0);
    block_on(async {
        let input = Input::accounts(source, "pipe");
        let mut running = admin.group("g").mute(input).concurrency(2).start();
        for _ in 0..3 {
            running.next().await.unwrap();
        }
    });
    let read = read.load(Relaxed);
    assert!(read <= 500 * (3 + 2 + 1) + 512 * 6, "{read} lines were read for 3 calls");
}

#[test]
fn plan_has_calls_and_duration_and_sends_nothing() {
    let service = RemoteService::new(Duration::from_millis(50));
    block_on(async {
        let admin = service.admin(Quota::documented());
        let plan = admin.group("g").mute(users(100_001)).plan();
        let calls = &plan.calls[0];
        assert_eq!((calls.items, calls.calls), (Some(100_001), Some(201)));
        assert_eq!(plan.min_duration, Some(Duration::from_secs(1)));
        assert_eq!(calls.endpoint.id().to_string(), ForbidSendMsg::SPEC.id().to_string());
        let endless = stream::iter((0_u64..).map(|number| format!("user{number}")));
        let plan = admin.group("g").mute(Input::from_stream(endless)).plan();
        assert_eq!((plan.calls[0].calls, plan.min_duration), (None, None));
        assert!(plan.to_string().contains("not known"), "{plan}");
    });
    assert_eq!(service.calls(), 0);
}

#[test]
fn progress_has_count_rate_and_time_left() {
    let service = RemoteService::new(Duration::from_millis(500));
    block_on_paused(async {
        let job = service.admin(Quota::unlimited()).group("g").mute(users(2_000)).concurrency(1);
        let mut running = job.start();
        running.next().await.unwrap();
        let progress = running.progress();
        assert_eq!((progress.summary.done, progress.total), (500, Some(2_000)));
        assert!((progress.items_per_second() - 1_000.0).abs() < 10.0);
        let left = progress.time_left().unwrap().as_secs_f64();
        assert!((left - 1.5).abs() < 0.02, "{left}");
    });
}

#[test]
fn responses_are_available() {
    let script = Script::from_fn(|_, sent| {
        let items: Vec<_> = sent.body["CheckItem"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| {
                json!({ "UserID": item["UserID"], "ResultCode": 0, "AccountStatus": "Imported" })
            })
            .collect();
        Reply::json(json!({ "ErrorCode": 0, "ResultItem": items }))
    });
    let admin = Admin::new(script.client().unwrap());
    block_on(async {
        use chat_types::account::{AccountCheck, AccountToCheck};

        let accounts = users(150).map(AccountToCheck::new);
        let mut running = admin.batch(AccountCheck::new([]), accounts).start();
        let mut imported = 0;
        while let Some(chunk) = running.next().await {
            for response in chunk.responses {
                imported += response.result_item.len();
            }
        }
        assert_eq!(imported, 150);
    });
}

/// A service with a high latency.
#[derive(Clone, Debug)]
struct RemoteService(Arc<RemoteState>);

#[derive(Debug)]
struct RemoteState {
    latency: Duration,
    /// The multiple of the latency that the first call takes. Each later call takes one less.
    slowest: usize,
    calls: AtomicUsize,
    now: AtomicUsize,
    max: AtomicUsize,
    /// The same, once the job knows the latency.
    max_later: AtomicUsize,
}

impl RemoteService {
    fn new(latency: Duration) -> Self {
        Self::slower_by(latency, 1)
    }

    fn slower_by(latency: Duration, slowest: usize) -> Self {
        let (calls, now, max, max_later) = Default::default();
        Self(Arc::new(RemoteState { latency, slowest, calls, now, max, max_later }))
    }

    fn admin(&self, quota: Quota) -> Admin {
        let key = SecretKey::new("a key").unwrap();
        let builder = Client::builder(1_400_000_000, key).endpoint("http://127.0.0.1:1");
        Admin::new(builder.quota(quota).backend(self.clone()).build().unwrap())
    }

    fn calls(&self) -> usize {
        self.0.calls.load(Relaxed)
    }

    fn max_concurrent(&self) -> usize {
        self.0.max.load(Relaxed)
    }
}

impl Backend for RemoteService {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            drop(request.into_http().into_body().into_bytes());
            let service = &self.0;
            let number = service.calls.fetch_add(1, Relaxed);
            let now = service.now.fetch_add(1, Relaxed) + 1;
            service.max.fetch_max(now, Relaxed);
            if number >= 400 {
                service.max_later.fetch_max(now, Relaxed);
            }
            let times = service.slowest.saturating_sub(number).max(1);
            tokio::time::sleep(service.latency * u32::try_from(times).unwrap()).await;
            service.now.fetch_sub(1, Relaxed);
            Ok(HttpResponse::new(StatusCode::OK, r#"{"ErrorCode":0}"#))
        })
    }
}
