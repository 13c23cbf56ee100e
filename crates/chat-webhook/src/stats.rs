//! Counters of what a receiver has done.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a [`WebhookReceiver`](crate::WebhookReceiver) and its clones have done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// The number of requests.
    pub received: u64,
    /// The number of requests that were refused before a handler ran: not signed, too old, of another
    /// app, too long, or cut off.
    pub refused: u64,
    /// The number of webhooks whose handler returned a response in time, or at any time in the queue.
    pub handled: u64,
    /// The number of webhooks whose handler panicked or was dropped, or whose body is not one of the
    /// webhook.
    pub failed: u64,
    /// The number of webhooks whose handler exceeded the deadline.
    pub late: u64,
    /// The number of handlers that returned a response after the deadline. It was not sent. Counted
    /// only where handlers run in tasks of their own.
    pub late_responses: u64,
    /// The number of webhooks that did not run, because too many handlers were running.
    pub overloaded: u64,
    /// The number of webhooks that were repeats, and got the response to the first.
    pub duplicates: u64,
    /// The number of webhooks that may have been repeats, and were handled because the store of
    /// duplicates was unavailable.
    pub unchecked: u64,
    /// The number of webhooks that were acknowledged and put into the queue.
    pub queued: u64,
    /// The number of webhooks that were not acknowledged, because the queue was full until the
    /// deadline.
    pub queue_full: u64,
    /// The number of webhooks that are in the queue now.
    pub queue_length: u64,
    /// The number of webhooks that a sink accepted.
    pub stored: u64,
    /// The number of webhooks that were not acknowledged, because a sink failed.
    pub not_stored: u64,
}

/// The counters behind [`Stats`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) received: Counter,
    pub(crate) refused: Counter,
    pub(crate) handled: Counter,
    pub(crate) failed: Counter,
    pub(crate) late: Counter,
    pub(crate) late_responses: Counter,
    pub(crate) overloaded: Counter,
    pub(crate) duplicates: Counter,
    pub(crate) unchecked: Counter,
    pub(crate) queued: Counter,
    pub(crate) queue_full: Counter,
    pub(crate) stored: Counter,
    pub(crate) not_stored: Counter,
}

#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn increment(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

impl Counters {
    pub(crate) fn read(&self, queue_length: usize) -> Stats {
        Stats {
            received: self.received.get(),
            refused: self.refused.get(),
            handled: self.handled.get(),
            failed: self.failed.get(),
            late: self.late.get(),
            late_responses: self.late_responses.get(),
            overloaded: self.overloaded.get(),
            duplicates: self.duplicates.get(),
            unchecked: self.unchecked.get(),
            queued: self.queued.get(),
            queue_full: self.queue_full.get(),
            queue_length: queue_length as u64,
            stored: self.stored.get(),
            not_stored: self.not_stored.get(),
        }
    }
}
