//! Webhooks as lines of a file.

use std::{
    fmt,
    io::Write,
    sync::{Mutex, PoisonError},
};

use super::{Sink, SinkError, StoredWebhook};
use crate::{BoxFuture, RawWebhook};

/// Writes each webhook as a line of JSON, see [`StoredWebhook`], and flushes it.
///
/// Writing blocks the thread for as long as the writer does. What reaches a file survives the end of
/// the program, but not that of the machine, unless the writer syncs it in `flush`.
///
/// ```
/// use chat_webhook::{JsonLines, WebhookReceiver};
///
/// let builder = WebhookReceiver::builder(1_400_000_000).sink(JsonLines::new(std::io::stdout()));
/// ```
pub struct JsonLines<W>(Mutex<W>);

impl<W: Write + Send> JsonLines<W> {
    /// Creates a sink that writes to a file, or to anything else.
    pub fn new(writer: W) -> Self {
        Self(Mutex::new(writer))
    }

    /// Returns the writer.
    pub fn into_inner(self) -> W {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Write + Send + 'static> Sink for JsonLines<W> {
    fn store<'a>(&'a self, webhook: &'a RawWebhook) -> BoxFuture<'a, Result<(), SinkError>> {
        let mut line = StoredWebhook::from(webhook).to_json();
        line.push(b'\n');
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let written = writer.write_all(&line).and_then(|()| writer.flush());
        Box::pin(std::future::ready(written.map_err(SinkError::new)))
    }
}

impl<W> fmt::Debug for JsonLines<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").finish_non_exhaustive()
    }
}
