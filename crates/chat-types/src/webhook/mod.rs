//! Webhooks: the requests that the service sends to the app's own server.
//!
//! The service posts a JSON object to the app's URL and names the webhook in the URL's query, such
//! as `Group.CallbackBeforeSendMsg`. The type has the same name here:
//! [`group::CallbackBeforeSendMsg`]. Each body has a response type, whose invalid states cannot be
//! constructed.
//!
//! ```
//! use chat_types::webhook::{
//!     RefusalCode, Webhook,
//!     group::{CallbackBeforeSendMsg, CallbackBeforeSendMsgResponse},
//! };
//!
//! let body = br#"{
//!     "CallbackCommand": "Group.CallbackBeforeSendMsg",
//!     "GroupId": "@TGS#2J4SZEAEL",
//!     "Type": "Public",
//!     "From_Account": "jared",
//!     "Operator_Account": "admin",
//!     "Random": 123456,
//!     "OnlineOnlyFlag": 1,
//!     "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "red packet"}}],
//!     "EventTime": "1670574414123"
//! }"#;
//! let message: CallbackBeforeSendMsg = serde_json::from_slice(body)?;
//! assert_eq!(CallbackBeforeSendMsg::SPEC.command, "Group.CallbackBeforeSendMsg");
//!
//! let response = if message.from_account.as_str() == "jared" {
//!     let info = "No advertisements, please.".to_owned();
//!     CallbackBeforeSendMsgResponse::RefuseWith { code: RefusalCode::new(10_100)?, info }
//! } else {
//!     CallbackBeforeSendMsgResponse::default()
//! };
//! assert_eq!(
//!     serde_json::to_string(&response)?,
//!     r#"{"ActionStatus":"OK","ErrorCode":10100,"ErrorInfo":"No advertisements, please."}"#
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Fields were added over the years, and apps receive bodies of different ages: every field is
//! optional, except those that identify what the webhook is about.

pub(crate) mod response;
#[cfg(feature = "webhook-token")]
mod token;

use serde::{Serialize, de::DeserializeOwned};

pub use self::response::{
    NoChanges, OutOfRange, RefusalCode, ResponseParts, Verdict, WebhookResponse,
};
#[cfg(feature = "webhook-token")]
pub use self::token::{Token, TokenError};
pub use crate::generated::webhook::*;
use crate::{catalog::find_sorted, spec::WebhookSpec};

/// The body of a webhook, with its specification and the type of its response.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the body of a webhook",
    note = "webhooks are in the module of their prefix, such as \
            `chat_types::webhook::group::CallbackBeforeSendMsg`; the argument of a handler is `Event<W>`"
)]
pub trait Webhook: DeserializeOwned + Send + 'static {
    /// The specification of this webhook.
    const SPEC: &'static WebhookSpec;

    /// The possible responses. The default allows the event, or acknowledges the webhook.
    type Response: WebhookResponse + Serialize + Default + Send;
}

impl WebhookSpec {
    /// Returns the webhook with this command.
    ///
    /// ```
    /// use chat_types::spec::WebhookSpec;
    ///
    /// let webhook = WebhookSpec::find("State.StateChange");
    /// assert_eq!(webhook.map(|webhook| webhook.module), Some("state"));
    /// ```
    pub fn find(command: &str) -> Option<&'static Self> {
        find_sorted(WEBHOOKS, |spec| spec.command.cmp(command)).copied()
    }
}
