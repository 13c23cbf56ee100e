use chat_admin::Admin;
use chat_transport::{
    backend::BackendError,
    testing::{Reply, Script},
};
use serde_json::Value;

/// Jobs over a script that says, for each request, what JSON is answered or how it fails.
#[derive(Clone, Debug)]
pub struct Wire(Script);

impl Wire {
    /// A wire whose far end answers the request with this number, from 0, like this.
    pub fn new(
        script: impl Fn(usize, &Value) -> Result<Value, BackendError> + Send + Sync + 'static,
    ) -> Self {
        Self(Script::from_fn(move |number, sent| match script(number, &sent.body) {
            Ok(json) => Reply::json(json),
            Err(error) => Reply::failure(error),
        }))
    }

    /// Jobs over this wire, without a quota to wait for.
    ///
    /// # Errors
    /// Never in fact: everything that is needed is given.
    pub fn admin(&self) -> Result<Admin, Box<dyn std::error::Error>> {
        Ok(Admin::new(self.0.builder()?.checks(false).build()?))
    }

    /// The bodies that were sent, in the order of sending.
    pub fn sent(&self) -> Vec<Value> {
        self.0.sent().into_iter().map(|sent| sent.body).collect()
    }
}
