//! Subscribers of official accounts: `add_subscriber`, `delete_subscriber`, `get_subscriber_info`,
//! `modify_subscriber_info` and `get_subscribed_official_account_list`.

use chat_types::{
    ErrorCode, UnixSeconds, UserId,
    group::MsgFlag,
    official_account::{
        AddSubscriber, AddSubscriberResponse, AddedSubscriber, DeleteSubscriber,
        DeleteSubscriberResponse, GetSubscribedOfficialAccountList, GetSubscriberInfo,
        GetSubscriberInfoResponse, ModifySubscriberInfo, ModifySubscriberInfoResponse,
        RemovedSubscriber, SubscribeResult, Subscriber, SubscriptionField, SubscriptionInfo,
        UnsubscribeResult,
    },
    webhook::{
        SubscriberAccount, WebhookResponse as _,
        official_account::{
            CallbackAfterAddSubscriber, CallbackAfterDeleteSubscriber,
            CallbackAfterOfficialAccountFull, CallbackBeforeAddSubscriber,
        },
    },
};
use serde::Serialize;
use serde_json::Value;

use super::{
    official_accounts::{existing_account, official_account, profile_of, select},
    paging::{page_size, requested_size},
    response_fields::{JsonObject, to_json_object},
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::official_accounts::{OfficialAccount, Subscription},
    webhooks::call::allowed,
};

pub(super) fn register(router: &mut Router) {
    router.add(add_subscriber);
    router.add(delete_subscriber);
    router.add(get_subscriber_info);
    router.add(modify_subscriber_info);
    router.add(get_subscribed_official_account_list);
}

fn add_subscriber(
    context: &mut Context<'_>,
    request: &AddSubscriber,
) -> Result<AddSubscriberResponse, ApiError> {
    let now = context.now;
    let users: Vec<_> = request
        .subscriber_list
        .iter()
        .map(|item| existing_account(context, "Subscriber_Account", &item.subscriber_account).ok())
        .collect();
    let account = official_account(context, &request.official_account)?;
    let mut new: Vec<_> = users.iter().flatten().collect();
    new.retain(|user| !account.subscribers.contains(user));
    new.sort_unstable();
    new.dedup();
    if account.subscribers.len() + new.len() > account.max_subscribers as usize {
        report_full(context, &request.official_account);
        let info = "SubscriberList: more users than the official account may have subscribers";
        return Err(ApiError::new(ErrorCode::SUBSCRIBER_LIMIT, info));
    }
    let new: Vec<UserId> = new.into_iter().map(|user| UserId::from(&**user)).collect();
    let refused = refused_subscribers(context, &request.official_account, &new)?;
    let account = official_account(context, &request.official_account)?;
    let mut subscribed = Vec::new();
    let mut response = AddSubscriberResponse::default();
    for (item, user) in request.subscriber_list.iter().zip(users) {
        let result = match user {
            None => SubscribeResult::Failed,
            Some(_) if refused.contains(&item.subscriber_account) => SubscribeResult::Failed,
            Some(user) if account.subscribers.contains(&user) => SubscribeResult::AlreadySubscribed,
            Some(user) => {
                let subscription = Subscription { since: now, custom: String::new() };
                account.subscribers.insert(user, subscription);
                subscribed.push(&item.subscriber_account);
                SubscribeResult::Subscribed
            }
        };
        let added = AddedSubscriber::new(item.subscriber_account.clone(), result);
        response.subscriber_list.push(added);
    }
    let is_full = account.subscribers.len() >= account.max_subscribers as usize;
    if !subscribed.is_empty() {
        context.webhooks.emit(|| {
            let mut event = CallbackAfterAddSubscriber::default();
            event.official_account = request.official_account.clone();
            event.operator_account = Some(context.caller.into());
            event.subscribe_account_list = subscribed.into_iter().map(entry_of).collect();
            event
        });
        if is_full {
            report_full(context, &request.official_account);
        }
    }
    Ok(response)
}

/// Asks the app's server whether users may subscribe, and returns those who may not.
fn refused_subscribers(
    context: &mut Context<'_>,
    official_account: &UserId,
    new: &[UserId],
) -> Result<Vec<UserId>, ApiError> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let response = context.webhooks.ask(|| {
        let mut event = CallbackBeforeAddSubscriber::default();
        event.official_account = official_account.clone();
        event.operator_account = Some(context.caller.into());
        event.subscribe_account_list = new.iter().map(entry_of).collect();
        event
    })?;
    allowed::<CallbackBeforeAddSubscriber>(&response, ErrorCode::GROUP_WEBHOOK_REFUSED)?;
    let changes = response.parts().changes;
    Ok(changes.map(|changes| changes.refused_subscribers_account.clone()).unwrap_or_default())
}

/// Reports that an official account has as many subscribers as it can have.
fn report_full(context: &mut Context<'_>, official_account: &UserId) {
    context.webhooks.emit(|| {
        let mut event = CallbackAfterOfficialAccountFull::default();
        event.official_account = official_account.clone();
        event
    });
}

fn entry_of(user: &UserId) -> SubscriberAccount {
    let mut entry = SubscriberAccount::default();
    entry.subscriber_account = user.clone();
    entry
}

fn delete_subscriber(
    context: &mut Context<'_>,
    request: &DeleteSubscriber,
) -> Result<DeleteSubscriberResponse, ApiError> {
    let account = official_account(context, &request.official_account)?;
    let mut response = DeleteSubscriberResponse::default();
    for user in &request.subscriber_to_del_account {
        let result = match account.subscribers.remove(user.as_str()) {
            Some(_) => UnsubscribeResult::Removed,
            None => UnsubscribeResult::NotSubscribed,
        };
        let removed = RemovedSubscriber::new(user.clone(), result);
        response.subscriber_list.push(removed);
    }
    let results = response.subscriber_list.iter();
    let removed = results.filter(|entry| entry.result == UnsubscribeResult::Removed);
    if removed.clone().next().is_some() {
        context.webhooks.emit(|| {
            let mut event = CallbackAfterDeleteSubscriber::default();
            event.official_account = request.official_account.clone();
            event.operator_account = Some(context.caller.into());
            event.subscribe_account_list =
                removed.map(|entry| entry_of(&entry.subscriber_account)).collect();
            event
        });
    }
    Ok(response)
}

fn get_subscriber_info(
    context: &mut Context<'_>,
    request: &GetSubscriberInfo,
) -> Result<GetSubscriberInfoResponse, ApiError> {
    let account = official_account(context, &request.official_account)?;
    let start: u64 = match request.next.as_str() {
        "" => 0,
        next => next.parse().map_err(|_| {
            let info = format!("Next: {next:?} is not from a response");
            ApiError::new(ErrorCode::OFFICIAL_ACCOUNT_INVALID_PARAMETER, info)
        })?,
    };
    let size = requested_size(request.limit).unwrap_or(usize::MAX);
    let mut rest = account.subscribers.starting_at_serial(start);
    let mut response = GetSubscriberInfoResponse::default();
    for (_, user, subscription) in rest.by_ref().take(size) {
        let mut subscriber = Subscriber::default();
        subscriber.subscriber_account = UserId::from(&**user);
        subscriber.subscribe_time = Some(subscription.since);
        subscriber.custom_string = Some(subscription.custom.clone());
        subscriber.msg_flag = Some(MsgFlag::AcceptAndNotify);
        subscriber.last_send_msg_time = Some(UnixSeconds::default());
        response.subscriber_list.push(subscriber);
    }
    response.next = rest.next().map(|(serial, ..)| serial.to_string()).unwrap_or_default();
    response.subscriber_num = Some(u32::try_from(account.subscribers.len()).unwrap_or(u32::MAX));
    Ok(response)
}

fn modify_subscriber_info(
    context: &mut Context<'_>,
    request: &ModifySubscriberInfo,
) -> Result<ModifySubscriberInfoResponse, ApiError> {
    let account = official_account(context, &request.official_account)?;
    let user = &request.subscriber_account;
    let subscription = account.subscribers.get_mut(user.as_str()).ok_or_else(|| {
        let info = format!("Subscriber_Account: {user:?} does not subscribe");
        ApiError::new(ErrorCode::SUBSCRIPTION_NOT_FOUND, info)
    })?;
    subscription.custom.clone_from(&request.custom_string);
    Ok(ModifySubscriberInfoResponse::default())
}

/// The response, whose entries have only the requested fields.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SubscribedAccounts {
    official_account_info_list: Vec<JsonObject>,
    total_count: usize,
    complete_flag: u8,
    next: usize,
}

fn get_subscribed_official_account_list(
    context: &mut Context<'_>,
    request: &GetSubscribedOfficialAccountList,
) -> Result<SubscribedAccounts, ApiError> {
    let user = existing_account(context, "Subscriber_Account", &request.subscriber_account)?;
    let subscribed: Vec<_> = context.app.official_accounts.subscribed_by(&user).collect();
    let start = usize::try_from(request.offset.unwrap_or(0)).unwrap_or(usize::MAX);
    let size = page_size::<GetSubscribedOfficialAccountList>(request.limit);
    let end = start.saturating_add(size);
    let is_last = end >= subscribed.len();
    let entries = subscribed.iter().skip(start).take(size);
    Ok(SubscribedAccounts {
        official_account_info_list: entries
            .map(|(id, account, subscription)| entry(request, id, account, subscription))
            .collect::<Result<_, _>>()?,
        total_count: subscribed.len(),
        complete_flag: u8::from(is_last),
        next: if is_last { 0 } else { end },
    })
}

fn entry(
    request: &GetSubscribedOfficialAccountList,
    id: &str,
    account: &OfficialAccount,
    subscription: &Subscription,
) -> Result<JsonObject, ApiError> {
    let filter = request.response_filter.as_ref();
    let profile_fields = filter.map_or(&[][..], |filter| &filter.official_account_base_info_filter);
    let own_fields = filter.map_or(&[][..], |filter| &filter.self_info_filter);
    let mut entry = to_json_object(&profile_of(account))?;
    entry.remove("ErrorCode");
    select(&mut entry, profile_fields, &[]);
    entry.insert("Official_Account".to_owned(), id.into());
    let mut own = SubscriptionInfo::default();
    own.subscribe_time = Some(subscription.since);
    own.custom_string = Some(subscription.custom.clone());
    let mut own = to_json_object(&own)?;
    let is_selected =
        |name: &str| own_fields.iter().any(|field: &SubscriptionField| field.as_str() == name);
    own.retain(|name, _| own_fields.is_empty() || is_selected(name));
    entry.insert("SelfInfo".to_owned(), Value::Object(own));
    Ok(entry)
}
