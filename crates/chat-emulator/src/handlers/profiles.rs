use chat_types::{
    ErrorCode, TagValue, UserId,
    profile::{
        AdminForbidType, FriendAllowType, PortraitGet, PortraitSet, PortraitSetResponse,
        ProfileGender, ProfileItem, ProfileTag, UserProfile,
    },
};

use serde::Serialize;

use super::fields::{Object, object};
use crate::{
    response::Refusal,
    router::{Router, Turn},
};

pub(super) fn register(router: &mut Router) {
    router.on(portrait_get);
    router.on(portrait_set);
}

/// Lists that the page leaves out when there is nothing in them are left out here.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Profiles {
    user_profile_item: Vec<Object>,
    #[serde(rename = "Fail_Account", skip_serializing_if = "Vec::is_empty")]
    fail_account: Vec<UserId>,
}

fn portrait_get(turn: &mut Turn<'_>, request: &PortraitGet) -> Result<Profiles, Refusal> {
    for tag in &request.tag_list {
        form(tag)?;
    }
    let mut profiles = Profiles::default();
    for account in &request.to_account {
        let mut entry = UserProfile::default();
        entry.to_account = account.clone();
        entry.result_info = Some(String::new());
        let profile = turn.app.accounts.profile(account.as_str());
        if let Some(profile) = profile {
            let set = request.tag_list.iter().filter_map(|tag| profile.get_key_value(tag));
            entry.profile_item =
                set.map(|(tag, value)| ProfileItem::new(tag.clone(), value.clone())).collect();
        } else {
            let refusal = no_account(account);
            (entry.result_code, entry.result_info) = (refusal.code, Some(refusal.info));
            profiles.fail_account.push(account.clone());
        }
        let mut entry = object(&entry)?;
        entry.retain(|name, _| name != "ProfileItem" || profile.is_some());
        profiles.user_profile_item.push(entry);
    }
    Ok(profiles)
}

fn portrait_set(
    turn: &mut Turn<'_>,
    request: &PortraitSet,
) -> Result<PortraitSetResponse, Refusal> {
    for item in &request.profile_item {
        check(item)?;
    }
    let account = &request.from_account;
    let profile =
        turn.app.accounts.profile_mut(account.as_str()).ok_or_else(|| no_account(account))?;
    for item in &request.profile_item {
        profile.insert(item.tag.clone(), item.value.clone());
    }
    Ok(PortraitSetResponse::default())
}

fn no_account(account: &UserId) -> Refusal {
    let info = format!("there is no account {account:?}; import it first");
    Refusal::new(ErrorCode::PROFILE_ACCOUNT_NOT_FOUND, info)
}

/// What a field holds.
enum Form {
    Text { max_bytes: usize },
    OneOf(&'static [&'static str]),
    Number,
}

fn form(tag: &ProfileTag) -> Result<Form, Refusal> {
    Ok(match tag {
        ProfileTag::Nick | ProfileTag::SelfSignature | ProfileTag::Image => TEXT,
        ProfileTag::Location => Form::Text { max_bytes: 16 },
        ProfileTag::Gender => Form::OneOf(ProfileGender::NAMES),
        ProfileTag::AllowType => Form::OneOf(FriendAllowType::NAMES),
        ProfileTag::AdminForbidType => Form::OneOf(AdminForbidType::NAMES),
        ProfileTag::BirthDay
        | ProfileTag::Language
        | ProfileTag::MsgSettings
        | ProfileTag::Level
        | ProfileTag::Role => Form::Number,
        other if is_custom(other.as_str()) => TEXT,
        other => {
            let info = format!("Tag: there is no profile field {:?}", other.as_str());
            return Err(Refusal::new(ErrorCode::PROFILE_FIELD_UNKNOWN, info));
        }
    })
}

/// Custom fields are declared in the console, which there is none of here: all can be used.
fn is_custom(tag: &str) -> bool {
    tag.strip_prefix("Tag_Profile_Custom_").is_some_and(|keyword| {
        (1..=8).contains(&keyword.len()) && keyword.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

fn check(item: &ProfileItem) -> Result<(), Refusal> {
    let refuse =
        |code, what: &str| Err(Refusal::new(code, format!("{}: {what}", item.tag.as_str())));
    match (form(&item.tag)?, &item.value) {
        (Form::Text { max_bytes }, TagValue::Text(text)) if text.len() > max_bytes => {
            refuse(ErrorCode::PROFILE_VALUE_TOO_LONG, &format!("has more than {max_bytes} bytes"))
        }
        (Form::Text { .. }, TagValue::Text(_)) => Ok(()),
        (Form::OneOf(texts), TagValue::Text(text)) if !texts.contains(&text.as_str()) => {
            let what = format!("must be one of {}", texts.join(", "));
            refuse(ErrorCode::PROFILE_VALUE_INVALID, &what)
        }
        (Form::OneOf(_), TagValue::Text(_)) => Ok(()),
        (Form::Number, TagValue::Number(number)) if u32::try_from(*number).is_err() => {
            refuse(ErrorCode::PROFILE_VALUE_INVALID, "must be a number from 0 to 4294967295")
        }
        (Form::Number, TagValue::Number(_)) => Ok(()),
        (Form::Number, _) => refuse(ErrorCode::PROFILE_VALUE_TYPE_MISMATCH, "must be a number"),
        _ => refuse(ErrorCode::PROFILE_VALUE_TYPE_MISMATCH, "must be a string"),
    }
}

const TEXT: Form = Form::Text { max_bytes: 500 };
