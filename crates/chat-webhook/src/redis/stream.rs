//! Webhooks in streams.

use std::time::Duration;

use chat_redis::Address;
use chat_types::spec::WebhookSpec;
use redis::{Script, aio::MultiplexedConnection};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::link::Link;
use crate::{BoxFuture, RawWebhook, Sink, SinkError, StoredWebhook, body_fields};

/// Stores webhooks in streams of a Redis (6.2 or newer) or Valkey server, from which any number of
/// [`StreamWorker`](crate::StreamWorker)s take them.
///
/// Webhooks about the same group, room or account (see [`WebhookSpec::subject`]) are in the same stream,
/// and are handled in the order in which they were stored. The streams are `PREFIX:0`, `PREFIX:1` and so
/// on. A webhook is removed when it was handled, so the length of a stream is what is left to do. A full
/// stream accepts nothing, and drops nothing.
///
/// ```
/// use chat_webhook::{RedisAddress, RedisStream, WebhookReceiver};
///
/// let stream = RedisStream::new(RedisAddress::parse("redis://redis.internal:6379")?);
/// let builder = WebhookReceiver::builder(1_400_000_000).sink(stream);
/// # Ok::<(), chat_webhook::RedisAddressError>(())
/// ```
#[derive(Debug)]
pub struct RedisStream {
    pub(super) link: Link,
    pub(super) prefix: String,
    pub(super) partitions: u16,
    max_length: u64,
    append: Script,
}

/// How many webhooks are in the streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamLength {
    /// The number of webhooks that were not handled yet.
    pub waiting: u64,
    /// The number of webhooks that were given up.
    pub dead: u64,
}

/// The streams could not be used.
#[derive(Clone, Debug, Error)]
#[error("the streams of webhooks are unavailable: {0}")]
pub struct StreamError(pub(super) String);

impl RedisStream {
    /// Creates a sink with 16 streams of at most 1,000,000 webhooks each. Connects to nothing yet.
    ///
    /// Its requests must be made within a tokio runtime. One that takes longer than a second fails.
    pub fn new(address: Address) -> Self {
        Self {
            link: Link::new(address, TIMEOUT),
            prefix: "chat-webhook-stream".to_owned(),
            partitions: 16,
            max_length: 1_000_000,
            append: Script::new(APPEND),
        }
    }

    /// Sets what the names of the streams start with. The default is `chat-webhook-stream`. On a cluster,
    /// use a prefix in braces.
    #[must_use]
    pub fn key_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets the number of streams, at least one, which is how many webhooks are handled concurrently.
    /// It must be the same at all receivers and workers.
    #[must_use]
    pub fn partitions(mut self, partitions: u16) -> Self {
        self.partitions = partitions.max(1);
        self
    }

    /// Sets how many webhooks a stream holds. What is beyond that is not acknowledged.
    #[must_use]
    pub fn max_length(mut self, webhooks: u64) -> Self {
        self.max_length = webhooks;
        self
    }

    /// Returns how many webhooks are in the streams: the lag of the workers.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn length(&self) -> Result<StreamLength, StreamError> {
        let lengths: Result<Vec<u64>, String> = self
            .link
            .run(async |commands| {
                let mut pipeline = redis::pipe();
                for partition in 0..self.partitions {
                    pipeline.cmd("XLEN").arg(self.name(partition));
                }
                pipeline.cmd("XLEN").arg(self.dead_name());
                pipeline.query_async(commands).await
            })
            .await;
        let mut lengths = lengths.map_err(StreamError)?;
        let dead = lengths.pop().unwrap_or_default();
        Ok(StreamLength { waiting: lengths.iter().sum(), dead })
    }

    pub(super) fn name(&self, partition: u16) -> String {
        format!("{}:{partition}", self.prefix)
    }

    pub(super) fn dead_name(&self) -> String {
        format!("{}:dead", self.prefix)
    }

    /// Returns the stream of a webhook: that of its subject, or of its name.
    fn partition_of(&self, webhook: &RawWebhook) -> u16 {
        let command = &webhook.parameters.callback_command;
        let subject = WebhookSpec::find(command)
            .and_then(|spec| spec.subject)
            .and_then(|path| body_fields::find_string(&webhook.body, path));
        let hash = Sha256::digest(subject.as_ref().unwrap_or(command));
        u16::from_be_bytes([hash[0], hash[1]]) % self.partitions
    }

    pub(super) async fn request<T>(
        &self,
        request: impl AsyncFnOnce(&mut MultiplexedConnection) -> Result<T, redis::RedisError>,
    ) -> Result<T, StreamError> {
        self.link.run(request).await.map_err(StreamError)
    }
}

impl Sink for RedisStream {
    fn store<'a>(&'a self, webhook: &'a RawWebhook) -> BoxFuture<'a, Result<(), SinkError>> {
        Box::pin(async move {
            let name = self.name(self.partition_of(webhook));
            let mut script = self.append.key(&name);
            script.arg(self.max_length).arg(StoredWebhook::from(webhook).to_json());
            let append =
                async |commands: &mut MultiplexedConnection| script.invoke_async(commands).await;
            let stored: bool = self.request(append).await.map_err(SinkError::new)?;
            if !stored {
                return Err(SinkError::new(format!(
                    "the stream {name} has {} webhooks that were not handled yet",
                    self.max_length
                )));
            }
            Ok(())
        })
    }
}

const APPEND: &str = r"
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then
    return 0
end
redis.call('XADD', KEYS[1], '*', 'webhook', ARGV[2])
return 1
";

const TIMEOUT: Duration = Duration::from_secs(1);
