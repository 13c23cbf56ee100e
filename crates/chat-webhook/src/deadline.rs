//! The time within which a response is due, measured by a timer that the program provides.

use std::{fmt, pin::Pin, time::Duration};

use futures_util::future::{Either, select};

/// The time within which a response is due.
pub(crate) struct Deadline {
    time: Duration,
    sleep: Box<dyn Fn(Duration) -> Sleep + Send + Sync>,
}

type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Deadline {
    pub(crate) fn new<S>(
        time: Duration,
        sleep: impl Fn(Duration) -> S + Send + Sync + 'static,
    ) -> Self
    where
        S: Future<Output = ()> + Send + 'static,
    {
        Self { time, sleep: Box::new(move |time| Box::pin(sleep(time))) }
    }

    /// Returns the output of the work; `None` if it is not done in time, and dropped.
    pub(crate) async fn limit<T>(&self, work: impl Future<Output = T> + Send) -> Option<T> {
        match select(std::pin::pin!(work), (self.sleep)(self.time)).await {
            Either::Left((output, _)) => Some(output),
            Either::Right(_) => None,
        }
    }
}

impl fmt::Debug for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Deadline").field(&self.time).finish()
    }
}
