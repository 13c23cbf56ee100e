//! What the handle on an app does about webhooks.

use super::App;
use crate::{SentWebhook, WebhookConfig};

impl App {
    /// Sets the settings of the webhooks, as in the console; `None` to send none. Webhooks that are queued
    /// are sent with the settings at the time of their event.
    ///
    /// On the real service a new URL takes effect after about two minutes, here immediately.
    pub fn set_webhooks(&self, config: impl Into<Option<WebhookConfig>>) {
        self.inner.webhooks.set_config(config.into());
    }

    /// Returns the newest calls of the app's server, in the order in which they ended: at most 1,000.
    ///
    /// ```
    /// use chat_emulator::Emulator;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let app = emulator.app(Emulator::DEFAULT_APP)?;
    /// // … the code under test creates a group …
    /// app.webhooks_sent().await;
    /// for webhook in app.webhooks() {
    ///     println!("{} {}: {:?}", webhook.command, webhook.json(), webhook.outcome);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn webhooks(&self) -> Vec<SentWebhook> {
        self.inner.webhooks.sent()
    }

    /// Forgets the calls of the app's server so far. Numbers go on.
    pub fn clear_webhooks(&self) {
        self.inner.webhooks.clear_log();
    }

    /// Waits until no webhook is left to be sent, repeats included.
    pub async fn webhooks_sent(&self) {
        self.inner.webhooks.settled().await;
    }
}
