//! Changes to JSON values, such as a service or a proxy might make.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Other names of fields, by their names on the wire.
pub type Aliases = BTreeMap<&'static str, &'static [&'static str]>;

/// Changes up to `count` values at different locations; `random` returns the next random number.
pub fn mutate(
    value: &mut Value,
    count: usize,
    aliases: &Aliases,
    random: &mut impl FnMut() -> u64,
) {
    let mut changed: Vec<String> = Vec::new();
    for _ in 0..count {
        let mut locations = Vec::new();
        collect(value, "", &mut locations);
        // A value is not changed twice, nor is what a changed one contains.
        locations.retain(|location| {
            changed.iter().all(|each| {
                !location.starts_with(each.as_str()) && !each.starts_with(location.as_str())
            })
        });
        let Some(location) = pick(&locations, random).cloned() else { return };
        change(value, &location, aliases, random);
        changed.push(location);
    }
}

/// The JSON pointers of all values except the root.
fn collect(value: &Value, location: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), field)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        _ => Vec::new(),
    };
    for (name, child) in children {
        let child_location = format!("{location}/{}", name.replace('~', "~0").replace('/', "~1"));
        found.push(child_location.clone());
        collect(child, &child_location, found);
    }
}

fn change(root: &mut Value, location: &str, aliases: &Aliases, random: &mut impl FnMut() -> u64) {
    let (parent, name) = location.rsplit_once('/').unwrap_or_default();
    if let Some(Value::Object(fields)) = root.pointer_mut(parent) {
        if let Some(alias) = aliases.get(name).and_then(|aliases| pick(aliases, random))
            && random().is_multiple_of(2)
        {
            fields.insert((*alias).to_owned(), fields[name].clone());
            if random().is_multiple_of(2) {
                fields.remove(name);
            }
            return;
        }
        if random().is_multiple_of(8) {
            fields.remove(name);
            return;
        }
    }
    let Some(value) = root.pointer_mut(location) else { return };
    if let Some(other) = pick(&replacements(value), random) {
        *value = other.clone();
    }
}

fn replacements(value: &Value) -> Vec<Value> {
    let mut found = vec![Value::Null, json!(true), json!(0.5), json!({}), json!({ "Other": 1 })];
    found.extend(INTEGERS.iter().map(|number| json!(number)));
    found.extend([json!(u64::MAX), json!(i64::MIN)]);
    found.extend(STRINGS.iter().map(|string| json!(string)));
    // serde also reads an array as the fields of an object, by position, which no schema says.
    if !value.is_object() {
        found.extend([json!([]), json!([null]), json!(["x"]), json!([1, "2"])]);
    }
    let own = match value {
        Value::Number(number) => vec![json!(number.to_string()), json!(format!(" 00{number}\n"))],
        Value::String(string) => vec![json!(format!("{string} ")), json!([string])],
        Value::Bool(is_set) => vec![json!(u8::from(*is_set)), json!(is_set.to_string())],
        Value::Array(items) => {
            vec![json!([items, items]), items.first().cloned().unwrap_or_default()]
        }
        Value::Object(fields) => vec![Value::Object(extended(fields))],
        Value::Null => Vec::new(),
    };
    // What resembles the value is more interesting than the rest.
    for _ in 0..6 {
        found.extend(own.iter().filter(|each| !(value.is_object() && each.is_array())).cloned());
    }
    found
}

fn extended(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut fields = fields.clone();
    fields.insert("FieldOfTheFuture".to_owned(), json!({ "Deep": [1, null] }));
    fields
}

fn pick<'a, T>(items: &'a [T], random: &mut impl FnMut() -> u64) -> Option<&'a T> {
    let index = random().checked_rem(items.len() as u64)?;
    items.get(usize::try_from(index).ok()?)
}

/// At and across the bounds of the integers in use.
const INTEGERS: [i64; 8] = [-1, 0, 1, 2, 4_294_967_295, 4_294_967_296, i64::MAX, 1_700_000_000_123];

/// Strings that are numbers for some readers.
const STRINGS: &[&str] = &[
    "",
    " ",
    "7",
    "+7",
    "-7",
    "--7",
    "+-7",
    "-0",
    "007",
    "\t7\n",
    "\u{a0}7",
    "\u{b}7",
    "7 7",
    "1.0",
    "1e3",
    "0x1",
    "\u{ff11}",
    "true",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "00000000000000000000000000000001",
    "Member",
];
