//! Variables in the strings of requests and responses: `${name}`.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::civil_time::CivilTime;

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
                if let Some((count, item)) = repetition(members) {
                    return (0..count).map(|index| self.expand_item(item, index, now)).collect();
                }
                let expand =
                    |(name, value): (&String, &Value)| (name.clone(), self.expand(value, now));
                Value::Object(members.iter().map(expand).collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    /// Returns an item of a repetition.
    fn expand_item(&self, item: &Value, index: u64, now: u64) -> Value {
        let mut values = self.values.clone();
        values.insert(INDEX.to_owned(), Value::from(index));
        Self { values }.expand(item, now)
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

    /// Returns the value of a variable. A file with an unknown variable cannot be read, so this is
    /// defined for all variables that occur.
    fn value(&self, name: &str, now: u64) -> Value {
        match self.values.get(name) {
            Some(value) => value.clone(),
            None => letters(name).or_else(|| time(name, now)).unwrap_or_default(),
        }
    }
}

/// Returns the count and the item of `{"<repeat>": 3, "item": …}`.
fn repetition(members: &Map<String, Value>) -> Option<(u64, &Value)> {
    match (members.len(), members.get("<repeat>")?.as_u64(), members.get("item")) {
        (2, Some(count), Some(item)) => Some((count.min(MAX_REPEATED), item)),
        _ => None,
    }
}

/// Returns the string in `x*3`: this many letters.
fn letters(name: &str) -> Option<Value> {
    let count: u64 = name.strip_prefix("x*")?.parse().ok()?;
    let count = usize::try_from(count.min(MAX_REPEATED)).ok()?;
    Some(Value::String("x".repeat(count)))
}

/// The variable that counts the items of a repetition from 0.
const INDEX: &str = "index";

const MAX_REPEATED: u64 = 1_000_000;

/// Returns the first variable that is neither known nor a time, a length or an index.
pub(crate) fn unknown<'a>(value: &'a Value, known: &[String]) -> Option<&'a str> {
    match value {
        Value::String(text) => parts(text).find_map(|part| match part {
            Part::Variable(name) if !known.iter().any(|known| known == name) => {
                let computed = time(name, 0).is_some() || letters(name).is_some() || name == INDEX;
                (!computed).then_some(name)
            }
            _ => None,
        }),
        Value::Array(items) => items.iter().find_map(|item| unknown(item, known)),
        Value::Object(members) => members.values().find_map(|value| unknown(value, known)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Returns the value of a variable for a time, with or without an offset in seconds: `now+60`,
/// `utc-60`, `hour`, `day`. `None` if it is not one.
fn time(name: &str, now: u64) -> Option<Value> {
    let (form, offset) = name.split_at(name.find(['+', '-']).unwrap_or(name.len()));
    let offset = if offset.is_empty() { 0 } else { offset.parse().ok()? };
    let time = now.saturating_add_signed(offset);
    match form {
        "now" => Some(Value::from(time)),
        "utc" => Some(Value::from(CivilTime::new(time).to_string())),
        "hour" => {
            let CivilTime { year, month, day, hour, .. } = CivilTime::new(time + 8 * 3_600);
            Some(Value::from(format!("{year:04}{month:02}{day:02}{hour:02}")))
        }
        "day" => {
            let CivilTime { year, month, day, .. } = CivilTime::new(time + 8 * 3_600);
            Some(Value::from(format!("{year:04}{month:02}{day:02}")))
        }
        _ => None,
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
        let value = json!({"a": ["${peter}", "<${peter}@${seq}>"], "b": "${seq}", "c": "${now-40}", "d": 1, "e": "${utc+86400}", "f": "${hour+57600}", "g": "${day+57600}"});
        let expanded = json!({"a": ["t1-peter", "<t1-peter@7>"], "b": 7, "c": 60, "d": 1, "e": "1970-01-02 00:01:40", "f": "1970010200", "g": "19700102"});
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
    fn lengths_and_repetitions_become_strings_and_arrays() {
        let variables = Variables::of_ids([], "");
        let value = json!({"a": "${x*3}", "b": {"<repeat>": 2, "item": {"c": "user${index}", "d": "${index}"}}});
        let expanded = json!({"a": "xxx", "b": [{"c": "user0", "d": 0}, {"c": "user1", "d": 1}]});
        assert_eq!(variables.expand(&value, 0), expanded);
        let other = json!({"<repeat>": 2, "items": []});
        assert_eq!(variables.expand(&other, 0), other, "it is not a repetition");
    }

    #[test]
    fn only_known_names_and_times_are_variables() {
        let known = ["a".to_owned()];
        assert_eq!(
            unknown(&json!(["${a}", "${now}", "${now+1}", "${x*3}", "${index}"]), &known),
            None
        );
        assert_eq!(unknown(&json!({"x": "1${nowhere}"}), &known), Some("nowhere"));
        assert_eq!(unknown(&json!("${now60}"), &known), Some("now60"));
        assert_eq!(unknown(&json!("${utc+x}"), &known), Some("utc+x"));
    }
}
