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
mod refusal;
mod sink;
mod stats;
mod tasks;

pub use chat_types::webhook::{Token, TokenError};

pub use self::{
    builder::{BuildError, WebhookReceiverBuilder},
    duplicates::{BoxFuture, Claim, Duplicates, DuplicatesError, EventKey, MemoryDuplicates},
    event::{Event, RawResponse, RawWebhook},
    queue::Worker,
    receiver::{ResponseFuture, WebhookReceiver},
    sink::{JsonLines, Sink, SinkError, StoredWebhook},
    stats::Stats,
    tasks::Task,
};
