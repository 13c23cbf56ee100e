//! Moments, periods, and clocks.

use std::time::Duration;

use chat_types::{
    Seconds, UnixSeconds,
    clock::{Clock, ManualClock, SystemClock},
};
use proptest::prelude::*;

#[test]
fn moment_displays_as_a_date() {
    check(0, "1970-01-01T00:00:00Z");
    check(951_782_400, "2000-02-29T00:00:00Z");
    check(1_709_251_199, "2024-02-29T23:59:59Z");
    check(4_107_542_400, "2100-03-01T00:00:00Z");
    check(253_402_300_799, "9999-12-31T23:59:59Z");
    check(253_402_300_800, "253402300800");
    check(u64::MAX, "18446744073709551615");
}

#[test]
fn period_is_rounded_up_and_never_truncated() {
    assert_eq!(Seconds::try_from(Duration::ZERO), Ok(Seconds::new(0)));
    assert_eq!(Seconds::try_from(Duration::from_nanos(1)), Ok(Seconds::new(1)));
    assert_eq!(Seconds::try_from(Duration::from_secs(u32::MAX.into())), Ok(Seconds::MAX));
    assert!(Seconds::try_from(Duration::from_secs(1 << 32)).is_err());
    assert!(Seconds::try_from(Duration::MAX).is_err());
}

#[test]
fn clones_of_a_manual_clock_share_the_time() {
    let clock = ManualClock::at(100);
    let other = clock.clone();
    clock.advance_millis(1_999);
    assert_eq!(other.now(), UnixSeconds::new(101));
    assert!(SystemClock.now() > UnixSeconds::new(1_700_000_000));
}

proptest! {
    #[test]
    fn consecutive_days_have_increasing_dates(day in 0..2_932_896_u64) {
        let date = |day: u64| UnixSeconds::new(day * 86_400).to_string();
        prop_assert!(date(day) < date(day + 1));
        prop_assert_eq!(date(day).len(), 20);
    }
}

/// Asserts how a moment displays.
fn check(seconds: u64, text: &str) {
    assert_eq!(UnixSeconds::new(seconds).to_string(), text);
}
