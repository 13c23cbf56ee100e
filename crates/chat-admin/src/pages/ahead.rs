use std::panic;

use futures_util::future::{BoxFuture, FutureExt};
use tokio::{runtime::Handle, task::JoinSet};
use tracing::Instrument;

/// Starts work that goes on while nobody waits for it, and gives it up when the result is dropped.
///
/// Outside a runtime, and where the runtime goes away under it, it is done when it is waited for.
pub(super) fn ahead<Work, Output>(
    work: impl Fn() -> Work + Send + 'static,
) -> BoxFuture<'static, Output>
where
    Work: Future<Output = Output> + Send + 'static,
    Output: Send + 'static,
{
    let mut task = JoinSet::new();
    if let Ok(runtime) = Handle::try_current() {
        task.spawn_on(work().in_current_span(), &runtime);
    }
    async move {
        match task.join_next().await {
            Some(Ok(output)) => output,
            Some(Err(error)) => match error.try_into_panic() {
                Ok(panic) => panic::resume_unwind(panic),
                Err(_) => work().await,
            },
            None => work().await,
        }
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicU32, Ordering},
        },
        time::Duration,
    };

    use futures_util::FutureExt;
    use tokio::runtime::{Builder, Runtime};

    use super::ahead;

    #[test]
    fn outside_a_runtime_work_is_done_when_it_is_waited_for() {
        let result = ahead(|| async { 7 });
        assert_eq!(result.now_or_never(), Some(7));
    }

    #[test]
    fn work_whose_runtime_goes_away_is_done_again_where_it_is_waited_for() {
        let starts = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&starts);
        let work = move || {
            let number = counted.fetch_add(1, Ordering::Relaxed);
            async move {
                if number == 0 {
                    std::future::pending::<()>().await;
                }
                number
            }
        };
        let gone = runtime();
        let result = {
            let _inside = gone.enter();
            ahead(work)
        };
        gone.block_on(tokio::task::yield_now());
        gone.shutdown_timeout(Duration::from_secs(5));
        assert_eq!(runtime().block_on(result), 1);
    }

    #[test]
    #[should_panic(expected = "in the middle of it")]
    fn a_panic_comes_where_the_work_is_waited_for() {
        runtime().block_on(async {
            ahead(|| async { assert_eq!("in the middle of it", "") }).await;
        });
    }

    fn runtime() -> Runtime {
        Builder::new_current_thread().build().unwrap()
    }
}
