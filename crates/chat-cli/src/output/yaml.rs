//! YAML. Strings that YAML could take for something else are quoted as in JSON, which YAML includes.

use serde_json::Value;

/// Returns a document in block style, with a line feed at its end.
pub(super) fn document(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Array(items) if !items.is_empty() => write_items(items, 0, &mut out),
        Value::Object(members) if !members.is_empty() => write_members(members, 0, &mut out),
        other => {
            out.push_str(&scalar(other));
            out.push('\n');
        }
    }
    out
}

type Members = serde_json::Map<String, Value>;

fn write_items(items: &[Value], depth: usize, out: &mut String) {
    for item in items {
        out.extend(std::iter::repeat_n("  ", depth));
        out.push('-');
        let start = out.len();
        match item {
            // The first line of a nested block follows the hyphen.
            Value::Object(members) if !members.is_empty() => write_members(members, depth + 1, out),
            Value::Array(items) if !items.is_empty() => write_items(items, depth + 1, out),
            other => {
                out.push(' ');
                out.push_str(&scalar(other));
                out.push('\n');
                continue;
            }
        }
        out.replace_range(start..start + 2 * (depth + 1), " ");
    }
}

fn write_members(members: &Members, depth: usize, out: &mut String) {
    for (name, value) in members {
        out.extend(std::iter::repeat_n("  ", depth));
        out.push_str(&string(name));
        out.push(':');
        match value {
            Value::Object(members) if !members.is_empty() => {
                out.push('\n');
                write_members(members, depth + 1, out);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                write_items(items, depth, out);
            }
            other => {
                out.push(' ');
                out.push_str(&scalar(other));
                out.push('\n');
            }
        }
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => string(text),
        other => other.to_string(),
    }
}

fn string(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { Value::from(text).to_string() }
}

/// Returns whether a string needs no quotes: it begins with a letter, has nothing but letters,
/// digits and some harmless marks, and is not a word with a meaning of its own.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 10] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"];
    let mut bytes = text.bytes();
    let is_harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte);
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(is_harmless)
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn blocks_are_nested_by_indentation() {
        let value = json!({
            "groups": [{"id": "@TGS#1", "tags": ["a", []]}, [1, [2, 3]]],
            "empty": {},
            "name": "大厅",
            "on": "on",
        });
        let expected = "empty: {}\ngroups:\n- id: \"@TGS#1\"\n  tags:\n  - a\n  - []\n- - 1\n  - - 2\n    - 3\nname: \"大厅\"\n\"on\": \"on\"\n";
        assert_eq!(document(&value), expected);
    }

    #[test]
    fn scalar_stands_alone() {
        assert_eq!(document(&json!("1.5")), "\"1.5\"\n");
        assert_eq!(document(&json!([])), "[]\n");
        assert_eq!(document(&json!(null)), "null\n");
    }
}
