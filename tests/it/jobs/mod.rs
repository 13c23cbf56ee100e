//! Lists of any length: nothing lost, nothing done twice.

mod culprits;
mod every_endpoint;
mod faults;
mod flow;
mod journal;
mod moderation;
mod splitting;

use std::collections::HashMap;

use chat_admin::{Chunk, ItemReport, Job, Source};

/// What became of every item, in the order in which the job told it.
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

/// How many items ended how, by the word for it.
pub(crate) fn counts(items: &[ItemReport]) -> HashMap<&'static str, usize> {
    let mut counts = HashMap::new();
    for item in items {
        *counts.entry(item.outcome.as_str()).or_default() += 1;
    }
    counts
}

pub(crate) fn users(count: usize) -> impl Iterator<Item = String> + Send + Clone {
    (0..count).map(|number| format!("user{number}"))
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

/// In virtual time, which passes as fast as nobody does anything.
pub(crate) fn block_on_paused<T>(future: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap().block_on(future)
}
