//! One connection to the server.
//!
//! Not the `redis` crate's `ConnectionManager`: that one replaces a connection only after an I/O
//! error, and so never one that has fallen silent (see the decisions in ARCHITECTURE.md).

use std::sync::Arc;

use redis::{AsyncConnectionConfig, RedisError, aio::MultiplexedConnection};
use tokio::task::AbortHandle;

use super::address::Address;

/// A connection that any number of requests use concurrently.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) commands: MultiplexedConnection,
    driver: Arc<Driver>,
}

/// The task that moves the bytes of a connection. It ends with the last clone, even while the server
/// does not respond.
struct Driver(AbortHandle);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Connection {
    pub(super) async fn open(address: &Address) -> Result<Self, RedisError> {
        let stream = address.connect().await?;
        // The timeout of the whole request is the only one.
        let config = AsyncConnectionConfig::new().set_response_timeout(None);
        let (commands, driver) =
            MultiplexedConnection::new_with_config(address.login(), stream, config).await?;
        let driver = Arc::new(Driver(tokio::spawn(driver).abort_handle()));
        Ok(Self { commands, driver })
    }

    /// Returns whether both are clones of one connection.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.driver, &other.driver)
    }
}
