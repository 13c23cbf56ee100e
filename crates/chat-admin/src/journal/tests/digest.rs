//! Tests of the digest: it is the same in every build of serde_json.

use serde_json::Value;

use super::Digest;

/// Keys in an order that is not sorted, at two levels; numbers of every kind; text with escapes.
const ITEM: &str = r#"{"zebra":{"b":[1,-2,18446744073709551615,0.1,1.5e300,-0.0],"a":null},"apple":"a\"{\\","yes":true}"#;

/// The same value with its keys sorted, spaces, and numbers in other notations.
const SORTED: &str = r#"{"apple": "a\"{\\", "yes": true,
    "zebra": {"a": null, "b": [1, -2, 18446744073709551615, 0.10, 15e299, 0]}}"#;

/// The digest of [`ITEM`] after that of an empty input.
const EXPECTED: &str = "\"7017151829028903712cb5ccb924bd29\"";

fn digest(json: &str) -> Digest {
    Digest::default().after(json.as_bytes()).unwrap()
}

fn hexadecimal(digest: Digest) -> String {
    serde_json::to_string(&digest).unwrap()
}

#[test]
fn digest_does_not_depend_on_key_order_or_notation() {
    assert_eq!(digest(ITEM), digest(SORTED));
}

#[test]
fn digest_is_the_same_in_every_build() {
    // With the feature `preserve_order` the key order is that of the text, without it it is sorted.
    let value: Value = serde_json::from_str(ITEM).unwrap();
    let again = serde_json::to_string(&value).unwrap();
    assert_eq!(hexadecimal(digest(ITEM)), EXPECTED);
    assert_eq!(hexadecimal(digest(&again)), EXPECTED);
}

#[test]
fn digest_ignores_the_last_bit_of_a_float() {
    // Without the feature `float_roundtrip`, reading a float may be off by one in its last bit.
    let number = 31.245_036_f64;
    for other in [number.next_up(), number.next_down()] {
        assert_eq!(digest(&number.to_string()), digest(&other.to_string()));
    }
    assert_ne!(digest("31.245036"), digest("31.245037"));
}

#[test]
fn digest_depends_on_every_value() {
    let inputs = [
        r#"["peter"]"#,
        r#"["Peter"]"#,
        r#"["peter","leckie"]"#,
        r#"["leckie","peter"]"#,
        r#"{"a":1}"#,
        r#"{"a":2}"#,
        r#"{"a":"1"}"#,
        r#"{"b":1}"#,
        "9007199254740993",
        "9007199254740992",
    ];
    for (index, input) in inputs.iter().enumerate() {
        for other in inputs.iter().skip(index + 1) {
            assert_ne!(digest(input), digest(other), "{input} and {other}");
        }
        assert_ne!(digest(input).after(input.as_bytes()).unwrap(), digest(input), "{input} twice");
    }
}

#[test]
fn digest_refuses_text_that_is_not_json() {
    for text in ["{", "[1", "\"a", "{a:1}", "[1 2]", "nothing", "1.2.3", "{\"a\":1,}"] {
        assert!(Digest::default().after(text.as_bytes()).is_err(), "{text}");
    }
}

#[cfg(feature = "migration")]
#[tokio::test]
async fn digest_of_an_import_does_not_depend_on_key_order() {
    use futures_util::{StreamExt as _, stream};

    use crate::migration::{Records, import_calls};

    // A message element of a type that is not documented is kept as JSON.
    let message = |content: &str| {
        format!(
            r#"{{"message":{{"GroupId":"g","From_Account":"peter","SendTime":1767225600,"Random":7,"MsgBody":[{{"MsgType":"MyElem","MsgContent":{content}}}]}}}}"#
        )
    };
    let mut digests = Vec::new();
    for content in [r#"{"Zoo":1,"Ape":{"y":2,"x":3}}"#, r#"{"Ape":{"x":3,"y":2},"Zoo":1}"#] {
        let line = message(content);
        let calls: Vec<_> =
            import_calls(stream::iter(Records::new(line.as_bytes()))).collect().await;
        let items = serde_json::to_vec(&calls[0].as_ref().unwrap().record(0)).unwrap();
        digests.push(hexadecimal(Digest::default().after(&items).unwrap()));
    }
    assert_eq!(digests, [EXPECTED_IMPORT, EXPECTED_IMPORT]);
}

/// The digest of the import.
#[cfg(feature = "migration")]
const EXPECTED_IMPORT: &str = "\"10b13377a6e51b2f998ee87e57589f62\"";
