//! Statistics, losses and traces of the pushes of ordinary messages: `normal_push_statistics`,
//! `normal_push_loss` and `normal_push_trace`.

use chat_types::{
    limits::{PUSH_STATISTICS_DAYS, PUSH_TRACE_DAYS},
    push::{
        NormalPushDevice, NormalPushLoss, NormalPushLossResponse, NormalPushPlatformStatistics,
        NormalPushStatistics, NormalPushStatisticsResponse, NormalPushTrace,
        NormalPushTraceResponse,
    },
};

use super::{
    counts::{Counts, Period, SUCCESS, is_within},
    trace::{acceptance, stages, system},
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    time_text,
};

pub(super) fn register(router: &mut Router) {
    router.add(normal_push_statistics);
    router.add(normal_push_loss);
    router.add(normal_push_trace);
}

fn normal_push_statistics(
    context: &mut Context<'_>,
    request: &NormalPushStatistics,
) -> Result<NormalPushStatisticsResponse, ApiError> {
    context.info = SUCCESS;
    let period = Period::new(context, request.start_time, request.end_time, PUSH_STATISTICS_DAYS)?;
    let counts = counts(context, period);
    let mut response = NormalPushStatisticsResponse::default();
    response.total_count = Some(counts.total);
    response.sent_count = Some(counts.sent);
    response.delivered_count = Some(counts.sent);
    response.click_count = Some(0);
    response.platform_statistics = counts
        .by_platform
        .iter()
        .map(|(&platform, &sent)| {
            let mut entry = NormalPushPlatformStatistics::default();
            entry.push_platform = Some(platform);
            entry.total_count = Some(sent);
            entry.sent_count = Some(sent);
            entry.delivered_count = Some(sent);
            entry.click_count = Some(0);
            entry
        })
        .collect();
    Ok(response)
}

fn normal_push_loss(
    context: &mut Context<'_>,
    request: &NormalPushLoss,
) -> Result<NormalPushLossResponse, ApiError> {
    context.info = SUCCESS;
    let period = Period::new(context, request.start_time, request.end_time, PUSH_TRACE_DAYS)?;
    let mut response = NormalPushLossResponse::default();
    response.ready_to_send_loss = counts(context, period).losses().into_iter().collect();
    Ok(response)
}

fn normal_push_trace(
    context: &mut Context<'_>,
    request: &NormalPushTrace,
) -> Result<NormalPushTraceResponse, ApiError> {
    context.info = SUCCESS;
    let mut response = NormalPushTraceResponse::default();
    response.instance_trace = context
        .app
        .push
        .messages
        .of(&request.push_id)
        .filter(|push| is_within(push.time, context.now, PUSH_TRACE_DAYS))
        .flat_map(|push| push.devices.values().flatten().map(|&platform| (push.time, platform)))
        .map(|(time, platform)| {
            let mut device = NormalPushDevice::default();
            device.push_time = Some(time_text::write(time));
            device.system = Some(system(platform));
            device.push_platform = Some(platform);
            device.im_commit_stat = Some(acceptance(time));
            device.offline_push_stat = Some(stages(time));
            device
        })
        .collect();
    Ok(response)
}

fn counts(context: &Context<'_>, period: Period) -> Counts {
    let mut counts = Counts::default();
    for push in context.app.push.messages.iter().filter(|push| period.contains(push.time)) {
        counts.add(push.receivers, push.devices.values());
    }
    counts
}
