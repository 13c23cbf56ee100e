//! What reports about pushes count, and for which period.

use std::collections::{BTreeMap, BTreeSet};

use chat_types::{
    ErrorCode, UnixSeconds,
    push::{PushLoss, PushPlatform},
};

use crate::{response::ApiError, router::Context};

/// How many receivers pushes had, and to how many of them they were sent.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) total: u64,
    pub(super) sent: u64,
    pub(super) by_platform: BTreeMap<PushPlatform, u64>,
}

impl Counts {
    /// Adds receivers, some of whom have devices.
    pub(super) fn add<'a>(
        &mut self,
        receivers: u64,
        devices: impl IntoIterator<Item = &'a BTreeSet<PushPlatform>>,
    ) {
        self.total += receivers;
        for platforms in devices {
            self.sent += 1;
            for &platform in platforms {
                *self.by_platform.entry(platform).or_default() += 1;
            }
        }
    }

    /// Returns what was lost: a push that was not sent has no device to go to.
    pub(super) fn losses(&self) -> Option<PushLoss> {
        let lost = self.total - self.sent.min(self.total);
        (lost > 0).then(|| {
            let mut loss = PushLoss::default();
            loss.err_code = Some(NO_DEVICE.to_owned());
            loss.err_count = Some(lost);
            loss.err_info = Some(String::from("the receiver has no device for offline pushes"));
            loss
        })
    }
}

/// A period that a request asks about, cut to the days that the service remembers.
#[derive(Clone, Copy)]
pub(super) struct Period {
    start: UnixSeconds,
    end: UnixSeconds,
}

impl Period {
    /// # Errors
    /// When it ends before it starts.
    pub(super) fn new(
        context: &Context<'_>,
        start: UnixSeconds,
        end: UnixSeconds,
        days: u64,
    ) -> Result<Self, ApiError> {
        if start > end {
            let info = "EndTime: must not be before StartTime";
            return Err(ApiError::new(ErrorCode::MESSAGE_BODY_NOT_JSON, info));
        }
        let first = UnixSeconds::new(context.now.get().saturating_sub(days * 86_400));
        Ok(Self { start: start.max(first), end })
    }

    pub(super) fn contains(self, time: UnixSeconds) -> bool {
        (self.start..=self.end).contains(&time)
    }
}

/// Returns whether a time is at most this many days ago.
pub(super) fn is_within(time: UnixSeconds, now: UnixSeconds, days: u64) -> bool {
    now.seconds_since(time) <= days * 86_400
}

/// The `ErrorInfo` of a success, as on the pages.
pub(super) const SUCCESS: &str = "sucess";

/// The code of a loss without a vendor's code, as in the sample.
const NO_DEVICE: &str = "-1";
