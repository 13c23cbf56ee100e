//! Webhooks: the calls from the service to the app's own server.
//!
//! A handler asks a webhook before it changes anything, with [`CallWebhooks::ask`], and reports what it
//! changed, with [`CallWebhooks::emit`]. It stays a synchronous function of the state:
//!
//! * If the response to a question is not known yet, `ask` returns an error, and the handler returns
//!   without having changed anything. The service then releases the state, sends the webhook, and runs
//!   the handler again with the response. So the checks before a question apply to the state at the time
//!   of the change, and no lock is held while the app's server thinks.
//! * Reports are queued in the order of changes, and a task per app sends them one after the other.
//!
//! [`config`] has the settings, [`app`] what an app knows about its webhooks, [`call`] what a handler
//! sees of them; [`event`] is one webhook to send, [`request`] its URL, [`client`] sends it, over TLS with `https`, and
//! [`log`] remembers it.

pub(crate) mod answer;
pub(crate) mod app;
pub(crate) mod call;
mod client;
pub(crate) mod config;
pub(crate) mod event;
pub(crate) mod fields;
#[cfg(feature = "tls")]
mod https;
pub(crate) mod log;
mod request;
