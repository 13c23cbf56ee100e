//! Reads what the service sends where it documents something else.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};

/// Reads an array; `null` stands for an empty one.
pub(crate) fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads an integer, or a string of its decimal digits.
pub(crate) fn number<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: TryFrom<u64> + TryFrom<i64>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(NumberVisitor(PhantomData))
}

/// Reads an optional integer, or a string of its decimal digits.
pub(crate) fn optional_number<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: TryFrom<u64> + TryFrom<i64>,
    D: Deserializer<'de>,
{
    struct Number<T>(T);
    impl<'de, T: TryFrom<u64> + TryFrom<i64>> Deserialize<'de> for Number<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            number(deserializer).map(Self)
        }
    }
    Ok(Option::<Number<T>>::deserialize(deserializer)?.map(|Number(number)| number))
}

/// Reads a string, or an integer in decimal digits.
pub(crate) fn string<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: From<String>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(StringVisitor).map(T::from)
}

/// Reads an optional string, or an integer in decimal digits.
pub(crate) fn optional_string<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: From<String>,
    D: Deserializer<'de>,
{
    struct Text(String);
    impl<'de> Deserialize<'de> for Text {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            string(deserializer).map(Self)
        }
    }
    Ok(Option::<Text>::deserialize(deserializer)?.map(|Text(text)| T::from(text)))
}

/// Reads a boolean, or the string `true` or `false`.
pub(crate) fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    deserializer.deserialize_any(BooleanVisitor)
}

/// Reads an optional boolean, or the string `true` or `false`.
pub(crate) fn optional_boolean<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<bool>, D::Error> {
    struct Boolean(bool);
    impl<'de> Deserialize<'de> for Boolean {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            boolean(deserializer).map(Self)
        }
    }
    Ok(Option::<Boolean>::deserialize(deserializer)?.map(|Boolean(on)| on))
}

/// Reads a string without the white space that the service sometimes leaves around it.
pub(crate) fn trimmed<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: for<'a> From<&'a str>,
    D: Deserializer<'de>,
{
    let text: Option<std::borrow::Cow<'de, str>> = Option::deserialize(deserializer)?;
    Ok(text.map(|text| T::from(text.trim())))
}

/// Reads 0 or 1 as a boolean; any other integer is true.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Flag {
        Boolean(bool),
        Number(#[serde(deserialize_with = "number")] i64),
    }
    Ok(Option::deserialize(deserializer)?.map(|flag| match flag {
        Flag::Boolean(on) => on,
        Flag::Number(number) => number != 0,
    }))
}

/// As [`flag`], for a field that is always present.
pub(crate) fn required_flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(flag(deserializer)?.unwrap_or_default())
}

/// Writes a boolean as 0 or 1.
pub(crate) fn write_flag<S: serde::Serializer>(
    flag: &Option<bool>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match flag {
        Some(on) => serializer.serialize_u8(u8::from(*on)),
        None => serializer.serialize_none(),
    }
}

/// As [`write_flag`], for a field that is always present.
pub(crate) fn write_required_flag<S: serde::Serializer>(
    flag: &bool,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(u8::from(*flag))
}

struct StringVisitor;

impl Visitor<'_> for StringVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<String, E> {
        Ok(text)
    }
}

struct BooleanVisitor;

impl Visitor<'_> for BooleanVisitor {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a boolean")
    }

    fn visit_bool<E: de::Error>(self, on: bool) -> Result<bool, E> {
        Ok(on)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<bool, E> {
        text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

struct NumberVisitor<T>(PhantomData<T>);

impl<T: TryFrom<u64> + TryFrom<i64>> Visitor<'_> for NumberVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an integer that fits {}", std::any::type_name::<T>())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::invalid_value(de::Unexpected::Signed(number), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        let digits = text.trim_ascii();
        let number = match digits.parse::<u64>() {
            Ok(number) => T::try_from(number).ok(),
            Err(_) => digits.parse::<i64>().ok().and_then(|number| T::try_from(number).ok()),
        };
        number.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}
