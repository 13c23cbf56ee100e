use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use chat_admin::Admin;
use chat_transport::{
    Client, Quota,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse},
};
use chat_usersig::SecretKey;
use http::StatusCode;
use serde_json::Value;

/// Stands where the network would be: answers calls by a script and keeps what was sent.
#[derive(Clone)]
pub struct Wire {
    script: Arc<Script>,
    sent: Arc<Mutex<Vec<Value>>>,
}

type Script = dyn Fn(usize, &Value) -> Result<Value, BackendError> + Send + Sync;

impl Wire {
    /// A wire whose far end answers the request with this number, from 0, like this.
    pub fn new(
        script: impl Fn(usize, &Value) -> Result<Value, BackendError> + Send + Sync + 'static,
    ) -> Self {
        Self { script: Arc::new(script), sent: Arc::default() }
    }

    /// Jobs over this wire, without a quota to wait for.
    ///
    /// # Errors
    /// Never in fact: everything that is needed is given.
    pub fn admin(&self) -> Result<Admin, Box<dyn std::error::Error>> {
        let client = Client::builder(1_400_000_000, SecretKey::new("a key for tests")?)
            .endpoint("http://127.0.0.1:1")
            .quota(Quota::unlimited())
            .checks(false)
            .backend(self.clone())
            .build()?;
        Ok(Admin::new(client))
    }

    /// The bodies that were sent, in the order of sending.
    pub fn sent(&self) -> Vec<Value> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Backend for Wire {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            let body = request.into_http().into_body().into_bytes();
            let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
            let number = {
                let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
                sent.push(body.clone());
                sent.len() - 1
            };
            let answer = (self.script)(number, &body)?;
            Ok(HttpResponse::new(StatusCode::OK, answer.to_string()))
        })
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("sent", &self.sent().len()).finish_non_exhaustive()
    }
}
