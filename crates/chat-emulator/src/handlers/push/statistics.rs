//! Statistics, losses and traces of pushes to all accounts or by condition: `all_member_push_statistics`,
//! `all_member_push_loss` and `all_member_push_trace`.

use std::collections::{BTreeMap, BTreeSet};

use chat_types::{
    ErrorCode, UnixSeconds,
    limits::{PUSH_STATISTICS_DAYS, PUSH_TRACE_DAYS},
    push::{
        AllMemberPushDevice, AllMemberPushLoss, AllMemberPushLossResponse,
        AllMemberPushPlatformStatistics, AllMemberPushStatistics, AllMemberPushStatisticsResponse,
        AllMemberPushTrace, AllMemberPushTraceResponse, OfflinePushStages, PushAcceptance,
        PushKind, PushLoss, PushPlatform, PushStageResult, PushTaskId, PushTaskLosses,
        PushTaskStatistics,
    },
};

use crate::{
    response::ApiError,
    router::{Context, Router},
    state::push::record::SentPush,
    time_text,
};

pub(super) fn register(router: &mut Router) {
    router.add(all_member_push_statistics);
    router.add(all_member_push_loss);
    router.add(all_member_push_trace);
}

fn all_member_push_statistics(
    context: &mut Context<'_>,
    request: &AllMemberPushStatistics,
) -> Result<AllMemberPushStatisticsResponse, ApiError> {
    context.info = SUCCESS;
    let period = Period::new(context, request.start_time, request.end_time, PUSH_STATISTICS_DAYS)?;
    let mut response = AllMemberPushStatisticsResponse::default();
    response.results = each_or_total(context, &request.task_id, period)
        .into_iter()
        .map(|(task_id, counts)| {
            let mut entry = PushTaskStatistics::default();
            entry.task_id = Some(task_id);
            entry.total_count = Some(counts.total);
            entry.sent_count = Some(counts.sent);
            entry.delivered_count = Some(counts.sent);
            entry.click_count = Some(0);
            entry.platform_statistics = counts.by_platform.iter().map(platform).collect();
            entry
        })
        .collect();
    Ok(response)
}

fn platform((&platform, &sent): (&PushPlatform, &u64)) -> AllMemberPushPlatformStatistics {
    let mut entry = AllMemberPushPlatformStatistics::default();
    entry.event_type = Some(PushKind::Offline);
    entry.push_platform = Some(platform);
    entry.total_count = Some(sent);
    entry.sent_count = Some(sent);
    entry.delivered_count = Some(sent);
    entry.click_count = Some(0);
    entry
}

fn all_member_push_loss(
    context: &mut Context<'_>,
    request: &AllMemberPushLoss,
) -> Result<AllMemberPushLossResponse, ApiError> {
    context.info = SUCCESS;
    let period = Period::new(context, request.start_time, request.end_time, PUSH_TRACE_DAYS)?;
    let mut response = AllMemberPushLossResponse::default();
    response.results = each_or_total(context, &request.task_id, period)
        .into_iter()
        .map(|(task_id, counts)| {
            let mut entry = PushTaskLosses::default();
            entry.task_id = Some(task_id);
            entry.ready_to_send_loss = counts.losses().into_iter().collect();
            entry
        })
        .collect();
    Ok(response)
}

fn all_member_push_trace(
    context: &mut Context<'_>,
    request: &AllMemberPushTrace,
) -> Result<AllMemberPushTraceResponse, ApiError> {
    context.info = SUCCESS;
    let push = context
        .app
        .push
        .pushes
        .get(&request.task_id)
        .filter(|push| push.selected && is_within(push.time, context.now, PUSH_TRACE_DAYS));
    let mut response = AllMemberPushTraceResponse::default();
    if let Some(push) = push {
        let devices = push.devices.get(request.user_id.as_str()).into_iter().flatten();
        response.instance_trace = devices
            .map(|&platform| {
                let mut device = AllMemberPushDevice::default();
                device.push_time = Some(time_text::write(push.time));
                device.system = Some(system(platform));
                device.event_type = Some(PushKind::Offline);
                device.push_platform = Some(platform);
                device.im_commit_stat = Some(acceptance(push.time));
                device.offline_push_stat = Some(stages(push.time));
                device
            })
            .collect();
    }
    Ok(response)
}

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

/// Returns the counts of each push that is named and within the period, or, if none is named, those of
/// all pushes of the period together.
fn each_or_total(
    context: &Context<'_>,
    ids: &[PushTaskId],
    period: Period,
) -> Vec<(PushTaskId, Counts)> {
    let pushes = &context.app.push.pushes;
    let counts_of = |pushes: &mut dyn Iterator<Item = &SentPush>| {
        let mut counts = Counts::default();
        for push in pushes {
            counts.add(push.receivers.len() as u64, push.devices.values());
        }
        counts
    };
    let counts = |push: &SentPush| push.selected && period.contains(push.time);
    if ids.is_empty() {
        let total = counts_of(&mut pushes.iter().filter(|push| counts(push)));
        return vec![(PushTaskId::from(String::new()), total)];
    }
    ids.iter()
        .filter_map(|id| pushes.get(id))
        .filter(|push| counts(push))
        .map(|push| (push.task_id.clone(), counts_of(&mut std::iter::once(push))))
        .collect()
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

/// The `ErrorInfo` of a success, as on the pages.
pub(super) const SUCCESS: &str = "sucess";

/// The code of a loss without a vendor's code, as in the sample.
const NO_DEVICE: &str = "-1";
