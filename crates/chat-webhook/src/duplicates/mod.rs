//! Webhooks that come twice: which are the same, and what becomes of the second.

mod key;
mod memory;

use std::{fmt, pin::Pin};

use bytes::Bytes;
use thiserror::Error;

pub use self::{key::EventKey, memory::MemoryDuplicates};

/// Remembers which webhooks were received, and the responses to them.
///
/// A receiver [claims](Self::claim) the key of each webhook before its handler runs, and
/// [completes](Self::complete) or [releases](Self::release) it afterwards. Use
/// [`MemoryDuplicates`] for one receiver. Several receivers behind one URL need a store that they share.
///
/// If a call fails, the receiver handles the webhook: an event that is handled twice is better than one
/// that is lost.
pub trait Duplicates: Send + Sync + 'static {
    /// Claims a key, or returns the response to the webhook that claimed it before. While that one is
    /// being handled, waits for its response; the receiver drops the future at its deadline.
    ///
    /// A claim that is neither completed nor released ends by itself after some seconds, because its
    /// receiver may be gone.
    fn claim<'a>(&'a self, key: &'a EventKey) -> BoxFuture<'a, Result<Claim, DuplicatesError>>;

    /// Remembers the response to the webhook that claimed a key.
    fn complete<'a>(
        &'a self,
        key: &'a EventKey,
        response: Bytes,
    ) -> BoxFuture<'a, Result<(), DuplicatesError>>;

    /// Gives up a claim, since the webhook failed: a repeat is to be handled.
    fn release<'a>(&'a self, key: &'a EventKey) -> BoxFuture<'a, Result<(), DuplicatesError>>;
}

/// The boxed future that the methods of [`Duplicates`] return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Whether a webhook is the first of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is the first, and to be handled.
    First,
    /// It is a repeat. The response is that to the first.
    Repeat(Bytes),
}

/// A store could not be used.
#[derive(Debug, Error)]
#[error("the store of duplicates is unavailable: {reason}")]
pub struct DuplicatesError {
    reason: String,
}

impl DuplicatesError {
    /// Creates an error with the reason, which must not contain secrets.
    pub fn new(reason: impl fmt::Display) -> Self {
        Self { reason: reason.to_string() }
    }
}
