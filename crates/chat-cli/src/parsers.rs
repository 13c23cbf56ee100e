//! Parsers of argument values.

use std::{fmt::Display, str::FromStr, time::Duration};

use chat_types::{
    ASSIGNED_GROUP_ID_PREFIX, GROUP_TYPES, GroupId, GroupType, Region, TopicId, UserId,
    group::Role,
    limits::{MAX_OFFICIAL_ACCOUNT_ID_BYTES, MAX_USER_ID_BYTES},
    spec::GroupTypeSpec,
};

use crate::similar::similar_names;

/// Parses the UserID of an account.
pub(crate) fn account_id(text: &str) -> Result<UserId, String> {
    let account = UserId::parse(text).map_err(|error| error.to_string())?;
    let max = if text.starts_with('@') { MAX_OFFICIAL_ACCOUNT_ID_BYTES } else { MAX_USER_ID_BYTES };
    if text.len() > max {
        return Err(format!("invalid UserId \"{text}\": longer than {max} bytes"));
    }
    Ok(account)
}

/// Parses a GroupID.
pub(crate) fn group_id(text: &str) -> Result<GroupId, String> {
    GroupId::parse(text).map_err(|error| error.to_string())
}

/// Parses the ID of a group to import, which cannot be one that only the service assigns.
pub(crate) fn new_group_id(text: &str) -> Result<GroupId, String> {
    let mut types = GROUP_TYPES.iter().map(|spec| &spec.group_type);
    if !types.any(|group_type| GroupTypeSpec::check_custom_id(group_type, text).is_ok()) {
        group_id(text)?;
        return Err(format!(
            "a custom group ID must not start with {ASSIGNED_GROUP_ID_PREFIX}; only that of a \
             Community starts with {ASSIGNED_GROUP_ID_PREFIX}_"
        ));
    }
    group_id(text)
}

/// Parses a TopicID.
pub(crate) fn topic_id(text: &str) -> Result<TopicId, String> {
    TopicId::parse(text).map_err(|error| error.to_string())
}

/// Parses a group type by its name in the API or in guides, in any case.
pub(crate) fn group_type(text: &str) -> Result<GroupType, String> {
    let names =
        |spec: &GroupTypeSpec| [spec.group_type.as_str().to_owned(), spec.guide_name.into()];
    let is_named = |spec: &&GroupTypeSpec| names(spec).iter().any(|name| is_same(name, text));
    let found = GROUP_TYPES.iter().find(is_named);
    found.map(|spec| spec.group_type.clone()).ok_or_else(|| one_of(GroupType::NAMES, text))
}

/// Parses a documented role of a group member, in any case.
pub(crate) fn role(text: &str) -> Result<Role, String> {
    let found = Role::NAMES.iter().find(|name| is_same(name, text));
    found.map(|name| Role::from(*name)).ok_or_else(|| one_of(Role::NAMES, text))
}

/// Parses an SDKAppID.
pub(crate) fn sdk_app_id(text: &str) -> Result<u32, String> {
    integer(1, u32::MAX)(text)
        .map_err(|_| format!("expected an SDKAppID between 1 and {}", u32::MAX))
}

/// Returns a parser of integers within these bounds.
///
/// The parsers of clap and of the standard library name neither the bounds nor what was expected.
pub(crate) fn integer<T>(
    min: T,
    max: T,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: Copy + Display + FromStr + PartialOrd + Send + Sync + 'static,
{
    move |text| {
        let number = text.parse().ok().filter(|number| (min..=max).contains(number));
        number.ok_or_else(|| format!("expected an integer from {min} to {max}"))
    }
}

/// Parses a factor, such as `0.5` or `2`.
pub(crate) fn factor(text: &str) -> Result<f64, String> {
    let factor = text.parse().ok().filter(|factor: &f64| factor.is_finite() && *factor > 0.0);
    factor.ok_or_else(|| "expected a number above 0, such as 0.5 or 2".to_owned())
}

/// Parses a time limit, such as `500ms` or `1h30m`.
pub(crate) fn time_limit(text: &str) -> Result<Duration, String> {
    let duration = duration(text)?;
    if duration < Duration::from_millis(1) {
        return Err("must be at least 1ms".to_owned());
    }
    Ok(duration)
}

/// Parses a period as the service takes it: whole seconds, such as `90s` or `7d`.
pub(crate) fn period(text: &str) -> Result<Duration, String> {
    let duration = duration(text)?;
    if duration.as_secs() == 0 {
        return Err("must be at least 1s".to_owned());
    }
    if duration.subsec_nanos() != 0 {
        return Err("must be an integer number of seconds".to_owned());
    }
    Ok(duration)
}

/// Parses a number of seconds, with or without units: `86400` or `1d`.
pub(crate) fn seconds(text: &str) -> Result<u32, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(seconds);
    }
    u32::try_from(period(text)?.as_secs()).map_err(|_| TOO_LONG.to_owned())
}

/// Returns the names of all regions, separated by commas.
pub(crate) fn region_names() -> String {
    Region::ALL.iter().map(|region| region.id()).collect::<Vec<_>>().join(", ")
}

/// Returns whether names are the same but for their case and what separates words.
fn is_same(name: &str, text: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| !"-_ ".contains(*c)).map(|c| c.to_ascii_lowercase()).collect()
    };
    letters(name) == letters(text)
}

/// Parses a region by its id, in any case.
pub(crate) fn region(text: &str) -> Result<Region, String> {
    text.parse().map_err(|_| {
        let ids: Vec<&str> = Region::ALL.iter().map(|region| region.id()).collect();
        one_of(&ids, text)
    })
}

fn one_of(names: &[&str], text: &str) -> String {
    let names_of = || names.iter().map(|name| (*name, *name));
    let expected = format!("expected one of {}", names.join(", "));
    match similar_names(names_of(), text).first() {
        Some(similar) => format!("did you mean {similar}? {expected}"),
        None => expected,
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    // humantime panics where the seconds of several numbers add up to 2^64. Within these bounds
    // they cannot, even as years.
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    if text.len() > MAX_BYTES || numbers.any(|digits| digits.len() > MAX_DIGITS) {
        return Err(TOO_LONG.to_owned());
    }
    let duration = humantime::parse_duration(text).map_err(|_| EXPECTED.to_owned())?;
    if duration >= Duration::from_secs(u32::MAX.into()) {
        return Err(TOO_LONG.to_owned());
    }
    Ok(duration)
}

const EXPECTED: &str = "expected a duration with units, such as 500ms, 90s, 1h30m or 7d";

/// The service counts seconds in 32 bits, and the greatest number means forever.
const TOO_LONG: &str = "must be at most 4294967294 seconds (136 years)";

const MAX_BYTES: usize = 128;

const MAX_DIGITS: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(period(text).ok(), expected.map(Duration::from_secs), "{text}");
    }

    #[test]
    fn period_is_numbers_with_units() {
        check("90s", Some(90));
        check("15m", Some(900));
        check("12h", Some(43_200));
        check("7d", Some(604_800));
        check("1h30m", Some(5_400));
        check("1h 30m", Some(5_400));
        check("1.5h", Some(5_400));
        check("1w", Some(604_800));
        check("1 m", Some(60));
        check("000090s", Some(90));
        check("4294967294s", Some(4_294_967_294));
    }

    #[test]
    fn anything_else_is_rejected() {
        for text in ["", "s", "90", "-1s", "+1s", "1x", "1h30", "٣s", "1é", "soon"] {
            check(text, None);
        }
    }

    #[test]
    fn period_outside_of_the_range_is_rejected() {
        for text in [
            "0",
            "0s",
            "0d",
            "500ms",
            "1500ms",
            "4294967295s",
            "99999999999999999999d",
            "18446744073709551615d",
            "18446744073709551614s1000ms",
            "18446744073709551615s1000ms",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn names_are_read_in_any_case() {
        for text in ["Public", "public", "PUBLIC"] {
            assert_eq!(group_type(text), Ok(GroupType::Public), "{text}");
        }
        assert_eq!(group_type("av-chat-room"), Ok(GroupType::AVChatRoom));
        // The guides' names of Private and ChatRoom.
        assert_eq!(group_type("work"), Ok(GroupType::Private));
        assert_eq!(group_type("Meeting"), Ok(GroupType::ChatRoom));
        assert_eq!(role("admin"), Ok(Role::Admin));
        assert!(group_type("club").unwrap_err().contains("Public"));
        assert!(group_type("").is_err() && role("-").is_err());
    }

    #[test]
    fn integer_has_bounds() {
        assert_eq!(integer(1, 9)("9"), Ok(9));
        for text in ["", "0", "10", "-1", "1.5", "abc", "٣", "99999999999999999999"] {
            let error = integer(1, 9)(text).unwrap_err();
            assert_eq!(error, "expected an integer from 1 to 9", "{text}");
        }
        assert_eq!(factor("0.5"), Ok(0.5));
        for text in ["", "0", "-1", "inf", "NaN", "half"] {
            assert!(factor(text).is_err(), "{text}");
        }
    }

    #[test]
    fn time_limit_may_be_shorter_than_a_second() {
        assert_eq!(time_limit("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(time_limit("1h30m"), Ok(Duration::from_secs(5_400)));
        assert_eq!(time_limit("1ms"), Ok(Duration::from_millis(1)));
        for text in ["0s", "1us", "10", "4294967295s"] {
            assert!(time_limit(text).is_err(), "{text}");
        }
    }

    #[test]
    fn seconds_are_plain_or_with_units() {
        assert_eq!(seconds("86400"), Ok(86_400));
        assert_eq!(seconds("0"), Ok(0));
        assert_eq!(seconds("7d"), Ok(604_800));
        assert!(seconds("500ms").is_err() && seconds("4294967296").is_err());
    }
}
