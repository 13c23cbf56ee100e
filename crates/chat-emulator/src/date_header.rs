//! The `Date` of responses, by the emulator's clock.

use std::{
    sync::Mutex,
    time::{Duration, UNIX_EPOCH},
};

use chat_types::UnixSeconds;
use hyper::header::HeaderValue;

use crate::lock::lock;

/// The text of the last second, which is the same for thousands of responses.
#[derive(Debug, Default)]
pub(crate) struct DateHeader(Mutex<Option<(UnixSeconds, HeaderValue)>>);

impl DateHeader {
    /// Returns the `Date` of a response.
    pub(crate) fn at(&self, now: UnixSeconds) -> Option<HeaderValue> {
        let mut last = lock(&self.0);
        match &*last {
            Some((second, text)) if *second == now => Some(text.clone()),
            _ => {
                let text = write(now)?;
                *last = Some((now, text.clone()));
                Some(text)
            }
        }
    }
}

fn write(now: UnixSeconds) -> Option<HeaderValue> {
    // Later than this, httpdate panics.
    const LAST: u64 = 253_402_300_799;
    let now = UNIX_EPOCH + Duration::from_secs(now.get().min(LAST));
    httpdate::fmt_http_date(now).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_follows_the_clock_in_both_directions() {
        let header = DateHeader::default();
        let at = |seconds| header.at(UnixSeconds::new(seconds)).unwrap();
        assert_eq!(at(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(at(1_700_000_000), "Tue, 14 Nov 2023 22:13:20 GMT");
        assert_eq!(at(1_700_000_000), "Tue, 14 Nov 2023 22:13:20 GMT");
        assert_eq!(at(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(at(u64::MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
    }
}
