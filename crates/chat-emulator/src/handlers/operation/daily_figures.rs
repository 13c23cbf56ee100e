//! Daily figures: `getappinfo`.

use std::collections::BTreeSet;

use chat_types::operation::{AppInfoField, DailyAppInfo, GetAppInfo, GetAppInfoResponse};
use serde_json::Value;

use crate::{
    beijing_time::{self, Day},
    handlers::response_fields::{JsonObject, to_json_object},
    response::ApiError,
    router::{Context, Router},
    state::{AppState, figures::DayFigures},
};

pub(super) fn register(router: &mut Router) {
    router.add(getappinfo);
}

fn getappinfo(context: &mut Context<'_>, request: &GetAppInfo) -> Result<JsonObject, ApiError> {
    context.info = "OK";
    let app = &*context.app;
    let (mut accounts, mut groups) = (app.accounts.len() as u64, app.groups.by_id().len() as u64);
    let mut response = GetAppInfoResponse::default();
    for (day, figures) in app.figures.backwards(context.now) {
        let figures = figures.cloned().unwrap_or_default();
        let mut entry = entry(app, day, &figures);
        entry.register_user_num_total = number(accounts);
        entry.group_all_group_num = number(groups);
        response.days.push(entry);
        // The totals of the day before.
        accounts = (accounts + figures.accounts.removed).saturating_sub(figures.accounts.added);
        groups = (groups + figures.groups.removed).saturating_sub(figures.groups.added);
    }
    let mut response = to_json_object(&response)?;
    if !request.request_field.is_empty() {
        let requested: Vec<_> = request.request_field.iter().map(AppInfoField::as_str).collect();
        for entry in response.get_mut("Result").and_then(Value::as_array_mut).into_iter().flatten()
        {
            let Some(entry) = entry.as_object_mut() else { continue };
            entry.retain(|name, _| name == DATE || requested.contains(&name.as_str()));
        }
    }
    Ok(response)
}

/// Returns the figures of one day, without totals.
fn entry(app: &AppState, day: Day, figures: &DayFigures) -> DailyAppInfo {
    let DayFigures { accounts, groups, friendships, logins, direct, group, joins, quits, .. } =
        figures;
    let senders: BTreeSet<_> = direct.senders.union(&group.senders).collect();
    let active = figures.logged_in.iter().chain(senders.iter().copied()).collect::<BTreeSet<_>>();
    let mut entry = DailyAppInfo::default();
    entry.date = beijing_time::write_day(day);
    entry.app_name = Some(String::from("chat-emulator"));
    entry.app_id = Some(app.sdk_app_id.to_string());
    entry.company = Some(String::new());
    entry.active_user_num = number(active.len() as u64);
    entry.register_user_num_one_day = number(accounts.added);
    entry.login_times = number(*logins);
    entry.login_user_num = number(figures.logged_in.len() as u64);
    entry.up_msg_num = number(direct.sent + group.sent);
    entry.down_msg_num = number(direct.delivered + group.delivered);
    entry.send_msg_user_num = number(senders.len() as u64);
    entry.apns_msg_num = number(direct.apns_pushes + group.apns_pushes);
    entry.c2c_up_msg_num = number(direct.sent);
    entry.c2c_down_msg_num = number(direct.delivered);
    entry.c2c_send_msg_user_num = number(direct.senders.len() as u64);
    entry.c2c_apns_msg_num = number(direct.apns_pushes);
    entry.max_online_num = number(0);
    entry.chain_increase = number(friendships.added);
    entry.chain_decrease = number(friendships.removed);
    entry.group_up_msg_num = number(group.sent);
    entry.group_down_msg_num = number(group.delivered);
    entry.group_send_msg_user_num = number(group.senders.len() as u64);
    entry.group_apns_msg_num = number(group.apns_pushes);
    entry.group_send_msg_group_num = number(figures.active_groups.len() as u64);
    entry.group_join_group_times = number(*joins);
    entry.group_quit_group_times = number(*quits);
    entry.group_new_group_num = number(groups.added);
    entry.group_destroy_group_num = number(groups.removed);
    // The emulator sends no webhooks.
    entry.call_back_req = number(0);
    entry.call_back_rsp = number(0);
    entry
}

/// Returns a figure as the service sends it: as a string.
fn number(number: u64) -> Option<String> {
    Some(number.to_string())
}

/// The field that every entry has.
const DATE: &str = "Date";
