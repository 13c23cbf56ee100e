//! Periods as people write them: `90s`, `15m`, `12h`, `7d`.

use std::time::Duration;

/// Reads a period of at least one second.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let unit = text.chars().last().unwrap_or_default();
    let seconds_per_unit = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return Err(EXPECTED.to_owned()),
    };
    let digits = text.strip_suffix(unit).unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EXPECTED.to_owned());
    }
    let seconds = digits
        .parse::<u64>()
        .ok()
        .and_then(|count| count.checked_mul(seconds_per_unit))
        .filter(|seconds| *seconds < u64::from(u32::MAX))
        .ok_or("the service takes at most 4294967294 seconds (136 years)")?;
    if seconds == 0 {
        return Err("it must be at least one second".to_owned());
    }
    Ok(Duration::from_secs(seconds))
}

const EXPECTED: &str = "expected an integer with a unit, such as 90s, 15m, 12h or 7d";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(parse(text).ok(), expected.map(Duration::from_secs), "{text}");
    }

    #[test]
    fn a_period_is_a_number_with_a_unit() {
        check("90s", Some(90));
        check("15m", Some(900));
        check("12h", Some(43_200));
        check("7d", Some(604_800));
        check("4294967294s", Some(4_294_967_294));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "s", "90", "1.5h", "-1s", "+1s", "1w", "1 m", "٣s", "1h30m", "1é"] {
            check(text, None);
        }
    }

    #[test]
    fn a_period_is_neither_nothing_nor_for_good() {
        for text in ["0s", "0d", "4294967295s", "99999999999999999999d", "18446744073709551615d"] {
            check(text, None);
        }
    }
}
