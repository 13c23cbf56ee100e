//! A scripted service.

use chat_admin::Admin;
use chat_transport::{
    backend::BackendError,
    testing::{Reply, Script},
};
use serde_json::Value;

/// A scripted service: for each request, a JSON response or a failure of the connection.
#[derive(Clone, Debug)]
pub struct Wire(Script);

impl Wire {
    /// Creates a service that responds to each request, with its number counted from 0, as `script`
    /// returns.
    pub fn new(
        script: impl Fn(usize, &Value) -> Result<Value, BackendError> + Send + Sync + 'static,
    ) -> Self {
        Self(Script::from_fn(move |number, sent| match script(number, &sent.body) {
            Ok(json) => Reply::json(json),
            Err(error) => Reply::failure(error),
        }))
    }

    /// Returns an admin that sends to this service, without a quota and without checking requests.
    ///
    /// # Errors
    /// Never in practice: the configuration of the client is complete.
    pub fn admin(&self) -> Result<Admin, Box<dyn std::error::Error>> {
        Ok(Admin::new(self.0.builder()?.checks(false).build()?))
    }

    /// Returns the bodies of the requests, in the order in which they were sent.
    pub fn sent(&self) -> Vec<Value> {
        self.0.sent().into_iter().map(|sent| sent.body).collect()
    }
}
