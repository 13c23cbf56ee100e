//! A route of the control API: its path, its types and its handler.

use std::{fmt, future::Future, pin::Pin};

use hyper::Method;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    call::Call,
    error::ControlError,
    operation::{JSON, Operation},
    query::Parameter,
};

/// One operation of the control API.
pub(crate) struct Route {
    pub(crate) operation: Operation,
    handler: Handler,
    #[cfg(test)]
    pub(crate) schemas: super::schemas::Schemas,
}

type Handler = Box<dyn Fn(&Call<'_>) -> Outcome + Send + Sync>;

/// What a handler returns.
pub(crate) enum Outcome {
    Now(Result<Reply, ControlError>),
    /// It waits for something.
    Later(Pin<Box<dyn Future<Output = Result<Reply, ControlError>> + Send>>),
}

/// The body of a successful response.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
}

/// A type of requests or responses, which tests describe in the OpenAPI document.
#[cfg(test)]
pub(crate) trait Described: schemars::JsonSchema {}
#[cfg(test)]
impl<T: schemars::JsonSchema> Described for T {}
/// A type of requests or responses.
#[cfg(not(test))]
pub(crate) trait Described {}
#[cfg(not(test))]
impl<T> Described for T {}

impl Route {
    /// Creates an operation that reads: its handler gets no body.
    pub(crate) fn get<R: Serialize + Described>(
        id: &'static str,
        path: &'static str,
        summary: &'static str,
        handler: impl Fn(&Call<'_>) -> Result<R, ControlError> + Send + Sync + 'static,
    ) -> Self {
        Self::without_body(Method::GET, id, path, summary, handler)
    }

    /// Creates an operation that deletes: its handler gets no body.
    pub(crate) fn delete<R: Serialize + Described>(
        id: &'static str,
        path: &'static str,
        summary: &'static str,
        handler: impl Fn(&Call<'_>) -> Result<R, ControlError> + Send + Sync + 'static,
    ) -> Self {
        Self::without_body(Method::DELETE, id, path, summary, handler)
    }

    /// Creates an operation whose handler gets a JSON object; a missing body is an empty one.
    pub(crate) fn post<T: DeserializeOwned + Described, R: Serialize + Described>(
        id: &'static str,
        path: &'static str,
        summary: &'static str,
        handler: impl Fn(&Call<'_>, T) -> Result<R, ControlError> + Send + Sync + 'static,
    ) -> Self {
        Self::with_body(Method::POST, id, path, summary, handler)
    }

    /// As [`post`](Self::post), for an operation that waits: its handler returns a future.
    pub(crate) fn post_and_wait<T, R, F>(
        id: &'static str,
        path: &'static str,
        summary: &'static str,
        handler: impl Fn(&Call<'_>, T) -> Result<F, ControlError> + Send + Sync + 'static,
    ) -> Self
    where
        T: DeserializeOwned + Described,
        R: Serialize + Described,
        F: Future<Output = Result<R, ControlError>> + Send + 'static,
    {
        Self {
            operation: Operation::new(Method::POST, id, path, summary),
            handler: Box::new(move |call| match call.read().and_then(|body| handler(call, body)) {
                Ok(work) => Outcome::Later(Box::pin(async { Reply::json(&work.await?) })),
                Err(error) => Outcome::Now(Err(error)),
            }),
            #[cfg(test)]
            schemas: super::schemas::Schemas::request_and_response::<T, R>(),
        }
    }

    /// As [`post`](Self::post), for an operation that replaces a whole.
    pub(crate) fn put<T: DeserializeOwned + Described, R: Serialize + Described>(
        id: &'static str,
        path: &'static str,
        summary: &'static str,
        handler: impl Fn(&Call<'_>, T) -> Result<R, ControlError> + Send + Sync + 'static,
    ) -> Self {
        Self::with_body(Method::PUT, id, path, summary, handler)
    }

    /// Creates an operation that returns something else than one JSON value.
    pub(crate) fn get_raw(
        id: &'static str,
        path: &'static str,
        summary: &'static str,
        content_type: &'static str,
        handler: impl Fn(&Call<'_>) -> Result<Vec<u8>, ControlError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            operation: Operation::new(Method::GET, id, path, summary),
            handler: Box::new(move |call| {
                Outcome::Now(handler(call).map(|body| Reply { content_type, body }))
            }),
            #[cfg(test)]
            schemas: super::schemas::Schemas::raw(content_type),
        }
    }

    /// Creates an operation that gets something else than one JSON value.
    pub(crate) fn post_raw<R: Serialize + Described>(
        id: &'static str,
        path: &'static str,
        summary: &'static str,
        #[cfg_attr(not(test), expect(unused_variables, reason = "only tests describe it"))]
        content_type: &'static str,
        handler: impl Fn(&Call<'_>) -> Result<R, ControlError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            #[cfg(test)]
            schemas: super::schemas::Schemas::response_to::<R>(content_type),
            ..Self::without_body(Method::POST, id, path, summary, handler)
        }
    }

    /// Adds parameters of the query.
    pub(crate) fn query(mut self, parameters: &'static [Parameter]) -> Self {
        self.operation.parameters = parameters;
        self
    }

    pub(crate) fn run(&self, call: &Call<'_>) -> Outcome {
        (self.handler)(call)
    }

    fn without_body<R: Serialize + Described>(
        method: Method,
        id: &'static str,
        path: &'static str,
        summary: &'static str,
        handler: impl Fn(&Call<'_>) -> Result<R, ControlError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            operation: Operation::new(method, id, path, summary),
            handler: Box::new(move |call| {
                Outcome::Now(handler(call).and_then(|value| Reply::json(&value)))
            }),
            #[cfg(test)]
            schemas: super::schemas::Schemas::response::<R>(),
        }
    }

    fn with_body<T: DeserializeOwned + Described, R: Serialize + Described>(
        method: Method,
        id: &'static str,
        path: &'static str,
        summary: &'static str,
        handler: impl Fn(&Call<'_>, T) -> Result<R, ControlError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            operation: Operation::new(method, id, path, summary),
            handler: Box::new(move |call| {
                let value = call.read().and_then(|body| handler(call, body));
                Outcome::Now(value.and_then(|value| Reply::json(&value)))
            }),
            #[cfg(test)]
            schemas: super::schemas::Schemas::request_and_response::<T, R>(),
        }
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation.method, self.operation.path)
    }
}

impl Reply {
    fn json(value: &impl Serialize) -> Result<Self, ControlError> {
        let body = serde_json::to_vec(value).map_err(ControlError::internal)?;
        Ok(Self { content_type: JSON, body })
    }
}
