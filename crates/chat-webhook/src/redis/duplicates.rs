//! Duplicates of several receivers.

use std::time::Duration;

use bytes::Bytes;
use chat_redis::Address;
use redis::Script;
use tokio::time::sleep;

use super::link::Link;
use crate::{BoxFuture, Claim, Duplicates, DuplicatesError, EventKey};

/// Remembers webhooks on a Redis (6.2 or newer) or Valkey server, for several receivers behind one URL.
///
/// There is one key per webhook, `PREFIX:HASH`, with the response to it. It expires after the window, so
/// the server must have room for the webhooks of that time, about 200 bytes each, and must not evict
/// keys at will. While the server cannot be reached, webhooks are handled, and may be handled twice.
///
/// ```
/// use std::time::Duration;
///
/// use chat_webhook::{RedisAddress, RedisDuplicates, WebhookReceiver};
///
/// let address = RedisAddress::parse("rediss://user:password@redis.internal:6379/0")?;
/// let duplicates = RedisDuplicates::new(address, Duration::from_secs(600));
/// let builder = WebhookReceiver::builder(1_400_000_000).duplicates(duplicates);
/// # Ok::<(), chat_webhook::RedisAddressError>(())
/// ```
#[derive(Debug)]
pub struct RedisDuplicates {
    link: Link,
    prefix: String,
    window: Duration,
    complete: Script,
    release: Script,
}

impl RedisDuplicates {
    /// Creates a store that remembers a webhook for `window`, in whole milliseconds. Connects to nothing
    /// yet.
    ///
    /// Its requests must be made within a tokio runtime. One that takes longer than 250 ms fails.
    pub fn new(address: Address, window: Duration) -> Self {
        Self {
            link: Link::new(address, TIMEOUT),
            prefix: "chat-webhook".to_owned(),
            window,
            complete: Script::new(COMPLETE),
            release: Script::new(RELEASE),
        }
    }

    /// Sets what the names of the keys start with. The default is `chat-webhook`.
    #[must_use]
    pub fn key_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    fn name(&self, key: &EventKey) -> String {
        format!("{}:{key}", self.prefix)
    }
}

impl Duplicates for RedisDuplicates {
    fn claim<'a>(&'a self, key: &'a EventKey) -> BoxFuture<'a, Result<Claim, DuplicatesError>> {
        Box::pin(async move {
            let name = self.name(key);
            loop {
                let claimed = self.link.run(async |commands| {
                    let mut set = redis::cmd("SET");
                    set.arg(&name).arg(RUNNING).arg("NX").arg("PX").arg(millis(CLAIM));
                    let first: Option<String> = set.query_async(commands).await?;
                    if first.is_some() {
                        return Ok(Some(Claim::First));
                    }
                    let mut get = redis::cmd("GET");
                    let value: Option<Vec<u8>> = get.arg(&name).query_async(commands).await?;
                    let done = value.filter(|value| value != RUNNING.as_bytes());
                    Ok(done.map(|response| Claim::Repeat(response.into())))
                });
                match claimed.await.map_err(DuplicatesError::new)? {
                    Some(claim) => return Ok(claim),
                    None => sleep(POLL).await,
                }
            }
        })
    }

    fn complete<'a>(
        &'a self,
        key: &'a EventKey,
        response: Bytes,
    ) -> BoxFuture<'a, Result<(), DuplicatesError>> {
        Box::pin(async move {
            let mut script = self.complete.key(self.name(key));
            script.arg(RUNNING).arg(&response[..]).arg(millis(self.window).max(1));
            let completed = self.link.run(async |commands| script.invoke_async(commands).await);
            completed.await.map_err(DuplicatesError::new)
        })
    }

    fn release<'a>(&'a self, key: &'a EventKey) -> BoxFuture<'a, Result<(), DuplicatesError>> {
        Box::pin(async move {
            let mut script = self.release.key(self.name(key));
            script.arg(RUNNING);
            let released = self.link.run(async |commands| script.invoke_async(commands).await);
            released.await.map_err(DuplicatesError::new)
        })
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Keeps the first response, if the claim ended before its webhook was handled.
const COMPLETE: &str = r"
local value = redis.call('GET', KEYS[1])
if not value or value == ARGV[1] then
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
";

const RELEASE: &str = r"
if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('DEL', KEYS[1])
end
";

/// The value of a key whose webhook is being handled. A response is JSON.
const RUNNING: &str = "?";

const TIMEOUT: Duration = Duration::from_millis(250);

/// How long a claim holds that is neither completed nor released. The service waits 2 seconds.
const CLAIM: Duration = Duration::from_secs(5);

/// How often a repeat looks for the response to the first.
const POLL: Duration = Duration::from_millis(20);
