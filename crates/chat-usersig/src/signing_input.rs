//! The text that is signed.

use std::fmt;

use base64::{display::Base64Display, engine::general_purpose::STANDARD};

use crate::Claims;

/// The input of the HMAC, which displays as the lines that are signed.
///
/// An identifier with a line feed could forge lines, so both signing and verifying reject it before.
#[derive(Clone, Copy)]
pub(crate) struct SigningInput<'a> {
    pub(crate) identifier: &'a str,
    pub(crate) sdk_app_id: u32,
    pub(crate) time: u64,
    pub(crate) expire: u64,
    pub(crate) userbuf: Option<&'a [u8]>,
}

impl<'a> From<&'a Claims> for SigningInput<'a> {
    fn from(claims: &'a Claims) -> Self {
        Self {
            identifier: &claims.identifier,
            sdk_app_id: claims.sdk_app_id,
            time: claims.time,
            expire: claims.expire,
            userbuf: claims.userbuf.as_deref(),
        }
    }
}

impl fmt::Display for SigningInput<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { identifier, sdk_app_id, time, expire, userbuf } = self;
        write!(
            f,
            "TLS.identifier:{identifier}\n\
             TLS.sdkappid:{sdk_app_id}\n\
             TLS.time:{time}\n\
             TLS.expire:{expire}\n"
        )?;
        match userbuf {
            Some(bytes) => writeln!(f, "TLS.userbuf:{}", Base64Display::new(bytes, &STANDARD)),
            None => Ok(()),
        }
    }
}
