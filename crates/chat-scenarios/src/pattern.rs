//! Patterns: the parts of a response that must be there.

use std::fmt;

use serde_json::Value;

/// A part of a response that differs from what was expected.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Mismatch {
    /// Where it is, such as `ResultItem[0].ResultCode`.
    pub path: String,
    /// The pattern.
    pub expected: Value,
    /// What the response has; `None` if it has nothing there.
    pub found: Option<Value>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, expected, found } = self;
        match found {
            Some(found) => write!(f, "{path}: expected {expected}, found {found}"),
            None => write!(f, "{path}: expected {expected}, found nothing"),
        }
    }
}

/// Returns where a response differs from a pattern.
pub(crate) fn mismatches(pattern: &Value, response: &Value) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    compare("", pattern, Some(response), &mut mismatches);
    mismatches
}

fn compare(path: &str, pattern: &Value, found: Option<&Value>, mismatches: &mut Vec<Mismatch>) {
    let matches = match (pattern, found) {
        (Value::Object(members), Some(Value::Object(found))) => {
            for (name, pattern) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                compare(&path, pattern, found.get(name), mismatches);
            }
            return;
        }
        (Value::Object(members), Some(Value::Array(found))) => match list_pattern(members) {
            Some((elements, exact)) => contains_all(elements, found, exact),
            None => false,
        },
        (Value::Array(elements), Some(Value::Array(found))) if elements.len() == found.len() => {
            for (index, (pattern, found)) in elements.iter().zip(found).enumerate() {
                compare(&format!("{path}[{index}]"), pattern, Some(found), mismatches);
            }
            return;
        }
        (Value::String(pattern), found) => match (pattern.as_str(), found) {
            ("<absent>", found) => found.is_none(),
            ("<any>", found) => found.is_some(),
            ("<integer>", Some(found)) => found.is_i64() || found.is_u64(),
            ("<string>", Some(found)) => found.as_str().is_some_and(|text| !text.is_empty()),
            (pattern, found) => found.and_then(Value::as_str) == Some(pattern),
        },
        (pattern, Some(found)) => pattern == found,
        (_, None) => false,
    };
    if !matches {
        mismatches.push(Mismatch {
            path: path.to_owned(),
            expected: pattern.clone(),
            found: found.cloned(),
        });
    }
}

/// Returns the elements of `{"<unordered>": […]}` or `{"<contains>": […]}`, and whether there must be
/// no others.
fn list_pattern(members: &serde_json::Map<String, Value>) -> Option<(&Vec<Value>, bool)> {
    let list = |name| members.get(name).and_then(Value::as_array);
    if members.len() != 1 {
        return None;
    }
    list("<unordered>")
        .map(|elements| (elements, true))
        .or_else(|| Some((list("<contains>")?, false)))
}

/// Returns whether each pattern matches an element of its own.
fn contains_all(patterns: &[Value], found: &[Value], exact: bool) -> bool {
    if exact && patterns.len() != found.len() {
        return false;
    }
    let mut left: Vec<&Value> = found.iter().collect();
    patterns.iter().all(|pattern| {
        let position = left.iter().position(|found| mismatches(pattern, found).is_empty());
        position.map(|index| left.swap_remove(index)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(pattern: &Value, response: &Value) -> Vec<String> {
        let mut paths: Vec<_> =
            mismatches(pattern, response).into_iter().map(|mismatch| mismatch.path).collect();
        // The order of the members of an object depends on the features of serde_json.
        paths.sort_unstable();
        paths
    }

    #[test]
    fn objects_may_have_further_members_and_arrays_no_further_elements() {
        let response = json!({"A": 1, "B": [{"C": "x", "D": 2}]});
        assert!(paths(&json!({"B": [{"C": "x"}]}), &response).is_empty());
        assert_eq!(paths(&json!({"B": [{"C": "y", "E": 1}]}), &response), ["B[0].C", "B[0].E"]);
        assert_eq!(paths(&json!({"B": []}), &response), ["B"]);
        assert_eq!(paths(&json!({"A": {}}), &response), ["A"]);
    }

    #[test]
    fn placeholders_match_by_kind() {
        let response = json!({"A": 1, "B": "x", "C": "", "D": null});
        let pattern = json!({"A": "<integer>", "B": "<string>", "D": "<any>", "E": "<absent>"});
        assert!(paths(&pattern, &response).is_empty());
        let pattern = json!({"A": "<string>", "B": "<integer>", "C": "<string>", "E": "<any>", "D": "<absent>"});
        assert_eq!(paths(&pattern, &response), ["A", "B", "C", "D", "E"]);
    }

    #[test]
    fn lists_match_in_any_order_or_in_part() {
        let response = json!({"L": [{"I": 1}, {"I": 2}, {"I": 2}]});
        let matches = |pattern| paths(&json!({ "L": pattern }), &response).is_empty();
        assert!(matches(json!({"<unordered>": [{"I": 2}, {"I": 1}, {"I": 2}]})));
        assert!(!matches(json!({"<unordered>": [{"I": 2}, {"I": 1}, {"I": 1}]})));
        assert!(!matches(json!({"<unordered>": [{"I": 2}, {"I": 1}]})));
        assert!(matches(json!({"<contains>": [{"I": 2}, {"I": 2}]})));
        assert!(!matches(json!({"<contains>": [{"I": 3}]})));
    }
}
