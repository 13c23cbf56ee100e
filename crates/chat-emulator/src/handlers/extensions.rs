//! Extensions of messages: `set_key_values`, `get_key_values`, `group_set_key_values` and
//! `group_get_key_values`.

use chat_types::{
    Endpoint as _, Entries, ErrorCode, UnixSeconds, UserId,
    limits::MESSAGE_EXTENSION_WRITES_PER_MINUTE,
    message::{
        C2cGetKeyValues, C2cGetKeyValuesResponse, C2cSetKeyValues, C2cSetKeyValuesResponse,
        GroupGetKeyValues, GroupGetKeyValuesResponse, GroupSetKeyValues, GroupSetKeyValuesResponse,
        MsgExtension, MsgExtensionOperation, MsgExtensionResult, MsgExtensionToSet, MsgKey,
    },
    webhook::{c2c::CallbackAfterC2CMsgExtension, group::CallbackAfterGroupMsgExtension},
};

use super::{direct_history::find_sent, paging::max_items};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{
        conversation::MessageNumbers,
        extensions::{Extension, Extensions, TooManyPairs, TooManyWrites},
    },
};

pub(super) fn register(router: &mut Router) {
    router.add(set_key_values);
    router.add(get_key_values);
    router.add_for_group(group_set_key_values, |request| &request.group_id);
    router.add_for_group(group_get_key_values, |request| &request.group_id);
}

fn set_key_values(
    context: &mut Context<'_>,
    request: &C2cSetKeyValues,
) -> Result<C2cSetKeyValuesResponse, ApiError> {
    let write = Write::new(context, request.operation, &request.extension_list)?;
    let (from, to) = (request.from_account.as_ref(), &request.to_account);
    let extensions = of_message(context, from, to, &request.msg_key)?.ok_or_else(not_enabled)?;
    let mut response = C2cSetKeyValuesResponse::default();
    response.extension_list = write.apply(extensions)?.into();
    let latest = extensions.latest();
    context.webhooks.emit(|| {
        let mut event = CallbackAfterC2CMsgExtension::default();
        event.from_account = from.cloned().unwrap_or_else(|| context.caller.into());
        event.to_account = to.clone();
        event.msg_key = request.msg_key.clone();
        event.operate_type = Some(request.operation);
        event.extension_list = changed(&response.extension_list);
        event.seq = Some(latest);
        event
    });
    Ok(response)
}

/// Returns the pairs that were changed.
fn changed(results: &[MsgExtensionResult]) -> Entries<MsgExtension> {
    let done = results.iter().filter(|result| result.error_code == ErrorCode::OK);
    done.filter_map(|result| result.extension.clone()).collect()
}

fn get_key_values(
    context: &mut Context<'_>,
    request: &C2cGetKeyValues,
) -> Result<C2cGetKeyValuesResponse, ApiError> {
    let (from, to) = (request.from_account.as_ref(), &request.to_account);
    let extensions = of_message(context, from, to, &request.msg_key)?.ok_or_else(unreadable)?;
    let mut response = C2cGetKeyValuesResponse::default();
    (response.extension_list, response.complete_flag) =
        page(extensions, request.start_seq, max_items(C2cGetKeyValues::SPEC, LIST));
    response.latest_seq = Some(extensions.latest());
    response.clear_seq = Some(extensions.cleared());
    Ok(response)
}

fn group_set_key_values(
    context: &mut Context<'_>,
    request: &GroupSetKeyValues,
) -> Result<GroupSetKeyValuesResponse, ApiError> {
    let write = Write::new(context, request.operation, &request.extension_list)?;
    let history = &mut context.group_mut(&request.group_id)?.history;
    let message = history.get_mut(request.msg_seq).filter(|message| !message.recalled);
    let extensions = &mut message.ok_or_else(message_not_found)?.extensions;
    let extensions = extensions.as_deref_mut().ok_or_else(not_enabled)?;
    let mut response = GroupSetKeyValuesResponse::default();
    response.extension_list = write.apply(extensions)?.into();
    let latest = extensions.latest();
    context.webhooks.emit(|| {
        let mut event = CallbackAfterGroupMsgExtension::default();
        event.group_id = request.group_id.clone();
        event.msg_seq = request.msg_seq;
        event.operation = Some(request.operation);
        event.extension_list = changed(&response.extension_list);
        event.seq = Some(latest);
        event
    });
    Ok(response)
}

fn group_get_key_values(
    context: &mut Context<'_>,
    request: &GroupGetKeyValues,
) -> Result<GroupGetKeyValuesResponse, ApiError> {
    let history = &context.group(&request.group_id)?.history;
    let message = history.get(request.msg_seq).filter(|message| !message.recalled);
    let extensions = &message.ok_or_else(message_not_found)?.extensions;
    let extensions = extensions.as_deref().ok_or_else(unreadable)?;
    let mut response = GroupGetKeyValuesResponse::default();
    (response.extension_list, response.complete_flag) =
        page(extensions, request.start_seq, max_items(GroupGetKeyValues::SPEC, LIST));
    response.latest_seq = Some(extensions.latest());
    response.clear_seq = Some(extensions.cleared());
    Ok(response)
}

/// Returns the extensions of a one-to-one message; `None` if it was sent without.
fn of_message<'a>(
    context: &'a mut Context<'_>,
    from: Option<&UserId>,
    to: &UserId,
    key: &MsgKey,
) -> Result<Option<&'a mut Extensions>, ApiError> {
    let from = from.cloned().unwrap_or_else(|| UserId::from(context.caller));
    let numbers = MessageNumbers::from_key(key.as_str()).ok_or_else(|| {
        let info = format!("MsgKey: {:?} is not a key of a message", key.as_str());
        ApiError::invalid_parameter(info)
    })?;
    let message = find_sent(context, &from, to, numbers).filter(|message| !message.recalled);
    Ok(message.ok_or_else(message_not_found)?.extensions.as_deref_mut())
}

/// A write to the extensions of a message.
struct Write<'a> {
    operation: MsgExtensionOperation,
    pairs: &'a [MsgExtensionToSet],
    max_per_minute: Option<u64>,
    now: UnixSeconds,
}

impl<'a> Write<'a> {
    /// # Errors
    /// When pairs are missing.
    fn new(
        context: &Context<'_>,
        operation: MsgExtensionOperation,
        pairs: &'a [MsgExtensionToSet],
    ) -> Result<Self, ApiError> {
        if pairs.is_empty() && operation != MsgExtensionOperation::Clear {
            let info = "ExtensionList: required to set or delete pairs";
            return Err(ApiError::invalid_parameter(info));
        }
        let max_per_minute = context.app.quotas.apply(MESSAGE_EXTENSION_WRITES_PER_MINUTE.into());
        Ok(Self { operation, pairs, max_per_minute, now: context.now })
    }

    /// Changes the extensions, and returns the result of each pair.
    fn apply(&self, extensions: &mut Extensions) -> Result<Vec<MsgExtensionResult>, ApiError> {
        let seq =
            extensions.start_write(self.max_per_minute, self.now).map_err(|TooManyWrites| {
                let info =
                    format!("more than {MESSAGE_EXTENSION_WRITES_PER_MINUTE} writes in a minute");
                ApiError::new(ErrorCode::MESSAGE_EXTENSION_WRITE_LIMIT, info)
            })?;
        if self.operation == MsgExtensionOperation::Clear {
            extensions.clear(seq);
            return Ok(Vec::new());
        }
        let results = self.pairs.iter().map(|pair| self.apply_pair(extensions, pair, seq));
        Ok(results.collect())
    }

    fn apply_pair(
        &self,
        extensions: &mut Extensions,
        pair: &MsgExtensionToSet,
        seq: u64,
    ) -> MsgExtensionResult {
        let mut stored = MsgExtension::default();
        stored.key.clone_from(&pair.key);
        let mut result = MsgExtensionResult::default();
        if self.operation == MsgExtensionOperation::Delete {
            extensions.remove(&pair.key);
            (stored.value, stored.seq) = (Some(String::new()), Some(seq));
        } else {
            match extensions.set(&pair.key, &pair.value, seq) {
                Ok(()) => (stored.value, stored.seq) = (Some(pair.value.clone()), Some(seq)),
                Err(TooManyPairs) => result.error_code = TOO_MANY_PAIRS,
            }
        }
        result.extension = Some(stored);
        result
    }
}

/// Returns the first page of the pairs with at least this number, and whether it is the last one.
fn page(extensions: &Extensions, start: Option<u64>, size: usize) -> (Entries<MsgExtension>, bool) {
    let pairs = extensions.starting_at(start.unwrap_or(0));
    let entry = |&(key, pair): &(&str, &Extension)| {
        let mut entry = MsgExtension::default();
        key.clone_into(&mut entry.key);
        (entry.value, entry.seq) = (Some(pair.value.clone()), Some(pair.seq));
        entry
    };
    (pairs.iter().take(size).map(entry).collect(), pairs.len() <= size)
}

fn message_not_found() -> ApiError {
    let info = "the message does not exist or was recalled";
    ApiError::new(ErrorCode::MESSAGE_EXTENSION_MESSAGE_NOT_FOUND, info)
}

fn not_enabled() -> ApiError {
    ApiError::new(ErrorCode::MESSAGE_EXTENSION_NOT_ENABLED, WITHOUT_EXTENSIONS)
}

/// The pages of the commands that read do not list the code of [`not_enabled`].
fn unreadable() -> ApiError {
    ApiError::new(ErrorCode::MESSAGE_EXTENSION_MESSAGE_NOT_FOUND, WITHOUT_EXTENSIONS)
}

const WITHOUT_EXTENSIONS: &str = "the message was sent without SupportMessageExtension";

/// No page names a code for a message with too many pairs.
const TOO_MANY_PAIRS: ErrorCode = ErrorCode::INVALID_PARAMETER;

/// The list of pairs in responses.
const LIST: &str = "ExtensionList";
