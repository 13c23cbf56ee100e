//! The fields that all responses share.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The names of the fields that all responses share; `RequestId` only those of the services for calls,
/// live rooms and conferences. The response types do not have them.
pub(super) const SHARED_FIELDS: [&str; 5] =
    ["ActionStatus", "ErrorCode", "ErrorInfo", "ErrorDisplay", "RequestId"];

/// Adds the shared fields of the original response to the JSON that a type serialized.
pub(super) fn with_shared_fields(
    original: &[u8],
    serialized: &[u8],
) -> serde_json::Result<Vec<u8>> {
    let original: Members<'_> = serde_json::from_slice(original)?;
    let serialized: Members<'_> = serde_json::from_slice(serialized)?;
    let shared = original.0.iter().filter(|(name, _)| is_shared(name));
    let other = serialized.0.iter().filter(|(name, _)| !is_shared(name));
    let mut json = Vec::from(*b"{");
    for (index, (name, value)) in shared.chain(other).enumerate() {
        if index > 0 {
            json.push(b',');
        }
        serde_json::to_writer(&mut json, name)?;
        json.push(b':');
        json.extend_from_slice(value.get().as_bytes());
    }
    json.push(b'}');
    Ok(json)
}

fn is_shared(name: &str) -> bool {
    SHARED_FIELDS.contains(&name)
}

/// The members of an object in their order, with their raw values.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
