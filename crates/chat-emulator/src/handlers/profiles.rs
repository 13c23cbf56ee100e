//! Profiles of accounts: `portrait_get` and `portrait_set`.

use chat_types::{
    ErrorCode, TagValue, UserId,
    profile::{
        PortraitGet, PortraitSet, PortraitSetResponse, ProfileItem, ProfileTag, UserProfile,
    },
    spec::{FieldKind, FieldSpec},
    webhook::profile::CallbackPortraitSet,
};
use serde::Serialize;

use super::response_fields::{JsonObject, to_json_object};
use crate::{
    response::ApiError,
    router::{Context, Router},
};

pub(super) fn register(router: &mut Router) {
    router.add(portrait_get);
    router.add(portrait_set);
}

/// The response, without the arrays that the page omits when they are empty.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Profiles {
    user_profile_item: Vec<JsonObject>,
    #[serde(rename = "Fail_Account", skip_serializing_if = "Vec::is_empty")]
    fail_account: Vec<UserId>,
}

fn portrait_get(context: &mut Context<'_>, request: &PortraitGet) -> Result<Profiles, ApiError> {
    for tag in &request.tag_list {
        field(tag)?;
    }
    let mut profiles = Profiles::default();
    for account in &request.to_account {
        let mut entry = UserProfile::default();
        entry.to_account = account.clone();
        entry.result_info = Some(String::new());
        let profile = context.app.accounts.profile(account.as_str());
        if let Some(profile) = profile {
            let set = request.tag_list.iter().filter_map(|tag| profile.get_key_value(tag));
            entry.profile_item =
                set.map(|(tag, value)| ProfileItem::new(tag.clone(), value.clone())).collect();
        } else {
            let error = account_not_found(account);
            (entry.result_code, entry.result_info) = (error.code, Some(error.info));
            profiles.fail_account.push(account.clone());
        }
        let mut entry = to_json_object(&entry)?;
        entry.retain(|name, _| name != "ProfileItem" || profile.is_some());
        profiles.user_profile_item.push(entry);
    }
    Ok(profiles)
}

fn portrait_set(
    context: &mut Context<'_>,
    request: &PortraitSet,
) -> Result<PortraitSetResponse, ApiError> {
    for item in &request.profile_item {
        check(item)?;
    }
    let account = &request.from_account;
    let profile = context
        .app
        .accounts
        .profile_mut(account.as_str())
        .ok_or_else(|| account_not_found(account))?;
    for item in &request.profile_item {
        profile.insert(item.tag.clone(), item.value.clone());
    }
    context.webhooks.emit(|| {
        let mut event = CallbackPortraitSet::default();
        event.operator_account = Some(context.caller.into());
        event.from_account = account.clone();
        event.profile_item = request.profile_item.clone().into();
        event
    });
    Ok(PortraitSetResponse::default())
}

fn account_not_found(account: &UserId) -> ApiError {
    let info = format!("account {account:?} does not exist; import it first");
    ApiError::new(ErrorCode::PROFILE_ACCOUNT_NOT_FOUND, info)
}

/// Returns the type and the bounds of a field. The emulator has no console to declare custom fields
/// in, so all well-formed names can be used.
fn field(tag: &ProfileTag) -> Result<&'static FieldSpec, ApiError> {
    ProfileTag::SPEC.find(tag.as_str()).ok_or_else(|| {
        let info = format!("Tag: unknown profile field {:?}", tag.as_str());
        ApiError::new(ErrorCode::PROFILE_FIELD_UNKNOWN, info)
    })
}

/// Rejects a value of the wrong type or outside its bounds.
fn check(item: &ProfileItem) -> Result<(), ApiError> {
    let error =
        |code, what: &str| Err(ApiError::new(code, format!("{}: {what}", item.tag.as_str())));
    let FieldSpec { kind, min, max, max_bytes, string_values, .. } = *field(&item.tag)?;
    match (kind, &item.value) {
        (FieldKind::String, TagValue::String(text)) => match max_bytes {
            Some(max) if text.len() as u64 > u64::from(max) => {
                error(ErrorCode::PROFILE_VALUE_TOO_LONG, &format!("longer than {max} bytes"))
            }
            _ if !string_values.is_empty() && !string_values.contains(&text.as_str()) => {
                let what = format!("must be one of {}", string_values.join(", "));
                error(ErrorCode::PROFILE_VALUE_INVALID, &what)
            }
            _ => Ok(()),
        },
        (FieldKind::Integer, TagValue::Integer(number)) => {
            let (min, max) = (min.unwrap_or(i64::MIN), max.unwrap_or(i64::MAX));
            if (min..=max).contains(number) {
                return Ok(());
            }
            let what = format!("must be an integer from {min} to {max}");
            error(ErrorCode::PROFILE_VALUE_INVALID, &what)
        }
        _ => error(ErrorCode::PROFILE_VALUE_TYPE_MISMATCH, &format!("must be {}", kind.name())),
    }
}
