//! Leases from a real server.

#[path = "../../../tests/it/redis_server.rs"]
mod redis_server;

mod bookings;
mod cluster;
mod outages;
mod settings;

use std::time::Duration;

use redis::{FromRedisValue, cmd};
use redis_server::RedisServer;

use super::{
    LeaseClient, SharedQuota,
    lease::{Grant, Lease, LeaseRequest, Usage},
};

const KEY: &str = "1400000000/openim/sendmsg";
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

impl RedisServer {
    fn lease_client(&self) -> LeaseClient {
        // A machine under load takes longer than a quarter of a second at times.
        let settings = SharedQuota::redis(&self.url()).unwrap().timeout(10 * SECOND);
        LeaseClient::new(settings).unwrap()
    }

    /// Runs a command and returns its value.
    async fn ask<T: FromRedisValue>(&self, words: &[&str]) -> T {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut command = cmd(words[0]);
        command.arg(&words[1..]);
        command.query_async(&mut connection).await.unwrap()
    }
}

/// Asks for leases of one key.
struct Caller<'a> {
    client: &'a LeaseClient,
    windows: &'a [(u32, Duration)],
    max_wait: Duration,
}

impl Caller<'_> {
    fn request(&self, waiting: u32, usages: &[Usage]) -> LeaseRequest {
        LeaseRequest {
            key: KEY.into(),
            windows: self.windows.to_vec(),
            waiting,
            max_wait: self.max_wait,
            arrival_jitter: Duration::ZERO,
            send_delay: Duration::ZERO,
            usages: usages.to_vec(),
        }
    }

    async fn lease(&self, waiting: u32, usages: &[Usage]) -> Lease {
        self.client.lease(&self.request(waiting, usages)).await.unwrap()
    }

    async fn granted(&self, waiting: u32, usages: &[Usage]) -> Grant {
        granted(self.lease(waiting, usages).await)
    }

    async fn granted_with(&self, waiting: u32, arrival_jitter: Duration) -> Grant {
        let request = LeaseRequest { arrival_jitter, ..self.request(waiting, &[]) };
        granted(self.client.lease(&request).await.unwrap())
    }

    /// Returns how long it would be until one more call could start.
    async fn wait(&self, usages: &[Usage]) -> Duration {
        match (Caller { max_wait: Duration::ZERO, ..*self }).lease(1, usages).await {
            Lease::Granted(_) => Duration::ZERO,
            Lease::TooLate { starts_in } => starts_in,
        }
    }
}

fn granted(lease: Lease) -> Grant {
    match lease {
        Lease::Granted(grant) => grant,
        Lease::TooLate { starts_in } => panic!("the calls could start in {starts_in:?}"),
    }
}
