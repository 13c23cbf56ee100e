//! Reading what the service sends although it documents something else.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};

/// `null` where a list was documented is the empty list.
pub(crate) fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A number, or its decimal digits as a text.
pub(crate) fn number<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: TryFrom<u64> + TryFrom<i64>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(NumberVisitor(PhantomData))
}

/// A number or its decimal digits as a text, where the field can be left out.
#[allow(dead_code, reason = "for the quirk number_as_text, which no endpoint may have")]
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

/// A text without the white space that the service leaves around it in places.
pub(crate) fn trimmed<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: for<'a> From<&'a str>,
    D: Deserializer<'de>,
{
    let text: Option<std::borrow::Cow<'de, str>> = Option::deserialize(deserializer)?;
    Ok(text.map(|text| T::from(text.trim())))
}

/// 0 or 1 as a switch; any other number counts as on.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Flag {
        Switch(bool),
        Number(#[serde(deserialize_with = "number")] i64),
    }
    Ok(Option::deserialize(deserializer)?.map(|flag| match flag {
        Flag::Switch(on) => on,
        Flag::Number(number) => number != 0,
    }))
}

/// As [`flag`], where the field is always there.
pub(crate) fn required_flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(flag(deserializer)?.unwrap_or_default())
}

/// Writes a switch as 0 or 1.
pub(crate) fn write_flag<S: serde::Serializer>(
    flag: &Option<bool>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match flag {
        Some(on) => serializer.serialize_u8(u8::from(*on)),
        None => serializer.serialize_none(),
    }
}

/// Writes a switch that is always there as 0 or 1.
pub(crate) fn write_required_flag<S: serde::Serializer>(
    flag: &bool,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(u8::from(*flag))
}

struct NumberVisitor<T>(PhantomData<T>);

impl<T: TryFrom<u64> + TryFrom<i64>> Visitor<'_> for NumberVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number that fits {}", std::any::type_name::<T>())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::invalid_value(de::Unexpected::Signed(number), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        let digits = text.trim();
        let number = match digits.parse::<u64>() {
            Ok(number) => T::try_from(number).ok(),
            Err(_) => digits.parse::<i64>().ok().and_then(|number| T::try_from(number).ok()),
        };
        number.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}
