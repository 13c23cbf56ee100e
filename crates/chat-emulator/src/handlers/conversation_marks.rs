//! Marks of conversations: `mark_contact`, `search_contact_group` and `get_contact_group`.

use chat_types::{
    Entries, ErrorCode, GroupId, UserId,
    conversation::{
        ContactGroup, ContactMark, ContactMarkType, GetContactGroup, GetContactGroupResponse,
        MarkContact, MarkContactResponse, MarkedContact, MarkedContactResult, SearchContactGroup,
        SearchContactGroupResponse,
    },
    limits::{MAX_LABELED_CONVERSATIONS, MAX_STANDARD_MARK},
};

use super::conversations::{CONVERSATIONS_PER_PAGE, conversation_id, existing_account};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::conversation_lists::{ConversationId, ConversationList, Labels},
};

pub(super) fn register(router: &mut Router) {
    router.add(mark_contact);
    router.add(search_contact_group);
    router.add(get_contact_group);
}

fn mark_contact(
    context: &mut Context<'_>,
    request: &MarkContact,
) -> Result<MarkContactResponse, ApiError> {
    let account = existing_account(context, &request.from_account)?;
    if request.mark_item.is_empty() {
        let info = "MarkItem: must have at least one conversation";
        return Err(ApiError::new(ErrorCode::CONVERSATION_COUNT_INVALID, info));
    }
    let now = context.now;
    let list = context.app.conversation_lists.change(&account);
    let mut response = MarkContactResponse::default();
    for item in &request.mark_item {
        let mut result = MarkedContactResult::new(item.contact_item.clone(), ErrorCode::OK);
        result.mark_type = Some(item.mark_type);
        result.result_info = Some(String::new());
        let outcome = conversation_id(&item.contact_item).and_then(|id| {
            let mut labels = list.labels.get(&id).cloned().unwrap_or_default();
            mark(list, &mut labels, item)?;
            labels.changed = now;
            list.labels.insert(id, labels);
            Ok(())
        });
        if let Err(error) = outcome {
            (result.result_code, result.result_info) = (error.code, Some(error.info));
        }
        response.result_item.push(result);
    }
    Ok(response)
}

fn mark(list: &ConversationList, labels: &mut Labels, item: &ContactMark) -> Result<(), ApiError> {
    if item.mark_type != ContactMarkType::Custom {
        for mark in item.set_mark.iter().chain(&item.clear_mark) {
            if !(1..=MAX_STANDARD_MARK).contains(mark) {
                let info =
                    format!("a standard mark is from 1 to {MAX_STANDARD_MARK}, found {mark}");
                return Err(ApiError::new(ErrorCode::RECENT_CONTACT_INVALID_PARAMETER, info));
            }
        }
        labels.standard.extend(&item.set_mark);
        labels.standard.retain(|mark| !item.clear_mark.contains(mark));
    }
    if item.mark_type != ContactMarkType::Standard {
        let custom = item.custom_mark.clone().filter(|mark| !mark.is_empty());
        let is_new = custom.is_some() && labels.custom.is_none();
        if is_new && list.count(|labels| labels.custom.is_some()) >= MAX_LABELED_CONVERSATIONS {
            let info = "too many conversations of the account have a custom mark";
            return Err(ApiError::new(ErrorCode::CONVERSATIONS_PER_GROUP_LIMIT, info));
        }
        labels.custom = custom;
    }
    Ok(())
}

fn search_contact_group(
    context: &mut Context<'_>,
    request: &SearchContactGroup,
) -> Result<SearchContactGroupResponse, ApiError> {
    let account = existing_account(context, &request.from_account)?;
    let mut response = SearchContactGroupResponse::default();
    let Some(list) = context.app.conversation_lists.get(&account) else { return Ok(response) };
    for contact in &request.contact_item {
        let id = conversation_id(contact)?;
        if let Some(labels) = list.labels.get(&id) {
            response.contact_result_item.push(marked_contact(&id, labels));
        }
    }
    response.group_item = groups_of(list, &response.contact_result_item);
    Ok(response)
}

fn get_contact_group(
    context: &mut Context<'_>,
    request: &GetContactGroup,
) -> Result<GetContactGroupResponse, ApiError> {
    let account = existing_account(context, &request.from_account)?;
    let mut response = GetContactGroupResponse::default();
    response.complete_flag = true;
    let Some(list) = context.app.conversation_lists.get(&account) else { return Ok(response) };
    let start = usize::try_from(request.start_index).unwrap_or(usize::MAX);
    let mut labeled = list.labels.iter().filter(|(_, labels)| !labels.is_empty()).skip(start);
    response.contact_item = labeled
        .by_ref()
        .take(CONVERSATIONS_PER_PAGE)
        .map(|(id, labels)| marked_contact(id, labels))
        .collect();
    response.group_item = groups_of(list, &response.contact_item);
    response.complete_flag = labeled.next().is_none();
    let next = start.saturating_add(CONVERSATIONS_PER_PAGE) as u64;
    response.next_start_index = if response.complete_flag { 0 } else { next };
    Ok(response)
}

fn marked_contact(id: &ConversationId, labels: &Labels) -> MarkedContact {
    let mut contact = MarkedContact::new(id.contact_type());
    match id {
        ConversationId::Account(peer) => {
            contact.to_account = Some(UserId::from(&**peer));
        }
        ConversationId::Group(group) => {
            contact.to_group_id = Some(GroupId::from(&**group));
        }
    }
    contact.standard_mark = labels.standard_bits();
    contact.custom_mark.clone_from(&labels.custom);
    contact.contact_group_id = labels.groups.iter().copied().collect();
    contact.timestamp = Some(labels.changed);
    contact
}

/// Returns the names of the conversation groups that occur on a page.
fn groups_of(list: &ConversationList, page: &[MarkedContact]) -> Entries<ContactGroup> {
    let occurs =
        |number: &u64| page.iter().any(|contact| contact.contact_group_id.contains(number));
    let groups = list.groups.iter().filter(|(number, _)| occurs(number));
    groups.map(|(&number, name)| contact_group(number, name)).collect()
}

pub(super) fn contact_group(number: u64, name: &str) -> ContactGroup {
    let mut group = ContactGroup::default();
    group.contact_group_id = number;
    group.group_name = Some(name.to_owned());
    group
}
