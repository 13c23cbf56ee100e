//! Jobs over lists of any length: nothing is lost and nothing is done twice.

mod bad_items;
mod changed_input;
mod every_endpoint;
mod faults;
mod file_limit;
mod flow;
mod journal;
mod limits;
mod lost_responses;
mod moderation;
mod splitting;

use std::collections::HashMap;

use chat_admin::{Chunk, ItemReport, Job, Source};

/// Runs a job and returns its items in the order in which it yielded them.
pub(crate) async fn items<S: Source>(job: Job<S>) -> Vec<ItemReport>
where
    S::Chunk: Chunk,
{
    let mut running = job.start();
    let mut items = Vec::new();
    while let Some(chunk) = running.next().await {
        items.extend(chunk.items);
    }
    items
}

/// Counts items by outcome.
pub(crate) fn counts(items: &[ItemReport]) -> HashMap<&'static str, usize> {
    let mut counts = HashMap::new();
    for item in items {
        *counts.entry(item.outcome.as_str()).or_default() += 1;
    }
    counts
}

/// Returns `user0`, `user1` and so on.
pub(crate) fn users(count: usize) -> impl Iterator<Item = String> + Send + Clone {
    (0..count).map(|number| format!("user{number}"))
}

/// Runs a future to its end.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

/// Runs a future to its end in virtual time, which advances whenever every task is idle.
pub(crate) fn block_on_paused<T>(future: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap().block_on(future)
}
