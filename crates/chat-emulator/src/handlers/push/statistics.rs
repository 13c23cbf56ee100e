//! Statistics, losses and traces of pushes to all accounts or by condition: `all_member_push_statistics`,
//! `all_member_push_loss` and `all_member_push_trace`.

use chat_types::{
    limits::{PUSH_STATISTICS_DAYS, PUSH_TRACE_DAYS},
    push::{
        AllMemberPushDevice, AllMemberPushLoss, AllMemberPushLossResponse,
        AllMemberPushPlatformStatistics, AllMemberPushStatistics, AllMemberPushStatisticsResponse,
        AllMemberPushTrace, AllMemberPushTraceResponse, PushKind, PushPlatform, PushTaskId,
        PushTaskLosses, PushTaskStatistics,
    },
};

use super::{
    counts::{Counts, Period, SUCCESS, is_within},
    trace::{acceptance, stages, system},
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
