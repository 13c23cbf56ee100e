//! What is under way while the caller works, in virtual time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chat_admin::Admin;
use chat_transport::{
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse},
    testing::{Reply, Script, SentRequest},
};
use futures_util::TryStreamExt;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn looking_ahead_takes_the_longer_of_fetching_and_working_instead_of_their_sum() {
    for (work, expected) in [(40, 50 + 9 * 50 + 40), (90, 50 + 9 * 90 + 90)] {
        let slow = Slow::new(|_, sent| Reply::json(joined(&sent.body, 50, 5)));
        let groups = || slow.admin().account("peter").joined_groups();
        assert_eq!(time_with(groups().by_page(), work).await, 10 * (50 + work));
        assert_eq!(time_with(groups().prefetch().by_page(), work).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn looking_ahead_is_one_page_ahead_and_no_more() {
    let slow = Slow::new(|_, sent| Reply::json(joined(&sent.body, 50, 5)));
    let mut pages = slow.admin().account("peter").joined_groups().prefetch().by_page();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(slow.calls(), 0, "nothing is fetched before somebody asks");
    for number in 1..10 {
        assert!(pages.try_next().await.unwrap().is_some());
        sleep(Duration::from_secs(1)).await;
        assert_eq!(slow.calls(), number + 1);
    }
    assert!(pages.try_next().await.unwrap().is_some());
    assert!(pages.try_next().await.unwrap().is_none());
    assert_eq!(slow.calls(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_stream_gives_up_what_is_under_way() {
    let slow = Slow::new(|_, sent| Reply::json(joined(&sent.body, 50, 5)));
    let mut pages = slow.admin().account("peter").joined_groups().in_parallel(4).by_page();
    pages.try_next().await.unwrap();
    sleep(Duration::from_millis(10)).await;
    assert_eq!(slow.open(), 4);
    drop(pages);
    sleep(Duration::from_millis(10)).await;
    assert_eq!((slow.open(), slow.script.sent().len()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn pages_side_by_side_come_in_order_and_as_many_at_once_as_is_allowed() {
    // The first page alone, then 12 of them by fours.
    for (at_once, round_trips) in [(1, 13), (4, 4), (5, 4), (6, 3), (100, 2)] {
        let slow = Slow::new(|_, sent| Reply::json(joined(&sent.body, 65, 5)));
        let groups = slow.admin().account("peter").joined_groups().in_parallel(at_once);
        let start = Instant::now();
        let groups = groups.all().await.unwrap();
        assert_eq!(start.elapsed().as_millis(), 50 * round_trips, "{at_once} at once");
        assert_eq!(slow.most_open(), at_once.min(12));
        let ids: Vec<&str> = groups.iter().map(|group| group.group_id.as_str()).collect();
        assert_eq!(ids, (0..65).map(|number| format!("g{number}")).collect::<Vec<_>>());
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_pages_are_held_than_is_allowed_while_the_caller_works() {
    let slow = Slow::new(|_, sent| Reply::json(joined(&sent.body, 100, 5)));
    let mut pages = slow.admin().account("peter").joined_groups().in_parallel(3).by_page();
    for number in 1..=20 {
        assert!(pages.try_next().await.unwrap().is_some());
        sleep(Duration::from_secs(1)).await;
        assert_eq!(slow.calls(), (number + 3).min(20));
    }
    assert!(pages.try_next().await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_error_ahead_comes_after_the_pages_before_it() {
    let reply = |_, sent: &SentRequest| match sent.body["Offset"].as_u64() {
        Some(15) => Reply::refusal(10004, "not today"),
        _ => Reply::json(joined(&sent.body, 50, 5)),
    };
    let groups = || Slow::new(reply).admin().account("peter").joined_groups();
    for groups in [groups(), groups().prefetch(), groups().in_parallel(8)] {
        let mut came = Vec::new();
        let error = groups.collect_into(&mut came).await.unwrap_err();
        assert_eq!((came.len(), error.cursor::<u64>()), (15, Some(15)), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_can_be_read_in_a_task_of_its_own_and_its_error_leave_it() {
    let slow = Slow::new(|_, _| Reply::refusal(10004, "not today"));
    let groups = slow.admin().account("peter").joined_groups().in_parallel(2);
    let task = tokio::spawn(async move {
        groups.all().await.map_err(Box::<dyn std::error::Error + Send + Sync>::from)
    });
    assert!(task.await.unwrap().unwrap_err().to_string().contains("10004"));
}

/// How many milliseconds the pages take with so much work for each.
async fn time_with<T>(
    mut pages: impl futures_util::Stream<Item = Result<T, chat_admin::PageError>> + Unpin,
    work: u64,
) -> u64 {
    let start = Instant::now();
    while pages.try_next().await.unwrap().is_some() {
        sleep(Duration::from_millis(work)).await;
    }
    u64::try_from(start.elapsed().as_millis()).unwrap()
}

/// A page of so many groups at most, out of so many.
pub(super) fn joined(request: &Value, total: u64, most: u64) -> Value {
    let start = request["Offset"].as_u64().unwrap_or(0);
    let size = request["Limit"].as_u64().unwrap_or(most).min(most);
    let groups: Vec<Value> = (start..total.min(start + size))
        .map(|number| json!({ "GroupId": format!("g{number}") }))
        .collect();
    json!({ "ErrorCode": 0, "TotalCount": total, "GroupIdList": groups })
}

/// A script behind a network of 50 ms.
#[derive(Clone, Debug)]
struct Slow {
    script: Script,
    calls: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    most_open: Arc<AtomicUsize>,
}

impl Slow {
    fn new(reply: impl Fn(usize, &SentRequest) -> Reply + Send + Sync + 'static) -> Self {
        Self {
            script: Script::from_fn(reply),
            calls: Arc::default(),
            open: Arc::default(),
            most_open: Arc::default(),
        }
    }

    fn admin(&self) -> Admin {
        Admin::new(self.script.builder().unwrap().backend(self.clone()).build().unwrap())
    }

    /// Calls that were begun.
    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    fn most_open(&self) -> usize {
        self.most_open.load(Ordering::Relaxed)
    }
}

impl Backend for Slow {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            self.calls.fetch_add(1, Ordering::Relaxed);
            let _open = Open::new(&self.open, &self.most_open);
            sleep(Duration::from_millis(50)).await;
            self.script.send(request).await
        })
    }
}

/// Counts a call as long as it is under way.
struct Open<'a>(&'a AtomicUsize);

impl<'a> Open<'a> {
    fn new(open: &'a AtomicUsize, most: &AtomicUsize) -> Self {
        most.fetch_max(open.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
        Self(open)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
