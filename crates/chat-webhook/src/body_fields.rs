//! Single fields of a body, without reading the others.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// Finds the fields at these paths, such as `GroupId` or `Info.To_Account`; `null` counts as absent.
/// Returns `None` if the body is not a JSON object.
pub(crate) fn find(body: &[u8], paths: &[&str]) -> Option<Vec<Option<Value>>> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let found = Paths(paths).deserialize(&mut json).ok()?;
    json.end().ok()?;
    Some(found)
}

/// Finds the field that says which group, room or account a webhook is about.
#[cfg(feature = "redis")]
pub(crate) fn find_string(body: &[u8], path: &str) -> Option<String> {
    match find(body, &[path])?.pop()?? {
        Value::String(value) => Some(value),
        _ => None,
    }
}

struct Paths<'a>(&'a [&'a str]);

impl<'de> DeserializeSeed<'de> for Paths<'_> {
    type Value = Vec<Option<Value>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Paths<'_> {
    type Value = Vec<Option<Value>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = vec![None; self.0.len()];
        while let Some(Key(name)) = map.next_key()? {
            let is_wanted = |path: &&str| path.split('.').next() == Some(&*name);
            let mut wanted = (0..).zip(self.0).filter(|(_, path)| is_wanted(path)).peekable();
            if wanted.peek().is_none() {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value: Value = map.next_value()?;
            for (index, path) in wanted {
                let inner = path.split('.').skip(1).try_fold(&value, |value, key| value.get(key));
                found[index] = inner.filter(|value| !value.is_null()).cloned();
            }
        }
        Ok(found)
    }
}

/// The name of a field, borrowed if it has no escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_found_in_the_order_of_their_paths() {
        let body = br#"{"b": {"c": [1]}, "a": 7, "x\u0041": 1, "n": null}"#;
        let found = find(body, &["a", "b.c", "b.d", "xA", "n", "a.b"]).unwrap();
        assert_eq!(found, [Some(json!(7)), Some(json!([1])), None, Some(json!(1)), None, None]);
        assert_eq!(find(b"[]", &["a"]), None);
    }
}
