//! Moments and periods, as the service writes them.

use std::{fmt, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::lenient;

/// A moment in whole seconds since the Unix epoch.
///
/// ```
/// use chat_types::UnixSeconds;
///
/// let muted_until: UnixSeconds = serde_json::from_str("1458115189")?;
/// assert_eq!(muted_until.to_string(), "2016-03-16T07:59:49Z");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct UnixSeconds(u64);

impl UnixSeconds {
    /// Creates a moment this many seconds after the Unix epoch.
    pub const fn new(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Returns the seconds since the Unix epoch.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Returns the moment this many seconds later, saturating at the largest value.
    #[must_use]
    pub const fn after(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Returns the seconds from `earlier` to this moment; 0 if `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl<'de> Deserialize<'de> for UnixSeconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::number(deserializer).map(Self)
    }
}

impl fmt::Display for UnixSeconds {
    /// Writes the moment as RFC 3339 in UTC up to the year 9999, and as a plain number after that.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LAST_OF_YEAR_9999: u64 = 253_402_300_799;
        if self.0 > LAST_OF_YEAR_9999 {
            return self.0.fmt(f);
        }
        let (days, seconds) = (self.0 / 86_400, self.0 % 86_400);
        let (year, month, day) = civil_date(days);
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl fmt::Debug for UnixSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({self})", self.0)
    }
}

/// A moment in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct UnixMillis(u64);

impl UnixMillis {
    /// Creates a moment this many milliseconds after the Unix epoch.
    pub const fn new(millis: u64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since the Unix epoch.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Returns the same moment, rounded down to a whole second.
    pub const fn seconds(self) -> UnixSeconds {
        UnixSeconds(self.0 / 1_000)
    }
}

impl<'de> Deserialize<'de> for UnixMillis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::number(deserializer).map(Self)
    }
}

impl fmt::Display for UnixMillis {
    /// Writes the moment like [`UnixSeconds`], rounded down to a whole second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.seconds().fmt(f)
    }
}

impl fmt::Debug for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({self})", self.0)
    }
}

/// A period in whole seconds, at most 4,294,967,295 (136 years).
///
/// ```
/// use chat_types::Seconds;
/// use std::time::Duration;
///
/// assert_eq!(Seconds::try_from(Duration::from_millis(1_500)), Ok(Seconds::new(2)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Seconds(u32);

impl Seconds {
    /// The longest period that the service can express.
    pub const MAX: Self = Self(u32::MAX);

    /// Creates a period of this many seconds.
    pub const fn new(seconds: u32) -> Self {
        Self(seconds)
    }

    /// Returns the number of seconds.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::number(deserializer).map(Self)
    }
}

impl TryFrom<Duration> for Seconds {
    type Error = TooLong;

    /// Rounds up, so that a period is never shorter than requested.
    fn try_from(period: Duration) -> Result<Self, TooLong> {
        let whole = period.as_secs().saturating_add(u64::from(period.subsec_nanos() > 0));
        u32::try_from(whole).map(Self).map_err(|_| TooLong)
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0)
    }
}

/// A period of more than 4,294,967,295 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a period can be at most 4294967295 seconds (136 years)")]
pub struct TooLong;

/// How long a member is muted: on the wire, a number of seconds with two special values.
///
/// ```
/// use chat_types::{MuteTime, Seconds};
///
/// assert_eq!(serde_json::to_string(&MuteTime::For(Seconds::new(60)))?, "60");
/// assert_eq!(serde_json::to_string(&MuteTime::Forever)?, "4294967295");
/// assert_eq!(serde_json::from_str::<MuteTime>("0")?, MuteTime::Unmute);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MuteTime {
    /// Unmutes: 0 on the wire.
    Unmute,
    /// Mutes for this long, starting with the call.
    For(Seconds),
    /// Mutes permanently: 4294967295 on the wire.
    Forever,
}

impl MuteTime {
    /// Returns the number on the wire.
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Unmute => 0,
            Self::For(period) => period.get(),
            Self::Forever => u32::MAX,
        }
    }
}

impl From<u32> for MuteTime {
    fn from(seconds: u32) -> Self {
        match seconds {
            0 => Self::Unmute,
            u32::MAX => Self::Forever,
            _ => Self::For(Seconds(seconds)),
        }
    }
}

impl From<Duration> for MuteTime {
    /// Mutes for this long, rounded up to whole seconds and at least one, since 0 would unmute. More
    /// than 136 years mutes permanently.
    ///
    /// ```
    /// use chat_types::{MuteTime, Seconds};
    /// use std::time::Duration;
    ///
    /// assert_eq!(MuteTime::from(Duration::from_millis(1_500)), MuteTime::For(Seconds::new(2)));
    /// assert_eq!(MuteTime::from(Duration::ZERO), MuteTime::For(Seconds::new(1)));
    /// assert_eq!(MuteTime::from(Duration::MAX), MuteTime::Forever);
    /// ```
    fn from(period: Duration) -> Self {
        let seconds = Seconds::try_from(period).unwrap_or(Seconds::MAX);
        Self::from(seconds.get().max(1))
    }
}

impl Serialize for MuteTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.seconds())
    }
}

impl<'de> Deserialize<'de> for MuteTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::number::<u32, D>(deserializer).map(Self::from)
    }
}

/// Converts days since 1970-01-01 to year, month, and day of the Gregorian calendar.
fn civil_date(days: u64) -> (u64, u64, u64) {
    // Counts in eras of 400 years that start on 1 March of year 0, so that a leap day comes last.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}
