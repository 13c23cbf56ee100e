//! Official accounts: `create_official_account`, `destroy_official_account`,
//! `modify_official_account_base_info` and `get_official_account_info`.

use std::sync::Arc;

use chat_types::{
    Endpoint as _, ErrorCode, UserId,
    official_account::{
        CreateOfficialAccount, CreateOfficialAccountResponse, DestroyOfficialAccount,
        DestroyOfficialAccountResponse, GetOfficialAccountInfo, ModifyOfficialAccountBaseInfo,
        ModifyOfficialAccountBaseInfoResponse, OfficialAccountField, OfficialAccountInfo,
    },
    spec::{CustomIdSpec, FieldSpec},
    webhook::official_account::{
        CallbackAfterCreateOfficialAccount, CallbackAfterOfficialAccountDestroyed,
        CallbackAfterOfficialAccountInfoChanged, CallbackBeforeCreateOfficialAccount,
    },
};
use serde::Serialize;

use super::response_fields::{JsonObject, to_json_object};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::official_accounts::{OfficialAccount, OfficialProfile},
    webhooks::call::allowed,
};

pub(super) fn register(router: &mut Router) {
    router.add(create_official_account);
    router.add(destroy_official_account);
    router.add(modify_official_account_base_info);
    router.add(get_official_account_info);
}

fn create_official_account(
    context: &mut Context<'_>,
    request: &CreateOfficialAccount,
) -> Result<CreateOfficialAccountResponse, ApiError> {
    let custom = request.official_account_user_id.as_ref();
    let accounts = &context.app.official_accounts;
    if let Some(id) = custom.filter(|id| accounts.get(id.as_str()).is_some()) {
        let info = format!("OfficialAccountUserID: {id:?} is taken");
        return Err(ApiError::new(ErrorCode::OFFICIAL_ACCOUNT_ID_TAKEN, info));
    }
    let owner = existing_account(context, "Owner_Account", &request.owner_account)?;
    ask_before_creation(context, request)?;
    let id = match custom {
        Some(id) => id.as_str().to_owned(),
        None => {
            let marker = id_rules().and_then(|rules| rules.assigned_marker);
            context.app.official_accounts.assign_id(marker)
        }
    };
    let mut account = OfficialAccount::new(
        owner,
        request.max_subscriber_num.unwrap_or_else(default_max_subscribers),
        context.now,
    );
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    account.profile = OfficialProfile {
        name: request.name.clone(),
        introduction: text(&request.introduction),
        face_url: text(&request.face_url),
        organization: text(&request.organization),
        custom: text(&request.custom_string),
    };
    context.app.official_accounts.insert(&id, account);
    let mut response = CreateOfficialAccountResponse::default();
    response.official_account_user_id = UserId::from(id);
    context.webhooks.emit(|| {
        let mut event = CallbackAfterCreateOfficialAccount::default();
        event.operator_account = Some(context.caller.into());
        event.official_account = response.official_account_user_id.clone();
        event.owner_account = Some(request.owner_account.clone());
        event.name = Some(request.name.clone());
        event
    });
    Ok(response)
}

fn ask_before_creation(
    context: &mut Context<'_>,
    request: &CreateOfficialAccount,
) -> Result<(), ApiError> {
    let response = context.webhooks.ask(|| {
        let mut event = CallbackBeforeCreateOfficialAccount::default();
        event.operator_account = Some(context.caller.into());
        event.owner_account = request.owner_account.clone();
        event.name = Some(request.name.clone());
        event
    })?;
    let refused = ErrorCode::MESSAGE_WEBHOOK_REFUSED;
    allowed::<CallbackBeforeCreateOfficialAccount>(&response, refused)
}

fn destroy_official_account(
    context: &mut Context<'_>,
    request: &DestroyOfficialAccount,
) -> Result<DestroyOfficialAccountResponse, ApiError> {
    let id = &request.official_account;
    let account = official_account(context, id)?;
    let (owner, name) = (UserId::from(&*account.owner), account.profile.name.clone());
    context.app.official_accounts.remove(id.as_str());
    context.webhooks.emit(|| {
        let mut event = CallbackAfterOfficialAccountDestroyed::default();
        event.official_account = id.clone();
        event.owner_account = Some(owner);
        event.name = Some(name);
        event
    });
    Ok(DestroyOfficialAccountResponse::default())
}

fn modify_official_account_base_info(
    context: &mut Context<'_>,
    request: &ModifyOfficialAccountBaseInfo,
) -> Result<ModifyOfficialAccountBaseInfoResponse, ApiError> {
    let account = official_account(context, &request.official_account)?;
    let profile = &mut account.profile;
    let fields = [
        (&mut profile.name, &request.name),
        (&mut profile.introduction, &request.introduction),
        (&mut profile.face_url, &request.face_url),
        (&mut profile.organization, &request.organization),
        (&mut profile.custom, &request.custom_string),
    ];
    for (field, text) in fields {
        if let Some(text) = text {
            field.clone_from(text);
        }
    }
    if let Some(max) = request.max_subscriber_num {
        account.max_subscribers = max;
    }
    let texts = [&request.name, &request.introduction, &request.face_url, &request.organization];
    if texts.iter().any(|text| text.is_some()) {
        context.webhooks.emit(|| {
            let mut event = CallbackAfterOfficialAccountInfoChanged::default();
            event.operator_account = Some(context.caller.into());
            event.official_account = request.official_account.clone();
            event.name.clone_from(&request.name);
            event.introduction.clone_from(&request.introduction);
            event.face_url.clone_from(&request.face_url);
            event.organization.clone_from(&request.organization);
            event
        });
    }
    Ok(ModifyOfficialAccountBaseInfoResponse::default())
}

/// The response, whose entries have only the requested fields.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Profiles {
    official_account_info_list: Vec<JsonObject>,
}

fn get_official_account_info(
    context: &mut Context<'_>,
    request: &GetOfficialAccountInfo,
) -> Result<Profiles, ApiError> {
    let filter = request.response_filter.as_ref();
    let fields = filter.map_or(&[][..], |filter| &filter.official_account_base_info_filter);
    let mut response = Profiles::default();
    for item in &request.official_account_id_list {
        let mut entry = OfficialAccountInfo::default();
        entry.official_account = item.official_account.clone();
        entry.error_info = Some(String::new());
        match official_account(context, &item.official_account) {
            Ok(account) => describe(&mut entry, account),
            Err(error) => (entry.error_code, entry.error_info) = (error.code, Some(error.info)),
        }
        let mut entry = to_json_object(&entry)?;
        select(&mut entry, fields, &["Official_Account", "ErrorCode", "ErrorInfo"]);
        response.official_account_info_list.push(entry);
    }
    Ok(response)
}

fn describe(entry: &mut OfficialAccountInfo, account: &OfficialAccount) {
    let profile = &account.profile;
    entry.create_time = Some(account.created);
    entry.name = Some(profile.name.clone());
    entry.owner_account = Some(UserId::from(&*account.owner));
    entry.last_msg_time = Some(account.history.last_time().unwrap_or_default());
    entry.subscriber_num = Some(u32::try_from(account.subscribers.len()).unwrap_or(u32::MAX));
    entry.introduction = Some(profile.introduction.clone());
    entry.face_url = Some(profile.face_url.clone());
    entry.organization = Some(profile.organization.clone());
    entry.custom_string = Some(profile.custom.clone());
}

/// Returns an entry with the profile of an official account.
pub(super) fn profile_of(account: &OfficialAccount) -> OfficialAccountInfo {
    let mut entry = OfficialAccountInfo::default();
    describe(&mut entry, account);
    entry
}

/// Removes the fields of an entry that a filter does not select, except some. An empty filter selects
/// all.
pub(super) fn select(entry: &mut JsonObject, filter: &[OfficialAccountField], always: &[&str]) {
    let is_selected = |name: &str| filter.iter().any(|field| field.as_str() == name);
    entry.retain(|name, _| {
        filter.is_empty() || always.contains(&name.as_str()) || is_selected(name)
    });
}

/// Returns an official account, to be changed.
pub(super) fn official_account<'a>(
    context: &'a mut Context<'_>,
    id: &UserId,
) -> Result<&'a mut OfficialAccount, ApiError> {
    check_id(id)?;
    context.app.official_accounts.get_mut(id.as_str()).ok_or_else(|| {
        let info = format!("official account {id:?} does not exist or was destroyed");
        ApiError::new(ErrorCode::OFFICIAL_ACCOUNT_NOT_FOUND, info)
    })
}

/// Returns the shared ID of a user.
pub(super) fn existing_account(
    context: &Context<'_>,
    field: &str,
    account: &UserId,
) -> Result<Arc<str>, ApiError> {
    context.account(field, account, ErrorCode::OFFICIAL_ACCOUNT_INVALID_PARAMETER)
}

fn check_id(id: &UserId) -> Result<(), ApiError> {
    let field = creation_field("OfficialAccountUserID");
    let max_bytes = field.and_then(|field| field.max_bytes).map_or(usize::MAX, |max| max as usize);
    let prefix = id_rules().map_or("", |rules| rules.marker);
    let text = id.as_str();
    let is_valid = text.starts_with(prefix)
        && text.len() <= max_bytes
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_valid {
        return Ok(());
    }
    let info = format!(
        "{id:?} must start with {prefix} and have at most {max_bytes} \
         printable ASCII characters"
    );
    Err(ApiError::new(ErrorCode::OFFICIAL_ACCOUNT_ID_INVALID, info))
}

/// Returns the maximum number of subscribers of an official account that was created without one.
fn default_max_subscribers() -> u32 {
    let default = creation_field("MaxSubscriberNum").and_then(|field| field.default);
    default.and_then(|json| json.parse().ok()).unwrap_or(u32::MAX)
}

/// Returns the rules for IDs that callers choose.
fn id_rules() -> Option<&'static CustomIdSpec> {
    creation_field("OfficialAccountUserID").and_then(|field| field.custom_id)
}

/// Returns the description of a field of `create_official_account`.
fn creation_field(name: &str) -> Option<&'static FieldSpec> {
    CreateOfficialAccount::SPEC.request.iter().find(|field| field.name == name)
}
