use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The fields that every response shares. Types do not hold them.
pub(super) const SHARED_FIELDS: [&str; 4] =
    ["ActionStatus", "ErrorCode", "ErrorInfo", "ErrorDisplay"];

/// What a type wrote, with the shared fields as they were read.
pub(super) fn with_shared_fields(read: &[u8], written: &[u8]) -> serde_json::Result<Vec<u8>> {
    let read: Members<'_> = serde_json::from_slice(read)?;
    let written: Members<'_> = serde_json::from_slice(written)?;
    let shared = read.0.iter().filter(|(name, _)| is_shared(name));
    let own = written.0.iter().filter(|(name, _)| !is_shared(name));
    let mut json = Vec::from(*b"{");
    for (index, (name, value)) in shared.chain(own).enumerate() {
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

/// The members of an object in their order, their values as they stand.
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
