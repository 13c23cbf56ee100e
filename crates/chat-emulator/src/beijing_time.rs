//! Days and hours in Beijing, by which the service divides statistics and message history.

use chat_types::UnixSeconds;

use crate::time_text;

/// A day, as the number of days since 1970.
pub(crate) type Day = u64;

/// Returns the day of a time.
pub(crate) fn day(time: UnixSeconds) -> Day {
    time.after(OFFSET).get() / 86_400
}

/// Writes a day as `yyyymmdd`.
pub(crate) fn write_day(day: Day) -> String {
    let date = time_text::write(UnixSeconds::new(day.saturating_mul(86_400)));
    date.chars().take_while(|&char| char != ' ').filter(char::is_ascii_digit).collect()
}

/// Writes a time as `yyyy-mm-dd hh:mm:ss`.
pub(crate) fn write(time: UnixSeconds) -> String {
    time_text::write(time.after(OFFSET))
}

/// Reads an hour, written as `yyyymmddhh`, and returns its first second; `None` if it is malformed or
/// before 1970.
pub(crate) fn read_hour(text: &str) -> Option<UnixSeconds> {
    let all_digits = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (date, hour) = all_digits.then(|| text.split_at(8))?;
    let ((year, month), day) = (date[..6].split_at(4), &date[6..]);
    let start = time_text::read(&format!("{year}-{month}-{day} {hour}:00:00"))?;
    start.get().checked_sub(OFFSET).map(UnixSeconds::new)
}

/// How far Beijing is ahead of UTC, in seconds.
const OFFSET: u64 = 8 * 3_600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_hours_start_eight_hours_before_those_in_utc() {
        // 14 November 2023, 22:13:20 in UTC
        let time = UnixSeconds::new(1_700_000_000);
        assert_eq!(write_day(day(time)), "20231115");
        assert_eq!(write(time), "2023-11-15 06:13:20");
        assert_eq!(read_hour("2023111506"), Some(UnixSeconds::new(1_699_999_200)));
    }

    #[test]
    fn malformed_hours_are_refused() {
        let malformed = [
            "",
            "202311150",
            "20231115061",
            "2023111524",
            "2023023000",
            "2023-11-15",
            "1970010107",
            "2023111é0",
            "２０２３",
        ];
        for text in malformed {
            assert_eq!(read_hour(text), None, "{text}");
        }
        assert_eq!(read_hour("1970010108"), Some(UnixSeconds::new(0)));
    }
}
