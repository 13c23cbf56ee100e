//! Variables in the strings of requests and responses: `${name}`.

use std::collections::HashMap;

use serde_json::Value;

/// The values of variables, by name.
pub(crate) struct Variables {
    values: HashMap<String, Value>,
}

impl Variables {
    /// Returns the variables of IDs: each ID with the prefix before it.
    pub(crate) fn of_ids<'a>(ids: impl IntoIterator<Item = &'a String>, prefix: &str) -> Self {
        let value = |id: &String| (id.clone(), Value::String(format!("{prefix}{id}")));
        Self { values: ids.into_iter().map(value).collect() }
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.values.insert(name.to_owned(), value);
    }

    /// Returns the value with its variables replaced. `now` is the time of the service in seconds.
    pub(crate) fn expand(&self, value: &Value, now: u64) -> Value {
        match value {
            Value::String(text) => self.expand_text(text, now),
            Value::Array(items) => items.iter().map(|item| self.expand(item, now)).collect(),
            Value::Object(members) => {
                let expand =
                    |(name, value): (&String, &Value)| (name.clone(), self.expand(value, now));
                Value::Object(members.iter().map(expand).collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    fn expand_text(&self, text: &str, now: u64) -> Value {
        let parts: Vec<_> = parts(text).collect();
        if let [Part::Variable(name)] = parts[..] {
            return self.value(name, now);
        }
        let mut expanded = String::new();
        for part in parts {
            match part {
                Part::Text(text) => expanded.push_str(text),
                Part::Variable(name) => match self.value(name, now) {
                    Value::String(value) => expanded.push_str(&value),
                    value => expanded.push_str(&value.to_string()),
                },
            }
        }
        Value::String(expanded)
    }

    /// Returns the value of a variable. A file with an unknown variable cannot be read, so there is
    /// one.
    fn value(&self, name: &str, now: u64) -> Value {
        match self.values.get(name) {
            Some(value) => value.clone(),
            None => Value::from(now.saturating_add_signed(offset(name).unwrap_or_default())),
        }
    }
}

/// Returns the first variable that is neither known nor a time.
pub(crate) fn unknown<'a>(value: &'a Value, known: &[String]) -> Option<&'a str> {
    match value {
        Value::String(text) => parts(text).find_map(|part| match part {
            Part::Variable(name) if !known.iter().any(|known| known == name) => {
                offset(name).is_none().then_some(name)
            }
            _ => None,
        }),
        Value::Array(items) => items.iter().find_map(|item| unknown(item, known)),
        Value::Object(members) => members.values().find_map(|value| unknown(value, known)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Returns the seconds in `now`, `now+60` or `now-60`.
fn offset(name: &str) -> Option<i64> {
    match name.strip_prefix("now")? {
        "" => Some(0),
        offset => offset.parse().ok().filter(|_| offset.starts_with(['+', '-'])),
    }
}

enum Part<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// Splits a text into its variables and the text between them.
fn parts(mut rest: &str) -> impl Iterator<Item = Part<'_>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let variable = rest.strip_prefix("${").and_then(|rest| rest.split_once('}'));
        if let Some((name, after)) = variable {
            rest = after;
            return Some(Part::Variable(name));
        }
        // A `${` without an end is text.
        let end = rest.find("${").filter(|&start| start > 0).unwrap_or(rest.len());
        let text;
        (text, rest) = rest.split_at(end);
        Some(Part::Text(text))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn variables_become_values_or_parts_of_a_text() {
        let ids = ["peter".to_owned()];
        let mut variables = Variables::of_ids(&ids, "t1-");
        variables.set("seq", json!(7));
        let value = json!({"a": ["${peter}", "<${peter}@${seq}>"], "b": "${seq}", "c": "${now-40}", "d": 1});
        let expanded = json!({"a": ["t1-peter", "<t1-peter@7>"], "b": 7, "c": 60, "d": 1});
        assert_eq!(variables.expand(&value, 100), expanded);
    }

    #[test]
    fn text_without_variables_stays() {
        let variables = Variables::of_ids([], "");
        for text in ["", "$", "${", "a$b", "{a}", "é${", "${open"] {
            assert_eq!(variables.expand(&json!(text), 0), json!(text));
        }
    }

    #[test]
    fn only_known_names_and_times_are_variables() {
        let known = ["a".to_owned()];
        assert_eq!(unknown(&json!(["${a}", "${now}", "${now+1}"]), &known), None);
        assert_eq!(unknown(&json!({"x": "1${nowhere}"}), &known), Some("nowhere"));
        assert_eq!(unknown(&json!("${now60}"), &known), Some("now60"));
    }
}
