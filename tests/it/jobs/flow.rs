//! How a job goes: how many calls at once, in which order, and how it ends early.

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
fn as_many_calls_are_under_way_as_the_quota_and_the_latency_ask_for() {
    for (millis, fewest, most) in [(50, 10, 30), (300, 60, 90)] {
        let far = Far::new(Duration::from_millis(millis));
        let (calls, time) = block_on_paused(async {
            let admin = far.admin(Quota::documented());
            let start = Instant::now();
            let report = admin.group("g").mute(users(400_000)).run().await;
            assert_eq!(report.summary.done, 400_000);
            (report.summary.calls, start.elapsed())
        });
        let at_once = far.0.most_later.load(Relaxed);
        assert!((fewest..=most).contains(&at_once), "{at_once} at {millis} ms");
        assert_eq!(calls, 800);
        // 200 calls a second: the last of them goes after three seconds.
        assert!(time < Duration::from_millis(3_650 + millis), "{time:?} at {millis} ms");
    }
}

#[test]
fn a_list_of_a_hundred_thousand_takes_no_longer_than_the_quota_or_the_round_trips() {
    let far = Far::new(Duration::from_millis(50));
    let time = block_on_paused(async {
        let start = Instant::now();
        let report = far.admin(Quota::documented()).group("g").mute(users(100_000)).run().await;
        assert_eq!((report.summary.done, report.summary.failed_calls), (100_000, 0));
        start.elapsed()
    });
    // One after the other they take ten seconds. 200 calls are within the first second's quota, and
    // three rounds of those that 300 milliseconds would ask for.
    assert!(time <= Duration::from_millis(158), "{time:?}");

    let far = Far::new(Duration::from_millis(50));
    let time = block_on_paused(async {
        let start = Instant::now();
        let job = far.admin(Quota::documented()).group("g").mute(users(100_000));
        assert!(job.concurrency(50).run().await.is_complete());
        start.elapsed()
    });
    // 200 round trips of 50 milliseconds, 50 at once.
    assert!(time <= Duration::from_millis(210), "{time:?}");
}

#[test]
fn never_more_calls_are_under_way_than_the_caller_allows() {
    let far = Far::new(Duration::from_millis(300));
    let report = block_on_paused(async {
        let admin = far.admin(Quota::documented());
        admin.group("g").mute(users(100_000)).concurrency(7).run().await
    });
    assert!(report.is_complete());
    assert_eq!(far.most_at_once(), 7);
}

#[test]
fn chunks_are_told_as_they_finish_or_in_the_order_of_the_input() {
    let order = |in_order: bool| {
        // The first call takes longest.
        let far = Far::slower_by(Duration::from_millis(100), 8);
        block_on_paused(async {
            let job = far.admin(Quota::unlimited()).group("g").mute(users(4_000));
            let mut running = if in_order { job.ordered() } else { job }.start();
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
fn a_job_that_is_stopped_finishes_what_is_under_way_and_sends_nothing_more() {
    let far = Far::new(Duration::from_millis(100));
    block_on_paused(async {
        let job = far.admin(Quota::unlimited()).group("g").mute(users(100_000)).concurrency(4);
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
        assert_eq!(far.calls() * 500, items, "what was sent was waited for");
    });
}

#[test]
fn a_job_that_is_given_up_calls_what_was_under_way_unknown() {
    let far = Far::new(Duration::from_secs(3));
    block_on_paused(async {
        let job = far.admin(Quota::unlimited()).group("g").mute(users(100_000)).concurrency(4);
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
fn a_job_waits_while_too_many_calls_of_others_come() {
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
fn a_job_waits_for_a_service_that_was_there_and_not_for_one_that_never_was() {
    let out = |number: usize| (3..15).contains(&number);
    let script = Script::from_fn(move |_, _| Reply::json(json!({ "ErrorCode": 0 })));
    let asked = Arc::new(AtomicUsize::new(0));
    let away = Away { script, asked: Arc::clone(&asked), is_away: out };
    block_on_paused(async {
        let start = Instant::now();
        let report = away.admin().group("g").mute(users(5_000)).concurrency(1).run().await;
        assert_eq!((report.summary.done, report.summary.items()), (5_000, 5_000));
        assert!(start.elapsed() > Duration::from_secs(3));

        asked.store(3, Relaxed);
        let start = Instant::now();
        let report = away.admin().group("g").mute(users(1_000)).concurrency(1).run().await;
        assert_eq!(report.summary.failed, 1_000);
        assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
        assert!(report.failures[0].outcome.failure().unwrap().is_retryable());
    });
}

#[test]
fn a_service_that_does_not_come_back_is_waited_for_once() {
    let script = Script::from_fn(move |_, _| Reply::json(json!({ "ErrorCode": 0 })));
    let away = Away { script, asked: Arc::default(), is_away: |number| number >= 3 };
    block_on_paused(async {
        let start = Instant::now();
        let report = away.admin().group("g").mute(users(50_000)).concurrency(1).run().await;
        assert_eq!((report.summary.done, report.summary.failed), (1_500, 48_500));
        assert!(start.elapsed() < Duration::from_secs(90), "{:?}", start.elapsed());
    });
}

#[test]
fn a_job_that_waits_can_be_stopped_and_what_waits_is_not_sent() {
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

/// A service that cannot be reached at times.
#[derive(Clone, Debug)]
struct Away {
    script: Script,
    asked: Arc<AtomicUsize>,
    is_away: fn(usize) -> bool,
}

impl Away {
    fn admin(&self) -> Admin {
        let builder = self.script.builder().unwrap().backend(self.clone());
        Admin::new(builder.build().unwrap())
    }
}

impl Backend for Away {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        if (self.is_away)(self.asked.fetch_add(1, Relaxed)) {
            return Box::pin(async { Err(BackendError::connect("nobody is there")) });
        }
        self.script.send(request)
    }
}

#[test]
fn an_input_that_breaks_off_ends_the_job_and_leaves_its_report() {
    let wire = Wire::new(|_, _| Ok(json!({ "ErrorCode": 0 })));
    let admin = wire.admin().unwrap();
    let broken = InputError::new("members.txt, line 1201", "no account");
    let accounts = users(1_200).map(|user| Ok(UserId::from(user))).chain([Err(broken)]);
    let report = block_on(admin.group("g").mute(Input::new(stream::iter(accounts))).run());
    // The third call would have been another one without the mistake.
    assert_eq!(report.summary.done, 1_000);
    let End::Broken(JobError::Input(error)) = &report.end else { panic!("{:?}", report.end) };
    assert_eq!(error.location(), "members.txt, line 1201");
    assert!(!report.is_complete());
}

#[test]
fn accounts_are_read_from_anything_line_by_line() {
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
fn what_is_read_from_a_pipe_is_sent_when_it_comes_and_never_far_ahead() {
    /// Endless, and counts.
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
fn a_plan_tells_calls_and_time_and_sends_nothing() {
    let far = Far::new(Duration::from_millis(50));
    block_on(async {
        let admin = far.admin(Quota::documented());
        let plan = admin.group("g").mute(users(100_001)).plan();
        let calls = &plan.calls[0];
        assert_eq!((calls.items, calls.calls), (Some(100_001), Some(201)));
        assert_eq!(plan.min_duration, Some(Duration::from_secs(1)));
        assert_eq!(calls.endpoint.id().to_string(), ForbidSendMsg::SPEC.id().to_string());
        let endless = stream::iter((0_u64..).map(|number| format!("user{number}")));
        let plan = admin.group("g").mute(endless).plan();
        assert_eq!((plan.calls[0].calls, plan.min_duration), (None, None));
        assert!(plan.to_string().contains("not known"), "{plan}");
    });
    assert_eq!(far.calls(), 0);
}

#[test]
fn progress_tells_how_far_how_fast_and_how_long_yet() {
    let far = Far::new(Duration::from_millis(500));
    block_on_paused(async {
        let job = far.admin(Quota::unlimited()).group("g").mute(users(2_000)).concurrency(1);
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
fn what_the_service_answers_can_be_had() {
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

/// A service at the far end of a slow line.
#[derive(Clone, Debug)]
struct Far(Arc<FarState>);

#[derive(Debug)]
struct FarState {
    latency: Duration,
    /// So many times the latency for the first call, one time less for each after it.
    slowest: usize,
    calls: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
    /// The same once the latency is known.
    most_later: AtomicUsize,
}

impl Far {
    fn new(latency: Duration) -> Self {
        Self::slower_by(latency, 1)
    }

    fn slower_by(latency: Duration, slowest: usize) -> Self {
        let (calls, now, most, most_later) = Default::default();
        Self(Arc::new(FarState { latency, slowest, calls, now, most, most_later }))
    }

    fn admin(&self, quota: Quota) -> Admin {
        let key = SecretKey::new("a key").unwrap();
        let builder = Client::builder(1_400_000_000, key).endpoint("http://127.0.0.1:1");
        Admin::new(builder.quota(quota).backend(self.clone()).build().unwrap())
    }

    fn calls(&self) -> usize {
        self.0.calls.load(Relaxed)
    }

    fn most_at_once(&self) -> usize {
        self.0.most.load(Relaxed)
    }
}

impl Backend for Far {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            drop(request.into_http().into_body().into_bytes());
            let far = &self.0;
            let number = far.calls.fetch_add(1, Relaxed);
            let now = far.now.fetch_add(1, Relaxed) + 1;
            far.most.fetch_max(now, Relaxed);
            if number >= 400 {
                far.most_later.fetch_max(now, Relaxed);
            }
            let times = far.slowest.saturating_sub(number).max(1);
            tokio::time::sleep(far.latency * u32::try_from(times).unwrap()).await;
            far.now.fetch_sub(1, Relaxed);
            Ok(HttpResponse::new(StatusCode::OK, r#"{"ErrorCode":0}"#))
        })
    }
}
