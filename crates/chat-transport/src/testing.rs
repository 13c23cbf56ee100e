//! Calls without a network, for the tests of whoever makes calls: a scripted transport that answers
//! as it is told and keeps what was sent.
//!
//! What is above the network is the real thing: checks, quota, repeats, reading of responses. For
//! answers that follow from what was done before there is chat-emulator.
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
//! assert_eq!(script.left(), 0);
//! # Ok(())
//! # }
//! ```

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chat_types::spec::EndpointSpec;
use chat_usersig::SecretKey;
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    Backend, BuildError, Client, ClientBuilder, Quota,
    backend::{BackendError, BoxFuture, HttpRequest, HttpResponse},
};

/// A backend that answers by a script. Clones share it.
#[derive(Clone, Default)]
pub struct Script {
    state: Arc<Mutex<State>>,
    otherwise: Option<Arc<Otherwise>>,
}

type Otherwise = dyn Fn(usize, &Sent) -> Reply + Send + Sync;

#[derive(Default)]
struct State {
    sent: Vec<Sent>,
    /// In the order of writing; each serves the first request to its endpoint.
    replies: VecDeque<(&'static EndpointSpec, Reply)>,
}

/// A request that was sent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sent {
    /// First part of the path after the version, such as `group_open_http_svc`.
    pub service: String,
    /// Last part of the path, such as `forbid_send_msg`.
    pub command: String,
    /// The JSON.
    pub body: Value,
}

impl Sent {
    fn is_to(&self, endpoint: &EndpointSpec) -> bool {
        self.service == endpoint.service && self.command == endpoint.command
    }
}

/// What becomes of a request.
#[derive(Debug)]
pub struct Reply(Kind);

#[derive(Debug)]
enum Kind {
    Answer(StatusCode, String),
    Failure(BackendError),
}

impl Reply {
    /// Status 200 with this JSON, `ErrorCode` and all.
    pub fn json(body: impl Into<Value>) -> Self {
        Self(Kind::Answer(StatusCode::OK, body.into().to_string()))
    }

    /// A refusal by the service.
    pub fn refusal(code: i64, info: &str) -> Self {
        Self::json(json!({ "ActionStatus": "FAIL", "ErrorCode": code, "ErrorInfo": info }))
    }

    /// Another status, as from a gateway. One that does not exist becomes 500.
    pub fn status(status: u16, body: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self(Kind::Answer(status, body.into()))
    }

    /// No connection: the request is not sent.
    pub fn unreachable() -> Self {
        Self::failure(BackendError::connect("the script says so"))
    }

    /// The request is sent and the connection breaks, so that nobody knows what became of it.
    pub fn connection_lost() -> Self {
        Self::failure(BackendError::connection_lost("the script says so"))
    }

    /// Any other failure. One of connecting leaves the request unsent.
    pub fn failure(error: BackendError) -> Self {
        Self(Kind::Failure(error))
    }
}

impl Script {
    /// A script without a line.
    pub fn new() -> Self {
        Self::default()
    }

    /// A script that answers each request by its number, from 0, and its content.
    pub fn answering(reply: impl Fn(usize, &Sent) -> Reply + Send + Sync + 'static) -> Self {
        Self::new().otherwise(reply)
    }

    /// Adds what becomes of the next request to an endpoint that has no reply yet.
    #[must_use]
    pub fn then(self, endpoint: &'static EndpointSpec, reply: Reply) -> Self {
        self.state().replies.push_back((endpoint, reply));
        self
    }

    /// What becomes of requests that no line is left for. Without it they fail with an error that
    /// names the endpoint.
    #[must_use]
    pub fn otherwise(self, reply: impl Fn(usize, &Sent) -> Reply + Send + Sync + 'static) -> Self {
        Self { otherwise: Some(Arc::new(reply)), ..self }
    }

    /// A client that sends here, with a key of no account and without a quota.
    ///
    /// # Errors
    /// None that a caller could bring about.
    pub fn client(&self) -> Result<Client, BuildError> {
        self.builder()?.build()
    }

    /// The same before it is built, for settings of one's own.
    ///
    /// # Errors
    /// None that a caller could bring about.
    pub fn builder(&self) -> Result<ClientBuilder, BuildError> {
        let key = SecretKey::new("a key that opens nothing").map_err(|_| {
            BuildError::InvalidSetting { name: "key", problem: "must not be empty" }
        })?;
        let builder = Client::builder(1_400_000_000, key).endpoint("http://127.0.0.1:1");
        Ok(builder.quota(Quota::unlimited()).backend(self.clone()))
    }

    /// The requests that were sent, in the order of sending.
    pub fn sent(&self) -> Vec<Sent> {
        self.state().sent.clone()
    }

    /// How many lines of the script were not played. A test that ends with any has not gone as
    /// planned.
    pub fn left(&self) -> usize {
        self.state().replies.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn play(&self, sent: &Sent) -> Kind {
        let mut state = self.state();
        let number = state.sent.len();
        let line = state.replies.iter().position(|(endpoint, _)| sent.is_to(endpoint));
        if let Some((_, reply)) = line.and_then(|line| state.replies.remove(line)) {
            return reply.0;
        }
        drop(state);
        match &self.otherwise {
            Some(reply) => reply(number, sent).0,
            None => {
                let Sent { service, command, .. } = sent;
                let problem = format!("the script has no reply left for {service}/{command}");
                Kind::Failure(BackendError::other(problem))
            }
        }
    }
}

impl Backend for Script {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            let sent = read(&request);
            let reply = self.play(&sent);
            if let Kind::Failure(error) = &reply
                && error.is_connect()
            {
                return reply.into_outcome();
            }
            // From here on the request counts as sent.
            drop(request.into_http().into_body().into_bytes());
            self.state().sent.push(sent);
            reply.into_outcome()
        })
    }
}

impl Kind {
    fn into_outcome(self) -> Result<HttpResponse, BackendError> {
        match self {
            Self::Answer(status, body) => Ok(HttpResponse::new(status, body)),
            Self::Failure(error) => Err(error),
        }
    }
}

fn read(request: &HttpRequest) -> Sent {
    let mut parts = request.uri().path().rsplit('/').map(str::to_owned);
    let (command, service) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let body = serde_json::from_slice(request.body().as_bytes()).unwrap_or(Value::Null);
    Sent { service, command, body }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let State { sent, replies } = &*self.state();
        f.debug_struct("Script")
            .field("sent", &sent.len())
            .field("left", &replies.len())
            .finish_non_exhaustive()
    }
}
