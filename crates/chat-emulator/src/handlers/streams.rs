//! Messages that are sent piece by piece: `send_c2c_stream_msg` and `send_group_stream_msg`.

use std::sync::Arc;

use chat_types::{
    ErrorCode, UnixSeconds,
    limits::{MAX_STREAM_MESSAGE_BYTES, STREAM_PIECES_PER_SECOND},
    message::{
        MsgElement, MsgKey, SendC2cStreamMsg, SendC2cStreamMsgResponse, SendGroupStreamMsg,
        SendGroupStreamMsgResponse, StreamElement, SyncOtherMachine,
    },
};

use super::{
    direct_messages::{Delivery, deliver, numbers},
    group_messages::check_may_send,
    message_body,
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{
        conversation::{DirectMessage, MessageNumbers},
        history::Message,
        stream::{Pieces, PiecesRefused, Stream},
    },
};

pub(super) fn register(router: &mut Router) {
    router.add(send_c2c_stream_msg);
    router.add(send_group_stream_msg);
}

fn send_c2c_stream_msg(
    context: &mut Context<'_>,
    request: &SendC2cStreamMsg,
) -> Result<SendC2cStreamMsgResponse, ApiError> {
    let call = Call::new(&request.msg_body, request.msg_key.as_ref())?;
    let from = message_body::sender(context, request.from_account.as_ref(), INVALID)?;
    let to = context.account("To_Account", &request.to_account, INVALID)?;
    let numbers = match call.message {
        Some(numbers) => {
            let max = context.app.quotas.apply(STREAM_PIECES_PER_SECOND.into());
            let now = context.now;
            let messages = &mut context.app.direct_messages;
            let message = messages
                .conversation_mut(&from, &to)
                .and_then(|conversation| conversation.find_mut(numbers))
                .filter(|message| message.from == from && !message.recalled)
                .ok_or_else(unknown_message)?;
            let stream = message.stream.as_deref_mut().ok_or_else(unknown_message)?;
            message.content = call.append(stream, &message.content, max, now)?;
            numbers
        }
        None => open_direct(context, request, &call, (from, to))?,
    };
    let mut response = SendC2cStreamMsgResponse::default();
    response.msg_time = Some(numbers.time);
    response.msg_key = Some(MsgKey::from(numbers.to_key()));
    response.stream_msg_id = Some(stream_id(numbers));
    Ok(response)
}

/// Sends a one-to-one message with the first pieces, unless the call repeats one of the same second.
fn open_direct(
    context: &mut Context<'_>,
    request: &SendC2cStreamMsg,
    call: &Call<'_>,
    (from, to): (Arc<str>, Arc<str>),
) -> Result<MessageNumbers, ApiError> {
    let numbers = numbers(context, request.msg_seq, request.msg_random);
    let conversation = context.app.direct_messages.conversation_mut(&from, &to);
    if conversation.and_then(|conversation| conversation.find_mut(numbers)).is_some() {
        return Ok(numbers);
    }
    let (content, stream) = call.open(context)?;
    let mut message = DirectMessage::new(from, to, numbers, content);
    message.stream = Some(Box::new(stream));
    message.custom_data.clone_from(&request.cloud_custom_data);
    message.hidden_from_sender = request.sync_other_machine == Some(SyncOtherMachine::NoSync);
    deliver(context, message, Delivery::of_new_message());
    Ok(numbers)
}

fn send_group_stream_msg(
    context: &mut Context<'_>,
    request: &SendGroupStreamMsg,
) -> Result<SendGroupStreamMsgResponse, ApiError> {
    let call = Call::new(&request.msg_body, request.msg_key.as_ref())?;
    let now = context.now;
    context.group(&request.group_id)?;
    let sender = message_body::sender(context, request.from_account.as_ref(), INVALID)?;
    check_may_send(context, &request.group_id, None, &sender)?;
    let numbers = match call.message {
        Some(numbers) => {
            let max = context.app.quotas.apply(STREAM_PIECES_PER_SECOND.into());
            let history = &mut context.group_mut(&request.group_id)?.history;
            let is_same = |message: &&mut Message| {
                message.sender == sender
                    && message.time == numbers.time
                    && message.random == Some(numbers.random)
                    && !message.recalled
            };
            let message = history.get_mut(numbers.seq.into()).filter(is_same);
            let message = message.ok_or_else(unknown_message)?;
            let stream = message.stream.as_deref_mut().ok_or_else(unknown_message)?;
            message.content = call.append(stream, &message.content, max, now)?;
            numbers
        }
        None => open_group(context, request, &call, &sender)?,
    };
    let mut response = SendGroupStreamMsgResponse::default();
    response.msg_time = Some(numbers.time);
    response.msg_key = Some(MsgKey::from(numbers.to_key()));
    response.stream_msg_id = Some(stream_id(numbers));
    Ok(response)
}

/// Sends a group message with the first pieces, unless the call repeats one of the same second.
fn open_group(
    context: &mut Context<'_>,
    request: &SendGroupStreamMsg,
    call: &Call<'_>,
    sender: &Arc<str>,
) -> Result<MessageNumbers, ApiError> {
    let now = context.now;
    let (content, stream) = call.open(context)?;
    let group = context.group_mut(&request.group_id)?;
    let is_same = |earlier: &Message| earlier.sender == *sender && earlier.stream.is_some();
    let first = group.history.find_repeated(request.msg_random, now, SAME_SECOND, is_same);
    let seq = match first.and_then(|first| first.seq) {
        Some(seq) => seq,
        None => {
            group.members.note_sent(sender, now);
            let seq = group.history.add(Message {
                random: Some(request.msg_random),
                custom_data: request.cloud_custom_data.clone(),
                stream: Some(Box::new(stream)),
                ..Message::new(Arc::clone(sender), now, content)
            });
            context.app.count_group_message(request.group_id.as_str(), sender, None, now);
            seq
        }
    };
    let seq = u32::try_from(seq).map_err(ApiError::internal)?;
    Ok(MessageNumbers { seq, random: request.msg_random, time: now })
}

/// The pieces of a call, and the message that they belong to.
struct Call<'a> {
    element: &'a StreamElement,
    pieces: Pieces,
    /// `None` if the call opens a message.
    message: Option<MessageNumbers>,
}

impl<'a> Call<'a> {
    fn new(body: &'a [MsgElement], key: Option<&MsgKey>) -> Result<Self, ApiError> {
        let [MsgElement::Stream(element)] = body else {
            return Err(invalid("MsgBody: must be one element of type TIMStreamElem"));
        };
        let by_key = key.map(|key| MessageNumbers::from_key(key.as_str()));
        let by_id = element
            .stream_msg_id
            .as_deref()
            .map(|id| id.strip_prefix(STREAM_ID_PREFIX).and_then(MessageNumbers::from_key));
        let message = match (by_key, by_id) {
            (None, None) => None,
            (Some(numbers), None) | (None, Some(numbers)) => {
                Some(numbers.ok_or_else(unknown_message)?)
            }
            (Some(by_key), Some(by_id)) if by_key == by_id => {
                Some(by_key.ok_or_else(unknown_message)?)
            }
            _ => return Err(invalid("MsgKey and StreamMsgID belong to different messages")),
        };
        Ok(Self { element, pieces: pieces(element)?, message })
    }

    /// Returns the content of a new message with these pieces, and the state of the stream.
    fn open(&self, context: &Context<'_>) -> Result<(Box<[u8]>, Stream), ApiError> {
        if self.pieces.first_index != 1 {
            return Err(invalid("Index: the first piece of a message must have the number 1"));
        }
        let max = context.app.quotas.apply(STREAM_PIECES_PER_SECOND.into());
        let mut stream = Stream::new(context.now);
        stream.add(self.pieces, max, context.now).map_err(refused)?;
        let mut element = self.element.clone();
        element.stream_msg_id = None;
        Ok((encode(element)?, stream))
    }

    /// Returns the content of a message with these pieces after its own.
    fn append(
        &self,
        stream: &mut Stream,
        content: &[u8],
        max_per_second: Option<u64>,
        now: UnixSeconds,
    ) -> Result<Box<[u8]>, ApiError> {
        let Some(MsgElement::Stream(mut element)) = message_body::decode(content)?.pop() else {
            return Err(unknown_message());
        };
        element.chunks.extend(self.element.chunks.iter().cloned());
        let content = encode(element)?;
        stream.add(self.pieces, max_per_second, now).map_err(refused)?;
        Ok(content)
    }
}

/// Checks that the pieces of a call are in order, and that only the last one can end the message.
fn pieces(element: &StreamElement) -> Result<Pieces, ApiError> {
    let chunks = &element.chunks;
    let (Some(first), Some((last, others))) = (chunks.first(), chunks.split_last()) else {
        return Err(invalid("Chunks: must have at least one piece"));
    };
    if chunks.windows(2).any(|pair| pair[0].index >= pair[1].index) {
        return Err(invalid("Index: must strictly increase"));
    }
    if others.iter().any(|chunk| chunk.is_last) {
        return Err(invalid("IsLast: only possible for the last piece"));
    }
    Ok(Pieces {
        first_index: first.index,
        last_index: last.index,
        count: chunks.len() as u64,
        finish: last.is_last,
    })
}

fn encode(element: StreamElement) -> Result<Box<[u8]>, ApiError> {
    message_body::encode_within(&[MsgElement::Stream(element)], MAX_STREAM_MESSAGE_BYTES)
        .map_err(|error| invalid(error.info()))
}

fn refused(reason: PiecesRefused) -> ApiError {
    match reason {
        PiecesRefused::Ended => invalid("MsgKey: the message has ended"),
        PiecesRefused::Order { last_index } => {
            invalid(format!("Index: must be greater than {last_index}"))
        }
        PiecesRefused::TooFast => {
            let info = format!("more than {STREAM_PIECES_PER_SECOND} pieces in a second");
            ApiError::new(ErrorCode::CALL_FREQUENCY_LIMIT, info)
        }
    }
}

fn stream_id(numbers: MessageNumbers) -> String {
    format!("{STREAM_ID_PREFIX}{}", numbers.to_key())
}

fn unknown_message() -> ApiError {
    invalid("MsgKey: not the key of a message that the account sends piece by piece")
}

fn invalid(info: impl Into<String>) -> ApiError {
    ApiError::new(INVALID, info)
}

/// The pages list no codes; this is the general one for an invalid request.
const INVALID: ErrorCode = ErrorCode::BODY_NOT_JSON;

const STREAM_ID_PREFIX: &str = "stream_";

/// The window, in seconds, in which a repeat is recognized.
const SAME_SECOND: u64 = 1;
