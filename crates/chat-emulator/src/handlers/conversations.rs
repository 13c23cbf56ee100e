//! Conversation lists: `get_list` and `delete` of the service for recent contacts.

use std::sync::Arc;

use chat_types::{
    ErrorCode, GroupId, GroupType, UnixSeconds, UserId,
    conversation::{
        Contact, ContactType, DeleteContact, DeleteContactResponse, GetContactList,
        GetContactListResponse, RecentContact,
    },
};

use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{
        conversation::{Conversation, DirectMessage},
        conversation_lists::{ConversationId, Labels},
    },
};

pub(super) fn register(router: &mut Router) {
    router.add(get_list);
    router.add(delete);
}

/// The page size, which the documentation leaves to the service.
pub(super) const CONVERSATIONS_PER_PAGE: usize = 100;

fn get_list(
    context: &mut Context<'_>,
    request: &GetContactList,
) -> Result<GetContactListResponse, ApiError> {
    let account = existing_account(context, &request.from_account)?;
    let mut conversations = conversations(context, &account);
    conversations.sort_unstable_by(|one, other| (other.0, &one.1).cmp(&(one.0, &other.1)));
    let list = context.app.conversation_lists.get(&account);
    let start = usize::try_from(request.start_index).unwrap_or(usize::MAX);
    let mut response = GetContactListResponse::default();
    for (time, id) in conversations.iter().skip(start).take(CONVERSATIONS_PER_PAGE) {
        let labels = list.and_then(|list| list.labels.get(id)).cloned().unwrap_or_default();
        response.session_item.push(entry(id, *time, labels));
        response.time_stamp = time.get();
    }
    let next = start.saturating_add(CONVERSATIONS_PER_PAGE);
    response.complete_flag = next >= conversations.len();
    response.start_index = if response.complete_flag { 0 } else { next as u64 };
    Ok(response)
}

/// Returns the conversations of an account that were not deleted, with the time of each.
fn conversations(context: &Context<'_>, account: &Arc<str>) -> Vec<(UnixSeconds, ConversationId)> {
    let app = &*context.app;
    let list = app.conversation_lists.get(account);
    let is_deleted =
        |id: &ConversationId, messages| list.is_some_and(|list| list.is_deleted(id, messages));
    let direct = app.direct_messages.peers(account).filter_map(|peer| {
        let conversation = app.direct_messages.conversation(account, peer)?;
        let newest = conversation.newest_for(account)?;
        let id = ConversationId::Account(Arc::clone(peer));
        (!is_deleted(&id, conversation.arrivals())).then_some((newest.numbers.time, id))
    });
    let groups = app.groups.by_id().iter().filter_map(|(group_id, group)| {
        let is_listed =
            group.members.contains(account) && *group.group_type() != GroupType::AVChatRoom;
        let time = group.history.last_time().filter(|_| is_listed)?;
        let id = ConversationId::Group(Arc::clone(group_id));
        (!is_deleted(&id, group.history.count())).then_some((time, id))
    });
    direct.chain(groups).collect()
}

fn entry(id: &ConversationId, time: UnixSeconds, labels: Labels) -> RecentContact {
    let mut entry = RecentContact::new(id.contact_type());
    match id {
        ConversationId::Account(peer) => {
            entry.to_account = Some(UserId::from(&**peer));
        }
        ConversationId::Group(group) => {
            entry.group_id = Some(GroupId::from(&**group));
        }
    }
    entry.msg_time = Some(time);
    entry.top_flag = Some(false);
    entry.standard_mark = labels.standard_bits();
    entry.custom_mark = labels.custom;
    entry.contact_group_id = labels.groups.into_iter().collect();
    entry
}

fn delete(
    context: &mut Context<'_>,
    request: &DeleteContact,
) -> Result<DeleteContactResponse, ApiError> {
    let account = existing_account(context, &request.from_account)?;
    let mut contact = Contact::new(request.contact_type);
    contact.to_account.clone_from(&request.to_account);
    contact.to_group_id.clone_from(&request.to_group_id);
    let id = conversation_id(&contact)?;
    let app = &mut *context.app;
    let messages = match &id {
        ConversationId::Account(peer) => {
            let conversation = app.direct_messages.conversation_mut(&account, peer);
            conversation.map_or(0, |conversation| {
                if request.clear_ramble == Some(true) {
                    clear(conversation, &account);
                }
                conversation.arrivals()
            })
        }
        ConversationId::Group(group) => {
            app.groups.get(group).map_or(0, |group| group.history.count())
        }
    };
    app.conversation_lists.change(&account).delete(id, messages);
    Ok(DeleteContactResponse::default())
}

/// Clears a conversation for one of its parties.
fn clear(conversation: &mut Conversation, account: &str) {
    let hide = |message: &mut DirectMessage| message.hide_from(account);
    conversation.messages_mut().for_each(hide);
}

/// Returns the shared ID of the account in `From_Account`.
///
/// # Errors
/// When the account does not exist.
pub(super) fn existing_account(
    context: &Context<'_>,
    account: &UserId,
) -> Result<Arc<str>, ApiError> {
    context.account("From_Account", account, ErrorCode::RECENT_CONTACT_ACCOUNT_NOT_FOUND)
}

/// Returns the conversation that a request names.
///
/// # Errors
/// When the other account or the group, whichever the type calls for, is missing.
pub(super) fn conversation_id(contact: &Contact) -> Result<ConversationId, ApiError> {
    let id = match contact.contact_type {
        ContactType::C2C => contact
            .to_account
            .as_ref()
            .map(|account| ConversationId::Account(account.as_str().into())),
        ContactType::Group => {
            contact.to_group_id.as_ref().map(|group| ConversationId::Group(group.as_str().into()))
        }
        _ => None,
    };
    id.ok_or_else(|| {
        let info = "Type 1 needs To_Account, and Type 2 needs ToGroupId";
        ApiError::new(ErrorCode::RECENT_CONTACT_INVALID_PARAMETER, info)
    })
}
