//! The types of JSON, for messages.

use serde_json::Value;

/// Returns the type of a value with an article: `a string`, `an object`.
pub(crate) fn kind(json: &Value) -> &'static str {
    match json {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
