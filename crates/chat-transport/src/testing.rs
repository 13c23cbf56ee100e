//! A scripted backend, for tests of code that makes calls.
//!
//! It replies according to a script and records the requests. Everything above the network is real:
//! the checks, the quota, the retries and the decoding of responses. For responses that depend on
//! earlier calls, use chat-emulator.
//!
//! ```
//! use chat_transport::testing::{Reply, Script};
//! use chat_types::{Endpoint, group::GetGroupBanMember};
//! use serde_json::json;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let script = Script::new()
//!     .then(GetGroupBanMember::SPEC, Reply::connection_lost())
//!     .then(GetGroupBanMember::SPEC, Reply::json(json!({ "ErrorCode": 0, "NextOffset": 0 })));
//! let client = script.client()?;
//!
//! client.call(&GetGroupBanMember::new("@TGS#1")).await?;
//!
//! assert_eq!(client.stats().retries, 1);
//! let sent = script.sent();
//! assert_eq!(sent.len(), 2);
//! assert_eq!(sent[1].body["GroupId"], "@TGS#1");
//! assert_eq!(script.remaining(), 0);
//! # Ok(())
//! # }
//! ```

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex},
};

use chat_types::spec::EndpointSpec;
use chat_usersig::SecretKey;
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    Backend, BuildError, Client, ClientBuilder, Quota,
    backend::{BackendError, BoxFuture, HttpRequest, HttpResponse},
    lock::lock,
};

/// A backend that replies according to a script. Clones share the script and the record.
#[derive(Clone, Default)]
pub struct Script {
    state: Arc<Mutex<State>>,
    fallback: Option<Arc<Fallback>>,
}

type Fallback = dyn Fn(usize, &SentRequest) -> Reply + Send + Sync;

#[derive(Default)]
struct State {
    sent: Vec<SentRequest>,
    /// In the order of the script; each is for the next request to its endpoint.
    replies: VecDeque<(&'static EndpointSpec, Reply)>,
}

/// A request that was sent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SentRequest {
    /// The first part of the path after the version, such as `group_open_http_svc`.
    pub service: String,
    /// The last part of the path, such as `forbid_send_msg`.
    pub command: String,
    /// The JSON body.
    pub body: Value,
}

impl SentRequest {
    fn is_to(&self, endpoint: &EndpointSpec) -> bool {
        self.service == endpoint.service && self.command == endpoint.command
    }
}

/// How the script replies to a request: with a response or a failure.
#[derive(Debug)]
pub struct Reply(Outcome);

#[derive(Debug)]
enum Outcome {
    Response(StatusCode, String),
    Failure(BackendError),
}

impl Reply {
    /// Returns a response with status 200 and this JSON, which has to include the `ErrorCode`.
    pub fn json(body: impl Into<Value>) -> Self {
        Self(Outcome::Response(StatusCode::OK, body.into().to_string()))
    }

    /// Returns a refusal by the service.
    pub fn refusal(code: i64, info: &str) -> Self {
        Self::json(json!({ "ActionStatus": "FAIL", "ErrorCode": code, "ErrorInfo": info }))
    }

    /// Returns a response with another status, as from a gateway. An invalid status becomes 500.
    pub fn status(status: u16, body: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self(Outcome::Response(status, body.into()))
    }

    /// Returns a failure to connect: the request is not sent.
    pub fn unreachable() -> Self {
        Self::failure(BackendError::connect("scripted"))
    }

    /// Returns a lost connection: the request is sent, and it is unknown whether it took effect.
    pub fn connection_lost() -> Self {
        Self::failure(BackendError::connection_lost("scripted"))
    }

    /// Returns any other failure. A failure to connect leaves the request unsent.
    pub fn failure(error: BackendError) -> Self {
        Self(Outcome::Failure(error))
    }
}

impl Script {
    /// Creates an empty script.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a script that computes each reply from the number of the request, counted from 0,
    /// and its content.
    pub fn from_fn(reply: impl Fn(usize, &SentRequest) -> Reply + Send + Sync + 'static) -> Self {
        Self::new().fallback(reply)
    }

    /// Adds the reply to the next request to an endpoint that has no reply yet.
    #[must_use]
    pub fn then(self, endpoint: &'static EndpointSpec, reply: Reply) -> Self {
        lock(&self.state).replies.push_back((endpoint, reply));
        self
    }

    /// Sets the replies to requests that have none in the script, by the number of the request,
    /// counted from 0, and its content. Without it these requests fail with an error that names the
    /// endpoint.
    #[must_use]
    pub fn fallback(
        self,
        reply: impl Fn(usize, &SentRequest) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self { fallback: Some(Arc::new(reply)), ..self }
    }

    /// Returns a client that sends its requests to the script, with a key of no account and without
    /// a quota.
    ///
    /// # Errors
    /// Does not fail in practice.
    pub fn client(&self) -> Result<Client, BuildError> {
        self.builder()?.build()
    }

    /// Returns the builder of such a client, for further settings.
    ///
    /// # Errors
    /// Does not fail in practice.
    pub fn builder(&self) -> Result<ClientBuilder, BuildError> {
        let key = SecretKey::new("a key that opens nothing").map_err(|_| {
            BuildError::InvalidSetting { name: "key", problem: "must not be empty" }
        })?;
        let builder = Client::builder(1_400_000_000, key).endpoint("http://127.0.0.1:1");
        Ok(builder.quota(Quota::unlimited()).backend(self.clone()))
    }

    /// Returns the requests that were sent, in order.
    pub fn sent(&self) -> Vec<SentRequest> {
        lock(&self.state).sent.clone()
    }

    /// Returns the number of replies in the script that were not used. A test that ends with any has
    /// not made all the calls that it expects.
    pub fn remaining(&self) -> usize {
        lock(&self.state).replies.len()
    }

    fn reply(&self, sent: &SentRequest) -> Outcome {
        let mut state = lock(&self.state);
        let number = state.sent.len();
        let index = state.replies.iter().position(|(endpoint, _)| sent.is_to(endpoint));
        if let Some((_, reply)) = index.and_then(|index| state.replies.remove(index)) {
            return reply.0;
        }
        drop(state);
        match &self.fallback {
            Some(reply) => reply(number, sent).0,
            None => {
                let SentRequest { service, command, .. } = sent;
                let problem = format!("the script has no reply for {service}/{command}");
                Outcome::Failure(BackendError::other(problem))
            }
        }
    }
}

impl Backend for Script {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            let sent = read(&request);
            let reply = self.reply(&sent);
            if let Outcome::Failure(error) = &reply
                && error.is_connect()
            {
                return reply.into_outcome();
            }
            // From here on the request counts as sent.
            drop(request.into_http().into_body().into_bytes());
            lock(&self.state).sent.push(sent);
            reply.into_outcome()
        })
    }
}

impl Outcome {
    fn into_outcome(self) -> Result<HttpResponse, BackendError> {
        match self {
            Self::Response(status, body) => Ok(HttpResponse::new(status, body)),
            Self::Failure(error) => Err(error),
        }
    }
}

fn read(request: &HttpRequest) -> SentRequest {
    let mut parts = request.uri().path().rsplit('/').map(str::to_owned);
    let (command, service) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let body = serde_json::from_slice(request.body().as_bytes()).unwrap_or(Value::Null);
    SentRequest { service, command, body }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let State { sent, replies } = &*lock(&self.state);
        f.debug_struct("Script")
            .field("sent", &sent.len())
            .field("remaining", &replies.len())
            .finish_non_exhaustive()
    }
}
