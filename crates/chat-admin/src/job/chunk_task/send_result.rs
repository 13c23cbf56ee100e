//! The result of sending a part of a chunk.

use chat_transport::Error;

/// The result of sending a part.
pub(super) enum SendResult {
    /// Every item has its outcome.
    Settled,
    /// The call failed. The items have no outcomes yet.
    Failed(Error),
    /// The job was stopped before the items were sent.
    Stopped,
}
