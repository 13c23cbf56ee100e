//! One connection, replaced when it breaks or does not respond in time.

use std::{fmt, time::Duration};

use chat_redis::{Address, Connection};
use redis::{RedisError, aio::MultiplexedConnection};
use tokio::{sync::Mutex, time::timeout};

/// A connection that any number of requests use concurrently.
pub(super) struct Link {
    address: Address,
    timeout: Duration,
    connection: Mutex<Option<Connection>>,
}

impl Link {
    pub(super) fn new(address: Address, timeout: Duration) -> Self {
        Self { address, timeout, connection: Mutex::default() }
    }

    /// Runs a request. Connecting and the response share the time limit. A request that failed may
    /// have had its effect.
    pub(super) async fn run<T>(
        &self,
        request: impl AsyncFnOnce(&mut MultiplexedConnection) -> Result<T, RedisError>,
    ) -> Result<T, String> {
        let mut used = None;
        let work = async {
            let connection = used.insert(self.connection().await?);
            request(connection.commands()).await
        };
        let why = match timeout(self.timeout, work).await {
            Ok(Ok(value)) => return Ok(value),
            // The server responded, so the connection works.
            Ok(Err(error)) if error.code().is_some() => return Err(error.to_string()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no response within {:?}", self.timeout),
        };
        if let Some(used) = used {
            self.discard(&used).await;
        }
        Err(why)
    }

    /// Returns the connection. Others wait while one of them connects.
    async fn connection(&self) -> Result<Connection, RedisError> {
        let mut connection = self.connection.lock().await;
        if let Some(connection) = &*connection {
            return Ok(connection.clone());
        }
        Ok(connection.insert(Connection::open(&self.address).await?).clone())
    }

    /// Discards a connection, unless another one has replaced it.
    async fn discard(&self, broken: &Connection) {
        let mut connection = self.connection.lock().await;
        if connection.as_ref().is_some_and(|current| current.is(broken)) {
            *connection = None;
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("address", &self.address).finish_non_exhaustive()
    }
}
