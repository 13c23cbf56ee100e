//! The open connections: how many there are, and which of them has been idle the longest.
//!
//! A connection is idle while it waits for the head of a request. When no further connection fits, the
//! one that has been idle the longest is closed, so that idle ones keep nobody waiting.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::lock::lock;

#[derive(Debug)]
pub(crate) struct Connections {
    slots: Arc<Semaphore>,
    open: Mutex<Open>,
    started: Instant,
}

#[derive(Debug, Default)]
struct Open {
    next_id: u64,
    connections: HashMap<u64, Arc<Activity>>,
}

/// What a connection is doing.
#[derive(Debug)]
struct Activity {
    /// In nanoseconds since the start of the server, or [`BUSY`].
    idle_since: AtomicU64,
    close: Notify,
}

const BUSY: u64 = u64::MAX;

impl Connections {
    /// Creates a registry for this number of connections.
    pub(crate) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self {
            slots: Arc::new(Semaphore::new(max)),
            open: Mutex::default(),
            started: Instant::now(),
        })
    }

    /// Adds a connection. If there are too many, closes the one that has been idle the longest; if all
    /// have calls in progress, waits for one of them.
    pub(crate) async fn add(self: &Arc<Self>) -> Slot {
        loop {
            if let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned() {
                return self.register(permit);
            }
            self.close_longest_idle();
            let freed = Arc::clone(&self.slots).acquire_owned();
            if let Ok(Ok(permit)) = timeout(RETRY_DELAY, freed).await {
                return self.register(permit);
            }
        }
    }

    /// Asks the connection that has been idle the longest to close. Does nothing if none is idle.
    pub(crate) fn close_longest_idle(&self) {
        let mut open = lock(&self.open);
        let since = |activity: &Activity| activity.idle_since.load(Ordering::Relaxed);
        let idle = open.connections.iter().filter(|(_, activity)| since(activity) != BUSY);
        let longest = idle.min_by_key(|(_, activity)| since(activity)).map(|(&id, _)| id);
        if let Some(activity) = longest.and_then(|id| open.connections.remove(&id)) {
            activity.close.notify_one();
        }
    }

    /// Returns the number of open connections, and of all since the start.
    pub(crate) fn counts(&self) -> (usize, u64) {
        let open = lock(&self.open);
        (open.connections.len(), open.next_id)
    }

    fn register(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Slot {
        let activity =
            Arc::new(Activity { idle_since: AtomicU64::new(self.now()), close: Notify::new() });
        let mut open = lock(&self.open);
        let id = open.next_id;
        open.next_id += 1;
        open.connections.insert(id, Arc::clone(&activity));
        Slot { connections: Arc::clone(self), id, activity, _permit: permit }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(BUSY - 1)
    }
}

/// The slot of one connection, which is free for another one once this is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    connections: Arc<Connections>,
    id: u64,
    activity: Arc<Activity>,
    _permit: OwnedSemaphorePermit,
}

impl Slot {
    /// Marks the connection as busy until the returned guard is dropped.
    pub(crate) fn busy(&self) -> Busy<'_> {
        self.activity.idle_since.store(BUSY, Ordering::Relaxed);
        Busy(self)
    }

    /// Returns how long the connection has been idle; `None` while it is busy.
    pub(crate) fn idle_time(&self) -> Option<Duration> {
        let since = self.activity.idle_since.load(Ordering::Relaxed);
        let idle = self.connections.now().saturating_sub(since);
        (since != BUSY).then(|| Duration::from_nanos(idle))
    }

    /// Waits until the connection is asked to close.
    pub(crate) async fn asked_to_close(&self) {
        self.activity.close.notified().await;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        lock(&self.connections.open).connections.remove(&self.id);
    }
}

/// A request is being handled.
#[derive(Debug)]
pub(crate) struct Busy<'a>(&'a Slot);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.activity.idle_since.store(self.0.connections.now(), Ordering::Relaxed);
    }
}

/// How soon to look again for an idle connection, when all have calls in progress.
const RETRY_DELAY: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn longest_idle_connection_makes_room() {
        let connections = Connections::new(3);
        let [first, second, third] =
            [connections.add().await, connections.add().await, connections.add().await];
        let busy = first.busy();
        drop(second.busy());
        let room = connections.add();
        let closed = async {
            third.asked_to_close().await;
            drop(third);
        };
        let (fourth, ()) = tokio::join!(room, closed);
        assert!([&fourth, &second].iter().all(|slot| slot.idle_time().is_some()));
        assert_eq!(first.idle_time(), None);
        drop(busy);
        assert!(first.idle_time().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn busy_connections_are_waited_for() {
        let connections = Connections::new(1);
        let only = connections.add().await;
        let busy = only.busy();
        let room = timeout(Duration::from_secs(9), connections.add()).await;
        assert!(room.is_err(), "a connection with a call in progress is not closed");
        drop(busy);
        let closed = async {
            only.asked_to_close().await;
            drop(only);
        };
        tokio::join!(connections.add(), closed);
    }
}
