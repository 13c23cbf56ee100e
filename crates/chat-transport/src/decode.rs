//! Tells success from failure, and decodes responses.

use std::borrow::Cow;

use bytes::Bytes;
use chat_types::{Envelope, repair_encoding};
use http::StatusCode;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};

use crate::error::{ErrorKind, Refusal};

/// Tells success from failure by the HTTP status and `ErrorCode` alone.
///
/// Reads the response to its end, so that a second `ErrorCode` or `ActionStatus` is an error, whichever
/// of the two comes first.
pub(crate) fn check_status(status: StatusCode, body: &[u8]) -> Result<(), ErrorKind> {
    let envelope = Envelope::read(body);
    if status != StatusCode::OK {
        let refusal = envelope.ok().filter(|envelope| !envelope.is_success());
        let refusal = refusal.map(|envelope| Refusal::of(&envelope));
        return Err(ErrorKind::HttpStatus { status: status.as_u16(), refusal });
    }
    match envelope {
        Ok(envelope) if envelope.is_success() => Ok(()),
        Ok(envelope) => Err(ErrorKind::Api(Refusal::of(&envelope))),
        Err(error) if is_json(body) => Err(mismatch::<Envelope<'_>>(body, &error)),
        Err(_) => Err(ErrorKind::InvalidJson),
    }
}

/// Repairs the encoding of a response, where it needs that.
pub(crate) fn repaired(body: &Bytes) -> Bytes {
    match repair_encoding(body) {
        Cow::Borrowed(json) => body.slice_ref(json),
        Cow::Owned(json) => json.into(),
    }
}

/// Decodes the response as its type.
pub(crate) fn typed<T: DeserializeOwned>(body: &[u8]) -> Result<T, ErrorKind> {
    chat_types::decode(body).map_err(|error| {
        // Tracking the path takes time, so it is left to a rare second pass.
        if is_json(body) { mismatch::<T>(body, &error) } else { ErrorKind::InvalidJson }
    })
}

/// Checks that the response is JSON to its end.
pub(crate) fn check_json(body: &[u8]) -> Result<(), ErrorKind> {
    if is_json(body) { Ok(()) } else { Err(ErrorKind::InvalidJson) }
}

fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

/// Finds the path of an error, if it has one.
fn mismatch<'a, T: Deserialize<'a>>(body: &'a [u8], error: &serde_json::Error) -> ErrorKind {
    let mut json = serde_json::Deserializer::from_slice(body);
    let path = match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Err(error) if error.path().iter().len() > 0 => error.path().to_string(),
        _ => String::new(),
    };
    ErrorKind::Decode { path, problem: error.to_string() }
}
