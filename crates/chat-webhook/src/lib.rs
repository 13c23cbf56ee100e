#![doc = include_str!("../README.md")]

mod authentication;
mod builder;
mod deadline;
mod event;
mod handlers;
mod query;
mod receiver;
mod refusal;
mod token;

pub use self::{
    builder::{BuildError, WebhookReceiverBuilder},
    event::{Event, RawResponse, RawWebhook},
    receiver::{ResponseFuture, WebhookReceiver},
    token::{Token, TokenError},
};
