//! Against a real server.

#[path = "../../tests/it/redis_server.rs"]
mod redis_server;

mod bookings;
mod cluster;
mod outages;
mod settings;

use std::time::Duration;

use redis::{FromRedisValue, cmd};
use redis_server::RedisServer;

use super::{
    SharedQuota,
    lease::{Lease, Permits, Request, Shared, Usage},
};

const KEY: &str = "1400000000/openim/sendmsg";
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

impl RedisServer {
    fn quota(&self) -> Shared {
        // A machine under load takes longer than a quarter of a second at times.
        let settings = SharedQuota::redis(&self.url()).unwrap().timeout(10 * SECOND);
        Shared::new(settings).unwrap()
    }

    async fn ask<T: FromRedisValue>(&self, words: &[&str]) -> T {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut command = cmd(words[0]);
        command.arg(&words[1..]);
        command.query_async(&mut connection).await.unwrap()
    }
}

/// A line that asks for leases of one key.
struct Line<'a> {
    quota: &'a Shared,
    windows: &'a [(u32, Duration)],
    patience: Duration,
}

impl Line<'_> {
    fn request<'a>(&'a self, waiting: u32, usages: &'a [Usage]) -> Request<'a> {
        Request {
            key: KEY,
            windows: self.windows,
            waiting,
            latest_start: self.patience,
            spread: Duration::ZERO,
            departure: Duration::ZERO,
            usages,
        }
    }

    async fn lease(&self, waiting: u32, usages: &[Usage]) -> Lease {
        self.quota.lease(self.request(waiting, usages)).await.unwrap()
    }

    async fn granted(&self, waiting: u32, usages: &[Usage]) -> Permits {
        granted(self.lease(waiting, usages).await)
    }

    async fn granted_with(&self, waiting: u32, spread: Duration) -> Permits {
        let request = Request { spread, ..self.request(waiting, &[]) };
        granted(self.quota.lease(request).await.unwrap())
    }

    /// How long it would be until one more call could start.
    async fn wait(&self, usages: &[Usage]) -> Duration {
        match (Line { patience: Duration::ZERO, ..*self }).lease(1, usages).await {
            Lease::Granted(_) => Duration::ZERO,
            Lease::TooLate { starts_in } => starts_in,
        }
    }
}

fn granted(lease: Lease) -> Permits {
    match lease {
        Lease::Granted(permits) => permits,
        Lease::TooLate { starts_in } => panic!("the calls could start in {starts_in:?}"),
    }
}
