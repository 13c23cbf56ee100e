//! Requests to the server, and what is known of it.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chat_redis::{Address, Connection};
use redis::{FromRedisValue, RedisError, ScriptInvocation};
use tokio::time::{Instant, timeout};

use crate::unreachable::Unreachable;

/// One connection that all endpoints use concurrently. It is opened when it is needed, and replaced
/// when it breaks or does not respond in time.
pub(super) struct Link {
    address: Address,
    timeout: Duration,
    state: Mutex<State>,
    /// Held by the request that connects; the others wait for the outcome.
    connecting: tokio::sync::Mutex<()>,
}

struct State {
    connection: Option<Connection>,
    /// The node of a cluster that has the keys.
    node: Option<Address>,
    round_trip: Duration,
    last_response: Option<Instant>,
    /// When the last response came over the connection before this one, if that one broke.
    silent_since: Option<Instant>,
    outage: Option<Outage>,
}

struct Outage {
    error: Unreachable,
    retry_at: Instant,
}

/// One of at most two attempts at a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    pub(super) is_first: bool,
    /// How long ago the last response came over a connection that broke, if that is short enough to
    /// matter; otherwise 0.
    pub(super) silence: Duration,
}

/// What a script returned.
#[derive(Debug)]
pub(super) struct Response<T> {
    pub(super) value: T,
    pub(super) requested: Instant,
    pub(super) responded: Instant,
}

impl Link {
    pub(super) fn new(address: Address, timeout: Duration) -> Self {
        let state = State {
            connection: None,
            node: None,
            round_trip: FIRST_ROUND_TRIP,
            last_response: None,
            silent_since: None,
            outage: None,
        };
        Self { address, timeout, state: Mutex::new(state), connecting: Default::default() }
    }

    /// Returns how long the last response took.
    pub(super) fn round_trip(&self) -> Duration {
        self.state().round_trip
    }

    /// Runs a script. Returns its value, and when it was requested and when it responded.
    ///
    /// A connection that turns out to be broken is replaced, and the script is run once more: it may
    /// have run already.
    pub(super) async fn run<'a, T: FromRedisValue>(
        &self,
        script: impl Fn(Attempt) -> ScriptInvocation<'a>,
    ) -> Result<Response<T>, Unreachable> {
        self.enter()?;
        let mut used = None;
        match timeout(self.timeout, self.try_twice(script, &mut used)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(self.fail(used.as_ref(), &error.to_string())),
            Err(_) => {
                Err(self.fail(used.as_ref(), &format!("no response within {:?}", self.timeout)))
            }
        }
    }

    /// During an outage only one request a second is sent.
    fn enter(&self) -> Result<(), Unreachable> {
        let now = Instant::now();
        let mut state = self.state();
        let Some(outage) = &mut state.outage else { return Ok(()) };
        if now < outage.retry_at {
            return Err(outage.error.clone());
        }
        outage.retry_at = now + RETRY_AFTER;
        Ok(())
    }

    async fn try_twice<'a, T: FromRedisValue>(
        &self,
        script: impl Fn(Attempt) -> ScriptInvocation<'a>,
        used: &mut Option<Connection>,
    ) -> Result<Response<T>, RedisError> {
        let connection = used.insert(self.connection().await?).clone();
        let error = match self.attempt(connection.clone(), true, &script).await {
            Err(error) if error.is_connection_dropped() || error.redirect_node().is_some() => error,
            outcome => return outcome,
        };
        self.discard(&connection, error.redirect_node().map(|(node, _)| node));
        let connection = used.insert(self.connection().await?).clone();
        self.attempt(connection, false, &script).await
    }

    async fn attempt<'a, T: FromRedisValue>(
        &self,
        mut connection: Connection,
        is_first: bool,
        script: impl Fn(Attempt) -> ScriptInvocation<'a>,
    ) -> Result<Response<T>, RedisError> {
        let silence = self.silence();
        let script = script(Attempt { is_first, silence });
        let requested = Instant::now();
        let value = script.invoke_async(connection.commands()).await?;
        let responded = Instant::now();
        self.succeed(requested, responded);
        Ok(Response { value, requested, responded })
    }

    fn silence(&self) -> Duration {
        let state = self.state();
        let silence = state.silent_since.map(|instant| instant.elapsed()).unwrap_or_default();
        if silence < HOLD { silence } else { Duration::ZERO }
    }

    async fn connection(&self) -> Result<Connection, RedisError> {
        if let Some(connection) = self.usable_connection() {
            return Ok(connection);
        }
        let _connecting = self.connecting.lock().await;
        if let Some(connection) = self.usable_connection() {
            return Ok(connection);
        }
        let address = self.state().node.clone().unwrap_or_else(|| self.address.clone());
        let connection = Connection::open(&address).await?;
        self.state().connection = Some(connection.clone());
        Ok(connection)
    }

    /// A connection that was idle for long may have been closed silently on the way.
    fn usable_connection(&self) -> Option<Connection> {
        let mut state = self.state();
        if state.last_response.is_some_and(|response| response.elapsed() > IDLE_TIMEOUT) {
            state.last_response = None;
            state.connection = None;
        }
        state.connection.clone()
    }

    fn succeed(&self, requested: Instant, responded: Instant) {
        let mut state = self.state();
        state.round_trip = responded - requested;
        state.last_response = Some(responded);
        if state.outage.take().is_some() {
            drop(state);
            tracing::info!(server = ?self.address, "the shared quota can be reached again");
        }
    }

    /// Discards a connection, unless another one has replaced it.
    fn discard(&self, broken: &Connection, node: Option<&str>) {
        let mut state = self.state();
        if state.connection.as_ref().is_some_and(|current| current.is(broken)) {
            state.connection = None;
            state.node = node.and_then(|node| self.address.at_node(node));
            if node.is_none() && state.last_response.is_some() {
                state.silent_since = state.last_response.take();
            }
        }
    }

    fn fail(&self, used: Option<&Connection>, reason: &str) -> Unreachable {
        let error = Unreachable::new(reason);
        if let Some(connection) = used {
            self.discard(connection, None);
        }
        let mut state = self.state();
        if state.connection.is_some() {
            // The request failed over a connection that others have replaced by now.
            return error;
        }
        state.node = None;
        let outage = Outage { error: error.clone(), retry_at: Instant::now() + RETRY_AFTER };
        if state.outage.replace(outage).is_none() {
            drop(state);
            tracing::warn!(server = ?self.address, reason, "the shared quota cannot be reached");
        }
        error
    }

    /// Nothing panics while holding the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("address", &self.address).finish_non_exhaustive()
    }
}

/// How long an outage is assumed to last before one request tries again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Assumed before the first response.
const FIRST_ROUND_TRIP: Duration = Duration::from_millis(10);

const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The same as in the script.
const HOLD: Duration = Duration::from_secs(2);
