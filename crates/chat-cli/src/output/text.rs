//! Text for people.

use chat_types::{Excerpt, UnixSeconds};
use jiff::{Timestamp, tz::TimeZone};

/// Returns a count with its noun: `1 group`, `2 groups`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Returns text from elsewhere as a single line that is safe to print on a terminal.
pub(crate) fn one_line(text: &str) -> Excerpt<'_> {
    Excerpt::new(text, usize::MAX)
}

/// Returns a time in the time zone of this machine, such as `2026-12-01 08:26:00 +08:00`; `forever`
/// for the greatest one, until which the service mutes and bans for good.
pub(crate) fn local_time(time: UnixSeconds) -> String {
    if time.get() >= FOREVER {
        return "forever".to_owned();
    }
    let seconds = i64::try_from(time.get()).ok();
    match seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()) {
        Some(timestamp) => timestamp
            .to_zoned_datetime(TimeZone::system())
            .strftime("%Y-%m-%d %H:%M:%S %:z")
            .to_string(),
        None => time.to_string(),
    }
}

/// The service stores the end of a mute for good as this or as a time shortly before.
const FOREVER: u64 = u32::MAX as u64;
