//! Tells success from failure, and decodes responses.

use std::fmt;

use chat_types::{Envelope, ErrorCode};
use http::StatusCode;
use serde::{
    Deserialize, Deserializer as _,
    de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor},
};

use crate::error::{ErrorKind, Refusal};

/// Tells success from failure by the HTTP status and `ErrorCode` alone.
///
/// A success is read only up to its code, so what follows may not even be JSON: [`typed`] and
/// [`check_json`] find that out.
pub(crate) fn check_status(status: StatusCode, body: &[u8]) -> Result<(), ErrorKind> {
    if status == StatusCode::OK && leading_code(body) == Some(ErrorCode::OK) {
        return Ok(());
    }
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

/// Decodes the response as its type.
pub(crate) fn typed<T: DeserializeOwned>(body: &[u8]) -> Result<T, ErrorKind> {
    serde_json::from_slice(body).map_err(|error| {
        // Tracking the path takes time, so it is left to a rare second pass.
        if is_json(body) { mismatch::<T>(body, &error) } else { ErrorKind::InvalidJson }
    })
}

/// Checks that the response is JSON to its end.
pub(crate) fn check_json(body: &[u8]) -> Result<(), ErrorKind> {
    if is_json(body) { Ok(()) } else { Err(ErrorKind::InvalidJson) }
}

/// Returns the error code of a response, which is near its beginning.
fn leading_code(body: &[u8]) -> Option<ErrorCode> {
    let mut code = None;
    let mut json = serde_json::Deserializer::from_slice(body);
    // The parser reports an error if it is stopped in the middle.
    let _ = json.deserialize_map(UntilCode(&mut code));
    code
}

struct UntilCode<'a>(&'a mut Option<ErrorCode>);

#[derive(Deserialize)]
enum Key {
    ErrorCode,
    #[serde(other)]
    Other,
}

impl<'de> Visitor<'de> for UntilCode<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with an ErrorCode")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key()? {
            match key {
                Key::ErrorCode => {
                    *self.0 = Some(map.next_value()?);
                    return Ok(());
                }
                Key::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
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
