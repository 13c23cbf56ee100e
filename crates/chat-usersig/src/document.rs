use std::{borrow::Cow, fmt};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, Unexpected, Visitor},
};

use crate::{Claims, Malformed, Step};

/// The JSON object inside a UserSig.
///
/// Reading takes the members in any order, with any white space, and beside unknown ones.
#[derive(Serialize, Deserialize)]
pub(crate) struct Document<'a> {
    #[serde(rename = "TLS.ver", borrow)]
    pub(crate) version: Cow<'a, str>,
    #[serde(rename = "TLS.identifier", borrow)]
    pub(crate) identifier: Cow<'a, str>,
    #[serde(rename = "TLS.sdkappid", deserialize_with = "number_or_text")]
    pub(crate) sdk_app_id: u64,
    #[serde(rename = "TLS.expire", deserialize_with = "number_or_text")]
    pub(crate) expire: u64,
    #[serde(rename = "TLS.time", deserialize_with = "number_or_text")]
    pub(crate) time: u64,
    #[serde(rename = "TLS.userbuf", default, skip_serializing_if = "Option::is_none")]
    pub(crate) userbuf: Option<Cow<'a, str>>,
    #[serde(rename = "TLS.sig", borrow)]
    pub(crate) sig: Cow<'a, str>,
}

impl<'a> Document<'a> {
    pub(crate) const VERSION: &'static str = "2.0";

    pub(crate) fn read(json: &'a [u8]) -> Result<Self, Malformed> {
        serde_json::from_slice(json)
            .map_err(|error| malformed(format!("its document cannot be read: {error}")))
    }

    /// The claims, and the HMAC that shall prove them.
    pub(crate) fn into_parts(self) -> Result<(Claims, [u8; 32]), Malformed> {
        if self.version != Self::VERSION {
            let found = self.version;
            return Err(malformed(format!(
                "`TLS.ver` is {found:?}, and only version 2.0 is known here"
            )));
        }
        if self.identifier.is_empty() {
            return Err(malformed("`TLS.identifier` is empty"));
        }
        if self.identifier.contains('\n') {
            return Err(malformed("`TLS.identifier` holds a line feed"));
        }
        let claims = Claims {
            identifier: self.identifier.into_owned(),
            sdk_app_id: self
                .sdk_app_id
                .try_into()
                .map_err(|_| malformed("`TLS.sdkappid` is beyond 32 bits"))?,
            time: self.time,
            expire: self.expire,
            userbuf: self
                .userbuf
                .map(|text| STANDARD.decode(text.as_bytes()))
                .transpose()
                .map_err(|_| malformed("`TLS.userbuf` is not base64"))?,
        };
        let hmac = STANDARD
            .decode(self.sig.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| malformed("`TLS.sig` is not 32 bytes in base64"))?;
        Ok((claims, hmac))
    }
}

fn malformed(what: impl Into<Cow<'static, str>>) -> Malformed {
    Malformed::new(Step::Document, what)
}

/// Some makers write the numbers as text.
fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    struct NumberOrText;

    impl Visitor<'_> for NumberOrText {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number, plain or as decimal text")
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<u64, E> {
            Ok(number)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
            // `parse` alone would let a plus sign pass.
            text.parse()
                .ok()
                .filter(|_| !text.starts_with('+'))
                .ok_or_else(|| E::invalid_value(Unexpected::Other("another text"), &self))
        }
    }

    deserializer.deserialize_any(NumberOrText)
}
