//! One connection to a server.
//!
//! Not the `redis` crate's `ConnectionManager`: that one replaces a connection only after an I/O
//! error, and so never one that has fallen silent (see the decisions in ARCHITECTURE.md).

use std::{fmt, sync::Arc};

use redis::{AsyncConnectionConfig, RedisError, aio::MultiplexedConnection};
use tokio::task::AbortHandle;

use crate::Address;

/// A connection that any number of requests use concurrently.
///
/// It has no timeout of its own, and is not replaced when it breaks or falls silent: that is for its
/// user, who knows what may be sent twice.
#[derive(Clone)]
pub struct Connection {
    commands: MultiplexedConnection,
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
    /// Connects and logs in. Must be called within a tokio runtime, whose task moves the bytes of the
    /// connection until the last clone is dropped.
    ///
    /// # Errors
    /// If the server cannot be reached, or refuses the login.
    pub async fn open(address: &Address) -> Result<Self, RedisError> {
        let stream = address.connect().await?;
        let config = AsyncConnectionConfig::new().set_response_timeout(None);
        let (commands, driver) =
            MultiplexedConnection::new_with_config(address.login(), stream, config).await?;
        let driver = Arc::new(Driver(tokio::spawn(driver).abort_handle()));
        Ok(Self { commands, driver })
    }

    /// Returns what commands are sent over.
    pub fn commands(&mut self) -> &mut MultiplexedConnection {
        &mut self.commands
    }

    /// Returns whether both are clones of one connection.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.driver, &other.driver)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}
