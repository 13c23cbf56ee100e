//! Profiles of accounts: `portrait_get` and `portrait_set`.

use chat_types::{
    ErrorCode, TagValue, UserId,
    profile::{
        AdminForbidType, FriendAllowType, PortraitGet, PortraitSet, PortraitSetResponse,
        ProfileGender, ProfileItem, ProfileTag, UserProfile,
    },
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
        field_type(tag)?;
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
    Ok(PortraitSetResponse::default())
}

fn account_not_found(account: &UserId) -> ApiError {
    let info = format!("account {account:?} does not exist; import it first");
    ApiError::new(ErrorCode::PROFILE_ACCOUNT_NOT_FOUND, info)
}

/// The type of a field.
enum FieldType {
    String { max_bytes: usize },
    OneOf(&'static [&'static str]),
    Integer,
}

fn field_type(tag: &ProfileTag) -> Result<FieldType, ApiError> {
    Ok(match tag {
        ProfileTag::Nick | ProfileTag::SelfSignature | ProfileTag::Image => STRING,
        ProfileTag::Location => FieldType::String { max_bytes: 16 },
        ProfileTag::Gender => FieldType::OneOf(ProfileGender::NAMES),
        ProfileTag::AllowType => FieldType::OneOf(FriendAllowType::NAMES),
        ProfileTag::AdminForbidType => FieldType::OneOf(AdminForbidType::NAMES),
        ProfileTag::BirthDay
        | ProfileTag::Language
        | ProfileTag::MsgSettings
        | ProfileTag::Level
        | ProfileTag::Role => FieldType::Integer,
        other if is_custom(other.as_str()) => STRING,
        other => {
            let info = format!("Tag: unknown profile field {:?}", other.as_str());
            return Err(ApiError::new(ErrorCode::PROFILE_FIELD_UNKNOWN, info));
        }
    })
}

/// Returns whether the name of a custom field is well-formed. The emulator has no console to declare
/// custom fields in, so all well-formed names can be used.
fn is_custom(tag: &str) -> bool {
    tag.strip_prefix("Tag_Profile_Custom_").is_some_and(|keyword| {
        (1..=8).contains(&keyword.len()) && keyword.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

/// Rejects a value of the wrong type or outside its bounds.
fn check(item: &ProfileItem) -> Result<(), ApiError> {
    let error =
        |code, what: &str| Err(ApiError::new(code, format!("{}: {what}", item.tag.as_str())));
    match (field_type(&item.tag)?, &item.value) {
        (FieldType::String { max_bytes }, TagValue::String(text)) if text.len() > max_bytes => {
            error(ErrorCode::PROFILE_VALUE_TOO_LONG, &format!("longer than {max_bytes} bytes"))
        }
        (FieldType::String { .. }, TagValue::String(_)) => Ok(()),
        (FieldType::OneOf(values), TagValue::String(text)) if !values.contains(&text.as_str()) => {
            let what = format!("must be one of {}", values.join(", "));
            error(ErrorCode::PROFILE_VALUE_INVALID, &what)
        }
        (FieldType::OneOf(_), TagValue::String(_)) => Ok(()),
        (FieldType::Integer, TagValue::Integer(number)) if u32::try_from(*number).is_err() => {
            error(ErrorCode::PROFILE_VALUE_INVALID, "must be an integer from 0 to 4294967295")
        }
        (FieldType::Integer, TagValue::Integer(_)) => Ok(()),
        (FieldType::Integer, _) => {
            error(ErrorCode::PROFILE_VALUE_TYPE_MISMATCH, "must be an integer")
        }
        _ => error(ErrorCode::PROFILE_VALUE_TYPE_MISMATCH, "must be a string"),
    }
}

/// A field without its own rule. The specification states the limits of fields in words only.
const STRING: FieldType = FieldType::String { max_bytes: 500 };
