//! What traces of pushes say about a device. Every push to a device passes all stages.

use chat_types::{
    UnixSeconds,
    push::{OfflinePushStages, PushAcceptance, PushPlatform, PushStageResult},
};

use crate::time_text;

/// Returns the operating system of a device.
pub(super) fn system(platform: PushPlatform) -> String {
    String::from(if platform == PushPlatform::Apns { "APNS" } else { "Android" })
}

pub(super) fn acceptance(time: UnixSeconds) -> PushAcceptance {
    let mut acceptance = PushAcceptance::default();
    acceptance.im_stat = Some(passed(time));
    acceptance
}

pub(super) fn stages(time: UnixSeconds) -> OfflinePushStages {
    let mut stages = OfflinePushStages::default();
    stages.offline_stat = Some(passed(time));
    stages.channel_stat = Some(passed(time));
    stages.device_stat = Some(passed(time));
    stages
}

/// Returns the result of a stage that was passed.
fn passed(time: UnixSeconds) -> PushStageResult {
    let mut stage = PushStageResult::default();
    stage.push_status = Some(1);
    stage.error_code = Some(0);
    stage.error_info = Some(String::new());
    stage.event_time = Some(time_text::write(time));
    stage
}
