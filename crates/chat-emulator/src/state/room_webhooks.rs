//! The webhook settings of live rooms and conference rooms, which are stored and have no effect.

use chat_types::live::LiveCallbackCommand;
use serde::{Deserialize, Serialize};

/// The webhook settings of live rooms and conference rooms.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct RoomWebhooks {
    pub(crate) live: Option<WebhookSettings<LiveCallbackCommand>>,
    /// The token with which webhooks of live rooms are signed, and whether they are.
    pub(crate) live_token: Option<(String, bool)>,
    pub(crate) conference: Option<WebhookSettings<String>>,
}

/// Where webhooks are sent, and which.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct WebhookSettings<C> {
    pub(crate) url: String,
    pub(crate) commands: Vec<C>,
}
