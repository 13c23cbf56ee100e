#![doc = include_str!("../README.md")]

mod authentication;
mod body_fields;
mod builder;
mod deadline;
mod duplicates;
mod event;
mod handlers;
mod query;
mod queue;
mod receiver;
#[cfg(feature = "redis")]
mod redis;
mod refusal;
mod sink;
mod stats;
mod tasks;

pub use chat_types::webhook::{Token, TokenError};

pub use self::{
    authentication::{SignatureError, verify_signature},
    builder::{BuildError, WebhookReceiverBuilder},
    duplicates::{BoxFuture, Claim, Duplicates, DuplicatesError, EventKey, MemoryDuplicates},
    event::{Event, RawResponse, RawWebhook},
    queue::Worker,
    receiver::{ResponseFuture, WebhookReceiver},
    sink::{JsonLines, Sink, SinkError, StoredWebhook},
    stats::Stats,
    tasks::Task,
};

#[cfg(feature = "redis")]
pub use self::redis::{
    RedisAddress, RedisAddressError, RedisDuplicates, RedisStream, StreamError, StreamLength,
    StreamStats, StreamWorker,
};
