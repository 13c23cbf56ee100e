//! Workers that handle the webhooks of streams.

use std::{
    fmt,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use futures_util::{FutureExt as _, future::join_all};
use redis::{Script, Value, aio::MultiplexedConnection, streams::StreamReadReply};
use tokio::time::{sleep, timeout};
use tracing::{Instrument as _, info_span, warn};

use super::stream::{RedisStream, StreamError};
use crate::{RawWebhook, StoredWebhook, handlers::Handlers, refusal::Refusal};

/// Handles the webhooks that receivers put into a [`RedisStream`].
///
/// Any number of workers share the streams: each stream is handled by one worker at a time, webhook after
/// webhook. A webhook is removed after its handler returned. If a worker dies or is cut off, another one
/// takes over its streams after 10 seconds at most, and starts with the webhook that was being handled; so
/// a webhook can be handled twice. Each worker needs a name that no other has. One whose handler fails is tried again, and holds up those after it in
/// its stream; after five attempts it goes to the stream `PREFIX:dead`.
///
/// ```no_run
/// use chat_types::webhook::{Receipt, state::StateChange};
/// use chat_webhook::{Event, RedisAddress, RedisStream, WebhookReceiver};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let stream = RedisStream::new(RedisAddress::parse("redis://redis.internal:6379")?);
/// let worker = WebhookReceiver::builder(1_400_000_000)
///     .on(|event: Event<StateChange>| async move {
///         println!("{:?}", event.body.info);
///         Receipt::default()
///     })
///     .build_stream_worker(stream, "worker-1");
/// worker.run().await;
/// # Ok(())
/// # }
/// ```
pub struct StreamWorker {
    stream: RedisStream,
    handlers: Handlers,
    name: String,
    renew: Script,
    counters: Arc<Counters>,
}

/// What a [`StreamWorker`] has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamStats {
    /// The number of webhooks that were handled.
    pub handled: u64,
    /// The number of attempts that failed.
    pub failed: u64,
    /// The number of webhooks that were given up.
    pub dead: u64,
}

#[derive(Debug, Default)]
struct Counters {
    handled: AtomicU64,
    failed: AtomicU64,
    dead: AtomicU64,
}

/// A webhook of a stream.
struct Entry {
    id: String,
    json: Vec<u8>,
}

impl StreamWorker {
    pub(crate) fn new(stream: RedisStream, handlers: Handlers, name: String) -> Self {
        let renew = Script::new(RENEW);
        Self { stream, handlers, name, renew, counters: Arc::default() }
    }

    /// Returns what this worker has done so far.
    pub fn stats(&self) -> StreamStats {
        let Counters { handled, failed, dead } = &*self.counters;
        StreamStats {
            handled: handled.load(Relaxed),
            failed: failed.load(Relaxed),
            dead: dead.load(Relaxed),
        }
    }

    /// Handles webhooks until the future is dropped, within a tokio runtime. Where the server cannot be
    /// reached, tries again every second.
    ///
    /// Dropping the future cancels the handlers. Their webhooks remain in the streams.
    pub async fn run(&self) {
        join_all((0..self.stream.partitions).map(|partition| self.serve(partition))).await;
    }

    /// Handles one stream whenever no other worker does.
    async fn serve(&self, partition: u16) {
        loop {
            let outcome = match self.acquire(partition).await {
                Ok(true) => self.drain(partition).await,
                Ok(false) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = outcome {
                warn!(%error, partition, "cannot handle a stream of webhooks");
                sleep(RETRY).await;
            } else {
                sleep(IDLE).await;
            }
        }
    }

    /// Handles the webhooks of a stream until none is left or another worker owns the stream.
    async fn drain(&self, partition: u16) -> Result<(), StreamError> {
        let stream = self.stream.name(partition);
        self.create_group(&stream).await?;
        loop {
            // What a worker that is gone left behind comes first.
            let entry = match self.take_over(&stream).await? {
                Some(entry) => Some(entry),
                None => self.read_new(&stream).await?,
            };
            let Some(entry) = entry else { return Ok(()) };
            if !self.process(partition, &stream, &entry).await? || !self.acquire(partition).await? {
                return Ok(());
            }
        }
    }

    /// Handles a webhook, and removes it. Returns whether this worker still owns the stream.
    async fn process(
        &self,
        partition: u16,
        stream: &str,
        entry: &Entry,
    ) -> Result<bool, StreamError> {
        loop {
            if self.attempts(stream, &entry.id).await? > MAX_ATTEMPTS {
                self.counters.dead.fetch_add(1, Relaxed);
                warn!(stream, id = entry.id, "gave up a webhook");
                self.remove(stream, entry, true).await?;
                return Ok(true);
            }
            let mut handling = std::pin::pin!(self.handle(&entry.json));
            let outcome = loop {
                match timeout(LEASE / 3, &mut handling).await {
                    Ok(outcome) => break outcome,
                    Err(_) if self.acquire(partition).await? => {}
                    Err(_) => return Ok(false),
                }
            };
            match outcome {
                Ok(()) => {
                    self.counters.handled.fetch_add(1, Relaxed);
                    self.remove(stream, entry, false).await?;
                    return Ok(true);
                }
                Err(failure) => {
                    self.counters.failed.fetch_add(1, Relaxed);
                    warn!(%failure, stream, id = entry.id, "failed to handle a webhook");
                    sleep(IDLE).await;
                    if !self.acquire(partition).await? {
                        return Ok(false);
                    }
                    self.claim_again(stream, &entry.id).await?;
                }
            }
        }
    }

    async fn handle(&self, json: &[u8]) -> Result<(), Refusal> {
        let stored = StoredWebhook::from_json(json)
            .map_err(|error| Refusal::Undecodable(error.to_string()))?;
        let webhook = RawWebhook::from(stored);
        let span = info_span!("webhook", command = %webhook.parameters.callback_command);
        let handler = self.handlers.of(&webhook.parameters.callback_command);
        let work = async {
            let handled = self.handlers.prepare(handler, webhook)?;
            AssertUnwindSafe(handled).catch_unwind().await.unwrap_or(Err(Refusal::Panicked))
        };
        work.instrument(span).await.map(drop)
    }

    /// Owns a stream for the time of a lease, if no other worker does.
    async fn acquire(&self, partition: u16) -> Result<bool, StreamError> {
        let mut script = self.renew.key(format!("{}:owner", self.stream.name(partition)));
        script.arg(&self.name).arg(millis(LEASE));
        self.request(async |commands| script.invoke_async(commands).await).await
    }

    async fn create_group(&self, stream: &str) -> Result<(), StreamError> {
        self.request(async |commands| {
            let mut create = redis::cmd("XGROUP");
            create.arg("CREATE").arg(stream).arg(GROUP).arg("0").arg("MKSTREAM");
            match create.query_async::<()>(commands).await {
                Err(error) if error.code() == Some("BUSYGROUP") => Ok(()),
                created => created,
            }
        })
        .await
    }

    /// Takes over the oldest webhook that was delivered and not handled. Only the owner of the stream
    /// does this, so no other worker is handling it.
    async fn take_over(&self, stream: &str) -> Result<Option<Entry>, StreamError> {
        self.request(async |commands| {
            let mut claim = redis::cmd("XAUTOCLAIM");
            claim.arg(stream).arg(GROUP).arg(&self.name).arg(0).arg("0-0").arg("COUNT").arg(1);
            let reply: Value = claim.query_async(commands).await?;
            let entries = match &reply {
                Value::Array(parts) => parts.get(1).cloned().unwrap_or(Value::Nil),
                _ => Value::Nil,
            };
            let entries: Vec<(String, Fields)> = redis::from_redis_value(entries)?;
            Ok(entries.into_iter().next().map(|(id, mut fields)| Entry {
                id,
                json: fields.pop().map(|(_, json)| json).unwrap_or_default(),
            }))
        })
        .await
    }

    async fn read_new(&self, stream: &str) -> Result<Option<Entry>, StreamError> {
        self.request(async |commands| {
            let mut read = redis::cmd("XREADGROUP");
            read.arg("GROUP").arg(GROUP).arg(&self.name).arg("COUNT").arg(1);
            read.arg("STREAMS").arg(stream).arg(">");
            let reply: Option<StreamReadReply> = read.query_async(commands).await?;
            let entry =
                reply.into_iter().flat_map(|reply| reply.keys).flat_map(|key| key.ids).next();
            Ok(entry.map(|entry| Entry {
                json: entry.get("webhook").unwrap_or_default(),
                id: entry.id,
            }))
        })
        .await
    }

    /// Returns how often a webhook was delivered.
    async fn attempts(&self, stream: &str, id: &str) -> Result<u64, StreamError> {
        self.request(async |commands| {
            let mut pending = redis::cmd("XPENDING");
            pending.arg(stream).arg(GROUP).arg(id).arg(id).arg(1);
            let found: Vec<(String, String, u64, u64)> = pending.query_async(commands).await?;
            Ok(found.first().map_or(0, |(.., deliveries)| *deliveries))
        })
        .await
    }

    /// Counts another delivery.
    async fn claim_again(&self, stream: &str, id: &str) -> Result<(), StreamError> {
        self.request(async |commands| {
            let mut claim = redis::cmd("XCLAIM");
            claim.arg(stream).arg(GROUP).arg(&self.name).arg(0).arg(id);
            claim.query_async::<Value>(commands).await.map(drop)
        })
        .await
    }

    async fn remove(&self, stream: &str, entry: &Entry, is_dead: bool) -> Result<(), StreamError> {
        self.request(async |commands| {
            let mut pipeline = redis::pipe();
            pipeline.atomic();
            if is_dead {
                let dead = self.stream.dead_name();
                pipeline.cmd("XADD").arg(dead).arg("MAXLEN").arg("~").arg(MAX_DEAD).arg("*");
                pipeline.arg("webhook").arg(&entry.json);
            }
            pipeline.cmd("XACK").arg(stream).arg(GROUP).arg(&entry.id);
            pipeline.cmd("XDEL").arg(stream).arg(&entry.id);
            pipeline.query_async::<Value>(commands).await.map(drop)
        })
        .await
    }

    async fn request<T>(
        &self,
        request: impl AsyncFnOnce(&mut MultiplexedConnection) -> Result<T, redis::RedisError>,
    ) -> Result<T, StreamError> {
        self.stream.request(request).await
    }
}

impl fmt::Debug for StreamWorker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamWorker")
            .field("stream", &self.stream)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The fields of an entry, with their values.
type Fields = Vec<(String, Vec<u8>)>;

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Acquires a lease that is free, or renews that of this worker.
const RENEW: &str = r"
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
    return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
";

const GROUP: &str = "workers";

/// For how long a worker that is gone keeps its streams.
const LEASE: Duration = Duration::from_secs(10);

const MAX_ATTEMPTS: u64 = 5;

const MAX_DEAD: u64 = 100_000;

/// How often a worker looks for new webhooks.
const IDLE: Duration = Duration::from_millis(100);

const RETRY: Duration = Duration::from_secs(1);
