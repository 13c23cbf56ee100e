//! The number of items in a request.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::EndpointSpec;

impl EndpointSpec {
    /// Returns the number of items that this JSON request has in the array of
    /// [`batch`](Self::batch); `None` if the endpoint has no such array, or the request is not a JSON
    /// object with one.
    ///
    /// ```
    /// use chat_types::{Endpoint, message::BatchSendMsg};
    ///
    /// let request = br#"{"To_Account":["peter","leckie"],"MsgRandom":7}"#;
    /// assert_eq!(BatchSendMsg::SPEC.item_count(request), Some(2));
    /// ```
    pub fn item_count(&self, request: &[u8]) -> Option<usize> {
        let field = self.batch.as_ref()?.field;
        let mut json = serde_json::Deserializer::from_slice(request);
        json.deserialize_map(Request { field }).ok()?
    }
}

/// Looks for one field of an object and counts its items.
struct Request {
    field: &'static str,
}

impl<'de> Visitor<'de> for Request {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<usize>, A::Error> {
        let mut count = None;
        while let Some(name) = map.next_key::<String>()? {
            if name == self.field {
                count = Some(map.next_value_seed(Items)?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(count)
    }
}

/// Counts the items of an array.
struct Items;

impl<'de> DeserializeSeed<'de> for Items {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<usize, A::Error> {
        let mut count = 0;
        while items.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(count)
    }
}
