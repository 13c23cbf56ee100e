//! A machine without enough file descriptors for all calls of a job.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use chat_admin::Admin;
use chat_transport::{
    Client, Quota,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse},
};
use chat_usersig::SecretKey;
use http::StatusCode;

use super::{block_on_paused, users};

/// Opens a limited number of connections at once.
#[derive(Clone, Debug)]
struct FewSockets {
    limit: usize,
    open: Arc<AtomicUsize>,
    failures: Arc<AtomicUsize>,
}

impl Backend for FewSockets {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        const EMFILE: i32 = 24;
        Box::pin(async move {
            drop(request);
            if self.open.fetch_add(1, Relaxed) >= self.limit {
                self.open.fetch_sub(1, Relaxed);
                self.failures.fetch_add(1, Relaxed);
                return Err(BackendError::connect(io::Error::from_raw_os_error(EMFILE)));
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
            self.open.fetch_sub(1, Relaxed);
            Ok(HttpResponse::new(StatusCode::OK, r#"{"ErrorCode":0}"#))
        })
    }
}

#[cfg(unix)]
#[test]
fn job_makes_fewer_concurrent_calls_when_file_descriptors_run_out() {
    let sockets = FewSockets { limit: 20, open: Arc::default(), failures: Arc::default() };
    let key = SecretKey::new("a key").unwrap();
    let builder = Client::builder(1_400_000_000, key).endpoint("http://127.0.0.1:1");
    let client = builder.quota(Quota::unlimited()).backend(sockets.clone()).build().unwrap();
    block_on_paused(async {
        let job = Admin::new(client).group("g").mute(users(20_000)).batch_size(20);
        let report = job.concurrency(200).run().await;
        assert_eq!(report.summary.done, 20_000, "{}", report.summary);
    });
    // Only the calls of the first moment failed, and their retries.
    let failures = sockets.failures.load(Relaxed);
    assert!((1..2_000).contains(&failures), "{failures}");
}
