//! Times as strings, as some endpoints have them: `2023-11-14 22:13:20`.

use chat_types::UnixSeconds;

/// Writes a moment in UTC as `YYYY-MM-DD hh:mm:ss`.
pub(crate) fn write(time: UnixSeconds) -> String {
    time.to_string().replace('T', " ").replace('Z', "")
}

/// Reads a moment in UTC, written as `YYYY-MM-DD hh:mm:ss`; `None` if it is malformed or before 1970.
pub(crate) fn read(text: &str) -> Option<UnixSeconds> {
    let (date, time) = text.split_once(' ')?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let days = days_since_1970(year, month, day)?;
    let in_range = (1..=12).contains(&month) && hour < 24 && minute < 60 && second < 60;
    let time = UnixSeconds::new(days * 86_400 + hour * 3_600 + minute * 60 + second);
    // A day that the month does not have is written as a day of the next month.
    (in_range && write(time) == text).then_some(time)
}

/// Reads three numbers with these numbers of digits.
fn numbers(text: &str, separator: char, digits: [usize; 3]) -> Option<[u64; 3]> {
    let mut parts = text.split(separator);
    let mut number = |digits| {
        let part = parts.next().filter(|part| part.len() == digits)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let [first, second, third] = digits;
    let numbers = [number(first)?, number(second)?, number(third)?];
    parts.next().is_none().then_some(numbers)
}

/// Returns the number of days from 1 January 1970; `None` for earlier ones.
fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    // Years are counted from March, so that the day of the leap year is the last one.
    let (year, month) =
        if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    let days = year * 365 + leap_days + (month * 153 + 2) / 5 + day;
    days.checked_sub(DAYS_BEFORE_1970)
}

/// The days from 1 March of the year 0 to 1 January 1970, and 1 because days of a month start at 1.
const DAYS_BEFORE_1970: u64 = 719_468 + 1;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn written_time_reads_as_itself(seconds in 0_u64..=253_402_300_799) {
            let time = UnixSeconds::new(seconds);
            prop_assert_eq!(read(&write(time)), Some(time));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9: -]{0,24}") {
            prop_assert!(read(&text).is_none_or(|time| write(time) == text));
        }
    }

    #[test]
    fn malformed_times_are_refused() {
        assert_eq!(read("2023-11-14 22:13:20"), Some(UnixSeconds::new(1_700_000_000)));
        for text in [
            "",
            "2023-11-14",
            "2023-11-14T22:13:20",
            "2023-11-14 22:13",
            "2023-02-29 00:00:00",
            "2023-13-01 00:00:00",
            "2023-00-01 00:00:00",
            "2023-01-00 00:00:00",
            "2023-01-01 24:00:00",
            "1969-12-31 23:59:59",
            "2023-1-1 0:0:0",
            "+023-01-01 00:00:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
