//! How a quota is shared.

use std::{fmt, num::NonZeroU32, time::Duration};

use chat_redis::Address;

use crate::config_error::ConfigError;

/// A quota that any number of processes and machines share, on a Redis (6.2 or newer) or Valkey
/// server.
///
/// All processes that make calls for an app have to use the same server and key prefix. The
/// processes lease calls by the clock of that server: their own clocks need not agree with it. Where
/// calls wait there is at most one request to Redis for 20 of them.
///
/// ```
/// use std::time::Duration;
///
/// use chat_quota::{Quota, SharedQuota, WhenUnreachable};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let shared = SharedQuota::redis("rediss://user:password@redis.internal:6379/0")?
///     .key_prefix("chat-quota")
///     .timeout(Duration::from_millis(100))
///     .when_unreachable(WhenUnreachable::LocalShare { processes: 20.try_into()? });
/// let quota = Quota::builder().shared(shared, 1_400_000_000).build()?;
/// # let _ = quota;
/// # Ok(())
/// # }
/// ```
///
/// On a cluster all keys of a prefix such as `{chat-quota}`, with the braces, are on one node. Any
/// node will do in the URL: where a key is on another one, the connection moves there.
///
/// The server holds one key of a few hundred bytes per endpoint that is in use. It expires soon
/// after the last call. Its value is worth seconds, so the server need not write it to disk, except
/// where limits over longer periods are to outlive it. It must not evict keys at will, and scripts
/// must be allowed (`EVALSHA`, `SCRIPT LOAD`, `TIME`, `GET`, `SET`).
#[derive(Clone)]
#[must_use]
pub struct SharedQuota {
    pub(super) address: Address,
    pub(super) key_prefix: String,
    pub(super) timeout: Duration,
    pub(super) when_unreachable: WhenUnreachable,
}

impl SharedQuota {
    /// Shares a quota through the server at
    /// `redis://[user][:password@]host[:port][/database]`; with `rediss://` over TLS, checked with
    /// the root certificates of the system. `valkey://` and `valkeys://` mean the same. Nothing is
    /// sent yet.
    ///
    /// Without TLS the password and the numbers of calls cross the network in plain text: use that
    /// only in private networks.
    ///
    /// # Errors
    /// When this is not such a URL, or when TLS finds no root certificates.
    pub fn redis(url: &str) -> Result<Self, ConfigError> {
        Ok(Self {
            address: Address::parse(url)
                .map_err(|error| ConfigError::new("URL of the shared quota", error.to_string()))?,
            key_prefix: "chat-quota".to_owned(),
            timeout: Duration::from_millis(250),
            when_unreachable: WhenUnreachable::Refuse,
        })
    }

    /// Sets the password, for programs that keep it apart from the URL. One in the URL stays.
    pub fn or_password(mut self, password: &str) -> Self {
        self.address = self.address.or_password(password);
        self
    }

    /// Sets what the names of the keys start with: `PREFIX:SDKAPPID/SERVICE/COMMAND`. Default:
    /// `chat-quota`.
    pub fn key_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.key_prefix = prefix.into();
        self
    }

    /// Sets how long the server may take to respond, including connecting, before it counts as
    /// unreachable. More than 0. Default: 250 ms.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets what happens to calls while the server cannot be reached. Default:
    /// [`Refuse`](WhenUnreachable::Refuse), the only policy that holds without knowing how many
    /// processes there are. Where that is known, a local share keeps calls going.
    pub fn when_unreachable(mut self, policy: WhenUnreachable) -> Self {
        self.when_unreachable = policy;
        self
    }
}

impl fmt::Debug for SharedQuota {
    /// User and password are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedQuota")
            .field("server", &self.address)
            .field("key_prefix", &self.key_prefix)
            .field("timeout", &self.timeout)
            .field("when_unreachable", &self.when_unreachable)
            .finish()
    }
}

/// What happens to calls while the server of a [`SharedQuota`] cannot be reached.
///
/// The first call that needs the server finds out, which takes the [timeout](SharedQuota::timeout)
/// at most. For a second after that the policy applies at once, then one call tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenUnreachable {
    /// Each process uses its own part of the quota: the quota divided by the number of processes,
    /// and at least one call per period.
    ///
    /// While the server goes away or comes back, leased calls and calls of the local share can
    /// overlap: for about a second more than the quota may arrive at the service, which refuses
    /// those.
    LocalShare {
        /// The number of processes that share the quota.
        processes: NonZeroU32,
    },
    /// Calls fail at once with
    /// [`AcquireError::is_unavailable`](crate::AcquireError::is_unavailable).
    Refuse,
}
