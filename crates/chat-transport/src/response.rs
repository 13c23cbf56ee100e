//! The responses of calls that succeed.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use chat_types::spec::EndpointSpec;
use serde::de::DeserializeOwned;

use crate::{Error, ErrorKind, decode, signature::Signature};

/// The response to a call that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response<T> {
    /// The decoded response.
    pub body: T,
    /// The JSON as it was received, including fields that the type does not know. Only its encoding is
    /// [repaired](chat_types::repair_encoding) where that is necessary.
    pub raw: Bytes,
    /// How long the call waited for a permit under the quota, in its last attempt.
    pub waited: Duration,
}

impl<T> Response<T> {
    /// Returns the decoded response, without the JSON.
    pub fn into_body(self) -> T {
        self.body
    }
}

/// The response to a call with custom JSON that succeeded.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawResponse {
    /// The JSON as it was received.
    pub raw: Bytes,
    /// What an error about the response's form must not show.
    signature: Option<Arc<Signature>>,
    waited: Duration,
}

impl RawResponse {
    /// Creates a custom response, for a layer that responds itself.
    pub fn new(raw: impl Into<Bytes>) -> Self {
        Self { raw: raw.into(), signature: None, waited: Duration::ZERO }
    }

    pub(crate) fn signed(raw: Bytes, signature: Arc<Signature>) -> Self {
        Self { raw, signature: Some(signature), waited: Duration::ZERO }
    }

    pub(crate) fn after_waiting(self, waited: Duration) -> Self {
        Self { waited, ..self }
    }

    pub(crate) fn decode<T: DeserializeOwned>(
        self,
        spec: &'static EndpointSpec,
    ) -> Result<Response<T>, Error> {
        match decode::typed(&self.raw) {
            Ok(body) => Ok(Response { body, raw: self.raw, waited: self.waited }),
            Err(kind) => Err(self.into_error(spec, kind)),
        }
    }

    pub(crate) fn into_error(self, spec: &'static EndpointSpec, kind: ErrorKind) -> Error {
        let user_sig = self.signature.as_deref().map_or("", Signature::user_sig);
        Error::new(spec, kind).after_sending(false).with_response(self.raw, user_sig)
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse").field("raw", &self.raw).finish_non_exhaustive()
    }
}
