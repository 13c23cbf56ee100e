//! The JSON object inside a UserSig.

use std::{borrow::Cow, collections::HashMap, fmt};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, IgnoredAny, Unexpected, Visitor},
};

use crate::{Claims, DecodeError, Layer};

/// The JSON object inside a UserSig.
///
/// Reading accepts the members in any order, with any white space, and next to unknown members.
#[derive(Serialize, Deserialize)]
pub(crate) struct Document<'a> {
    #[serde(rename = "TLS.ver", borrow)]
    pub(crate) version: Cow<'a, str>,
    #[serde(rename = "TLS.identifier", borrow)]
    pub(crate) identifier: Cow<'a, str>,
    #[serde(rename = "TLS.sdkappid", deserialize_with = "integer_or_string")]
    pub(crate) sdk_app_id: u64,
    #[serde(rename = "TLS.expire", deserialize_with = "integer_or_string")]
    pub(crate) expire: u64,
    #[serde(rename = "TLS.time", deserialize_with = "integer_or_string")]
    pub(crate) time: u64,
    #[serde(rename = "TLS.userbuf", default, skip_serializing_if = "Option::is_none")]
    pub(crate) userbuf: Option<Cow<'a, str>>,
    #[serde(rename = "TLS.sig", borrow)]
    pub(crate) sig: Cow<'a, str>,
}

impl<'a> Document<'a> {
    pub(crate) const VERSION: &'static str = "2.0";

    pub(crate) fn read(json: &'a [u8]) -> Result<Self, DecodeError> {
        serde_json::from_slice(json).map_err(|error| {
            if is_ecdsa(json) {
                return DecodeError::Ecdsa;
            }
            invalid(format!("its JSON cannot be read: {error}"))
        })
    }

    /// Returns the claims, and the HMAC to verify them against.
    pub(crate) fn into_parts(self) -> Result<(Claims, [u8; 32]), DecodeError> {
        if self.version != Self::VERSION {
            let version = self.version.into_owned();
            return Err(DecodeError::UnsupportedVersion { version });
        }
        if self.identifier.is_empty() {
            return Err(invalid("`TLS.identifier` is empty"));
        }
        if self.identifier.contains('\n') {
            return Err(invalid("`TLS.identifier` contains a line feed"));
        }
        let claims = Claims {
            identifier: self.identifier.into_owned(),
            sdk_app_id: self
                .sdk_app_id
                .try_into()
                .map_err(|_| invalid("`TLS.sdkappid` does not fit into 32 bits"))?,
            time: self.time,
            expire: self.expire,
            userbuf: self
                .userbuf
                .map(|text| STANDARD.decode(text.as_bytes()))
                .transpose()
                .map_err(|_| invalid("`TLS.userbuf` is not base64"))?,
        };
        let hmac = STANDARD
            .decode(self.sig.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| invalid("`TLS.sig` is not 32 bytes in base64"))?;
        Ok((claims, hmac))
    }
}

/// Returns whether this is the document of the older algorithm, ECDSA, which names the app and the
/// version differently.
fn is_ecdsa(json: &[u8]) -> bool {
    const OLDER_MEMBERS: [&str; 3] = ["TLS.sdk_appid", "TLS.appid_at_3rd", "TLS.account_type"];
    let members = serde_json::from_slice::<HashMap<Cow<'_, str>, IgnoredAny>>(json);
    members.is_ok_and(|members| {
        !members.contains_key("TLS.ver")
            && OLDER_MEMBERS.iter().any(|member| members.contains_key(*member))
    })
}

fn invalid(reason: impl Into<Cow<'static, str>>) -> DecodeError {
    DecodeError::malformed(Layer::Json, reason)
}

/// Reads an integer, which some libraries write as a string.
fn integer_or_string<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    struct IntegerOrString;

    impl Visitor<'_> for IntegerOrString {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an integer, or a string of decimal digits")
        }

        fn visit_u64<E: de::Error>(self, integer: u64) -> Result<u64, E> {
            Ok(integer)
        }

        fn visit_str<E: de::Error>(self, string: &str) -> Result<u64, E> {
            // `parse` alone would accept a plus sign.
            string
                .parse()
                .ok()
                .filter(|_| !string.starts_with('+'))
                .ok_or_else(|| E::invalid_value(Unexpected::Other("another string"), &self))
        }
    }

    deserializer.deserialize_any(IntegerOrString)
}
