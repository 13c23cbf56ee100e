//! Pages that are fetched while the caller works, in virtual time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chat_admin::{Admin, PageStream};
use chat_transport::{
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse},
    testing::{Reply, Script, SentRequest},
};
use chat_types::Paged;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn prefetch_overlaps_fetching_with_the_work_of_the_caller() {
    for (work, expected) in [(40, 50 + 9 * 50 + 40), (90, 50 + 9 * 90 + 90)] {
        let slow = Slow::new(|_, sent| Reply::json(joined_groups_page(&sent.body, 50, 5)));
        let groups = || slow.admin().account("peter").joined_groups();
        assert_eq!(time_with(groups().pages(), work).await, 10 * (50 + work));
        assert_eq!(time_with(groups().prefetch().pages(), work).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn prefetch_fetches_exactly_one_page_in_advance() {
    let slow = Slow::new(|_, sent| Reply::json(joined_groups_page(&sent.body, 50, 5)));
    let mut pages = slow.admin().account("peter").joined_groups().prefetch().pages();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(slow.calls(), 0, "nothing is fetched before the first poll");
    for number in 1..10 {
        assert!(pages.next().await.unwrap().is_ok());
        sleep(Duration::from_secs(1)).await;
        assert_eq!(slow.calls(), number + 1);
    }
    assert!(pages.next().await.unwrap().is_ok());
    assert!(pages.next().await.is_none());
    assert_eq!(slow.calls(), 10);
}

#[tokio::test(start_paused = true)]
async fn dropped_stream_cancels_its_calls_in_flight() {
    let slow = Slow::new(|_, sent| Reply::json(joined_groups_page(&sent.body, 50, 5)));
    let mut pages = slow.admin().account("peter").joined_groups().in_parallel(4).pages();
    pages.next().await.unwrap().unwrap();
    sleep(Duration::from_millis(10)).await;
    assert_eq!(slow.in_flight(), 4);
    drop(pages);
    sleep(Duration::from_millis(10)).await;
    assert_eq!((slow.in_flight(), slow.script.sent().len()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn parallel_pages_arrive_in_order_and_up_to_the_limit() {
    // The first page alone, then the other 12.
    for (limit, round_trips) in [(1, 13), (4, 4), (5, 4), (6, 3), (100, 2)] {
        let slow = Slow::new(|_, sent| Reply::json(joined_groups_page(&sent.body, 65, 5)));
        let groups = slow.admin().account("peter").joined_groups().in_parallel(limit);
        let start = Instant::now();
        let groups = groups.all().await.unwrap();
        assert_eq!(start.elapsed().as_millis(), 50 * round_trips, "up to {limit} pages");
        assert_eq!(slow.max_in_flight(), limit.min(12));
        let ids: Vec<&str> = groups.iter().map(|group| group.group_id.as_str()).collect();
        assert_eq!(ids, (0..65).map(|number| format!("g{number}")).collect::<Vec<_>>());
    }
}

#[tokio::test(start_paused = true)]
async fn parallel_pages_held_for_a_busy_caller_are_limited() {
    let slow = Slow::new(|_, sent| Reply::json(joined_groups_page(&sent.body, 100, 5)));
    let mut pages = slow.admin().account("peter").joined_groups().in_parallel(3).pages();
    for number in 1..=20 {
        assert!(pages.next().await.unwrap().is_ok());
        sleep(Duration::from_secs(1)).await;
        assert_eq!(slow.calls(), (number + 3).min(20));
    }
    assert!(pages.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn error_in_advance_arrives_after_the_pages_before_it() {
    let reply = |_, sent: &SentRequest| match sent.body["Offset"].as_u64() {
        Some(15) => Reply::refusal(10004, "not today"),
        _ => Reply::json(joined_groups_page(&sent.body, 50, 5)),
    };
    let groups = || Slow::new(reply).admin().account("peter").joined_groups();
    for groups in [groups(), groups().prefetch(), groups().in_parallel(8)] {
        let mut items = Vec::new();
        let error = groups.collect_into(&mut items).await.unwrap_err();
        assert_eq!((items.len(), error.cursor()), (15, Some(&15)), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn list_can_be_read_in_a_task_that_returns_its_error() {
    let slow = Slow::new(|_, _| Reply::refusal(10004, "not today"));
    let groups = slow.admin().account("peter").joined_groups().in_parallel(2);
    let task = tokio::spawn(async move {
        groups.all().await.map_err(Box::<dyn std::error::Error + Send + Sync>::from)
    });
    assert!(task.await.unwrap().unwrap_err().to_string().contains("10004"));
}

/// Returns the milliseconds that reading the pages takes with this much work for each.
async fn time_with<E: Paged>(mut pages: PageStream<E>, work: u64) -> u64 {
    let start = Instant::now();
    while let Some(page) = pages.next().await {
        page.unwrap();
        sleep(Duration::from_millis(work)).await;
    }
    u64::try_from(start.elapsed().as_millis()).unwrap()
}

/// A page of the groups of an account that has `total` of them, at most `max` per page.
pub(super) fn joined_groups_page(request: &Value, total: u64, max: u64) -> Value {
    let start = request["Offset"].as_u64().unwrap_or(0);
    let size = request["Limit"].as_u64().unwrap_or(max).min(max);
    let groups: Vec<Value> = (start..total.min(start + size))
        .map(|number| json!({ "GroupId": format!("g{number}") }))
        .collect();
    json!({ "ErrorCode": 0, "TotalCount": total, "GroupIdList": groups })
}

/// A scripted service with a latency of 50 ms.
#[derive(Clone, Debug)]
struct Slow {
    script: Script,
    calls: Arc<AtomicUsize>,
    in_flight: Arc<AtomicUsize>,
    max_in_flight: Arc<AtomicUsize>,
}

impl Slow {
    fn new(reply: impl Fn(usize, &SentRequest) -> Reply + Send + Sync + 'static) -> Self {
        Self {
            script: Script::from_fn(reply),
            calls: Arc::default(),
            in_flight: Arc::default(),
            max_in_flight: Arc::default(),
        }
    }

    fn admin(&self) -> Admin {
        Admin::new(self.script.builder().unwrap().backend(self.clone()).build().unwrap())
    }

    /// The number of calls that have started.
    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    fn max_in_flight(&self) -> usize {
        self.max_in_flight.load(Ordering::Relaxed)
    }
}

impl Backend for Slow {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            self.calls.fetch_add(1, Ordering::Relaxed);
            let _counted = InFlight::new(&self.in_flight, &self.max_in_flight);
            sleep(Duration::from_millis(50)).await;
            self.script.send(request).await
        })
    }
}

/// Counts a call while it is in flight.
struct InFlight<'a>(&'a AtomicUsize);

impl<'a> InFlight<'a> {
    fn new(count: &'a AtomicUsize, max: &AtomicUsize) -> Self {
        max.fetch_max(count.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
