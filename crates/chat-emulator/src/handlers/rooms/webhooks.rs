//! The settings of webhooks: `set_callback`, `update_callback`, `get_callback` and `delete_callback`
//! of live rooms and of conference rooms, `set_callback_token` and `get_callback_token` of live rooms.
//! They are stored; the emulator sends no webhooks.

use chat_types::{
    ErrorCode, live,
    live::{
        GetCallbackToken, GetCallbackTokenResponse, LiveCallback, LiveCallbackToken,
        SetCallbackToken, SetCallbackTokenResponse,
    },
    room,
    room::RoomWebhookConfig,
};

use super::lookup::invalid;
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::room_webhooks::WebhookSettings,
};

pub(super) fn register(router: &mut Router) {
    router.add(set_live_callback);
    router.add(update_live_callback);
    router.add(get_live_callback);
    router.add(delete_live_callback);
    router.add(set_callback_token);
    router.add(get_callback_token);
    router.add(set_conference_callback);
    router.add(update_conference_callback);
    router.add(get_conference_callback);
    router.add(delete_conference_callback);
}

fn set_live_callback(
    context: &mut Context<'_>,
    request: &live::SetCallback,
) -> Result<live::SetCallbackResponse, ApiError> {
    let settings = settings(&request.url, &request.callback_command_list)?;
    context.app.room_webhooks.live = Some(settings);
    Ok(live::SetCallbackResponse::default())
}

fn update_live_callback(
    context: &mut Context<'_>,
    request: &live::UpdateCallback,
) -> Result<live::UpdateCallbackResponse, ApiError> {
    let settings = settings(&request.url, &request.callback_command_list)?;
    *context.app.room_webhooks.live.as_mut().ok_or_else(not_set)? = settings;
    Ok(live::UpdateCallbackResponse::default())
}

fn get_live_callback(
    context: &mut Context<'_>,
    _: &live::GetCallback,
) -> Result<live::GetCallbackResponse, ApiError> {
    let settings = context.app.room_webhooks.live.as_ref().ok_or_else(not_set)?;
    let mut callback = LiveCallback::default();
    callback.url = Some(settings.url.clone());
    callback.callback_command_list = settings.commands.clone().into();
    let mut response = live::GetCallbackResponse::default();
    response.response = Some(callback);
    Ok(response)
}

fn delete_live_callback(
    context: &mut Context<'_>,
    _: &live::DeleteCallback,
) -> Result<live::DeleteCallbackResponse, ApiError> {
    context.app.room_webhooks.live = None;
    Ok(live::DeleteCallbackResponse::default())
}

fn set_callback_token(
    context: &mut Context<'_>,
    request: &SetCallbackToken,
) -> Result<SetCallbackTokenResponse, ApiError> {
    context.app.room_webhooks.live_token = Some((request.token.clone(), request.is_token_enable));
    Ok(SetCallbackTokenResponse::default())
}

fn get_callback_token(
    context: &mut Context<'_>,
    _: &GetCallbackToken,
) -> Result<GetCallbackTokenResponse, ApiError> {
    let stored = context.app.room_webhooks.live_token.as_ref();
    let (token, is_enabled) = stored.ok_or_else(|| {
        let info = "no token is set; set_callback_token sets one";
        ApiError::new(ErrorCode::ROOM_WEBHOOK_TOKEN_NOT_SET, info)
    })?;
    let mut found = LiveCallbackToken::default();
    found.token = Some(token.clone());
    found.is_token_enable = Some(*is_enabled);
    let mut response = GetCallbackTokenResponse::default();
    response.response = Some(found);
    Ok(response)
}

fn set_conference_callback(
    context: &mut Context<'_>,
    request: &room::SetCallback,
) -> Result<room::SetCallbackResponse, ApiError> {
    let settings = settings(&request.url, &request.callback_command_list)?;
    if context.app.room_webhooks.conference.is_some() {
        let info = "a webhook is set already; update_callback changes it";
        return Err(ApiError::new(ErrorCode::ROOM_WEBHOOK_ALREADY_SET, info));
    }
    context.app.room_webhooks.conference = Some(settings);
    Ok(room::SetCallbackResponse::default())
}

fn update_conference_callback(
    context: &mut Context<'_>,
    request: &room::UpdateCallback,
) -> Result<room::UpdateCallbackResponse, ApiError> {
    let settings = settings(&request.url, &request.callback_command_list)?;
    *context.app.room_webhooks.conference.as_mut().ok_or_else(not_set)? = settings;
    Ok(room::UpdateCallbackResponse::default())
}

fn get_conference_callback(
    context: &mut Context<'_>,
    _: &room::GetCallback,
) -> Result<room::GetCallbackResponse, ApiError> {
    let settings = context.app.room_webhooks.conference.as_ref().ok_or_else(not_set)?;
    let mut config = RoomWebhookConfig::default();
    config.url = Some(settings.url.clone());
    config.callback_command_list = settings.commands.clone().into();
    Ok(room::GetCallbackResponse::new(config))
}

fn delete_conference_callback(
    context: &mut Context<'_>,
    _: &room::DeleteCallback,
) -> Result<room::DeleteCallbackResponse, ApiError> {
    context.app.room_webhooks.conference = None;
    Ok(room::DeleteCallbackResponse::default())
}

fn settings<C: Clone>(url: &str, commands: &[C]) -> Result<WebhookSettings<C>, ApiError> {
    if !["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(invalid("Url: must start with http:// or https://"));
    }
    Ok(WebhookSettings { url: url.to_owned(), commands: commands.to_vec() })
}

fn not_set() -> ApiError {
    let info = "no webhook is set; set_callback sets one";
    ApiError::new(ErrorCode::ROOM_WEBHOOK_NOT_SET, info)
}
