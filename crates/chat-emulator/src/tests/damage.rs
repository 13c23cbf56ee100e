//! Damages JSON at random.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// Returns the text of a request with one to three faults, or none.
pub(super) fn damaged(request: &Value, random: &mut Rng) -> Vec<u8> {
    let mut request = request.clone();
    for _ in 0..random.usize(0..3) {
        damage_value(&mut request, random);
    }
    let text = request.to_string().into_bytes();
    if random.u8(0..4) == 0 { damage_text(text, random) } else { text }
}

/// Damages one value somewhere in a document.
fn damage_value(value: &mut Value, random: &mut Rng) {
    let goes_deeper = random.u8(0..4) > 0;
    match value {
        Value::Object(members) if goes_deeper && !members.is_empty() => {
            let name = random_name(members, random);
            match random.u8(0..8) {
                0 => drop(members.remove(&name)),
                1 => drop(members.insert(format!("{name}2"), any_value(random))),
                _ => {
                    if let Some(member) = members.get_mut(&name) {
                        damage_value(member, random);
                    }
                }
            }
        }
        Value::Array(items) if goes_deeper && !items.is_empty() => {
            let index = random.usize(0..items.len());
            match random.u8(0..6) {
                0 => drop(items.remove(index)),
                1 => items.extend(vec![items[index].clone(); random.usize(1..1_100)]),
                _ => damage_value(&mut items[index], random),
            }
        }
        _ => *value = any_value(random),
    }
}

fn random_name(members: &Map<String, Value>, random: &mut Rng) -> String {
    members.keys().nth(random.usize(0..members.len())).cloned().unwrap_or_default()
}

fn any_value(random: &mut Rng) -> Value {
    match random.u8(0..16) {
        0 => Value::Null,
        1 => json!(random.bool()),
        2 => json!(0),
        3 => json!(-1),
        4 => json!(random.u64(..)),
        5 => json!(random.i64(..)),
        6 => json!(f64::from(random.u32(..)) * 1e290),
        7 => json!(""),
        8 => json!("x".repeat(random.usize(0..20_000))),
        9 => json!("\u{0}\u{1f600}\u{202e}\"\\"),
        10 => json!([]),
        11 => json!({}),
        12 => json!([[], {}, null]),
        13 => json!({"": {"": ""}}),
        14 => json!(["peter", "peter"]),
        _ => nested(random.usize(1..100)),
    }
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(
        json!(1),
        |inner, level| if level % 2 == 0 { json!([inner]) } else { json!({"a": inner}) },
    )
}

/// Damages the text itself, so that it is probably not JSON any longer.
fn damage_text(mut text: Vec<u8>, random: &mut Rng) -> Vec<u8> {
    let index = random.usize(0..=text.len());
    let inserted: Vec<u8> = match random.u8(0..10) {
        0 => {
            text.truncate(index);
            return text;
        }
        1 => vec![0xff, 0xfe],
        2 => b"1e999".to_vec(),
        3 => vec![b'9'; 400],
        4 => vec![b'['; 10_000],
        5 => br#""a":"#.repeat(1_000),
        6 => br"\ud800".to_vec(),
        7 => b"{}".to_vec(),
        8 => {
            // Every field occurs twice.
            text.pop();
            let fields = text.get(1..).unwrap_or_default().to_vec();
            return [&text[..], b",", &fields, b"}"].concat();
        }
        _ => (0..random.usize(1..20)).map(|_| random.u8(..)).collect(),
    };
    text.splice(index..index, inserted);
    text
}
