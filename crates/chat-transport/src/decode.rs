//! From the body of an answer to success or failure.

use chat_types::Envelope;
use http::StatusCode;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};

use crate::error::{ErrorKind, Refusal};

/// Tells success from failure, by HTTP status and `ErrorCode` alone.
pub(crate) fn judge(status: StatusCode, body: &[u8]) -> Result<(), ErrorKind> {
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
        Err(_) => Err(ErrorKind::NotJson),
    }
}

/// Reads the answer as its type.
pub(crate) fn typed<T: DeserializeOwned>(body: &[u8]) -> Result<T, ErrorKind> {
    // Keeping track of the path takes time, so that is left to the rare second pass.
    serde_json::from_slice(body).map_err(|error| mismatch::<T>(body, &error))
}

fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

/// Finds the place of an error, where the error is one of a place.
fn mismatch<'a, T: Deserialize<'a>>(body: &'a [u8], error: &serde_json::Error) -> ErrorKind {
    let mut json = serde_json::Deserializer::from_slice(body);
    let path = match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Err(error) if error.path().iter().len() > 0 => error.path().to_string(),
        _ => String::new(),
    };
    ErrorKind::UnexpectedShape { path, problem: error.to_string() }
}
