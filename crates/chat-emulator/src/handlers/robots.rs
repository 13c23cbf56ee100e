//! Robots: `create_robot`, `delete_robot`, `get_all_robots` and `send_stream_msg`.

use chat_types::{
    Endpoint as _, ErrorCode, UserId,
    limits::MAX_ROBOTS,
    message::{MsgElement, TextElement},
    profile::ProfileTag,
    robot::{
        CreateRobot, CreateRobotResponse, DeleteRobot, DeleteRobotResponse, GetAllRobots,
        GetAllRobotsResponse, SendStreamMsg, SendStreamMsgResponse,
    },
};

use super::{
    accounts::{self, check_user_id},
    direct_history::find_sent,
    direct_messages::{Delivery, deliver, numbers},
    message_body,
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{
        accounts::{AccountProfile, DeletedRecently},
        conversation::{DirectMessage, MessageNumbers},
        robots::TooManyRobots,
        stream::Stream,
    },
};

pub(super) fn register(router: &mut Router) {
    router.add(create_robot);
    router.add(delete_robot);
    router.add(get_all_robots);
    router.add(send_stream_msg);
}

fn create_robot(
    context: &mut Context<'_>,
    request: &CreateRobot,
) -> Result<CreateRobotResponse, ApiError> {
    let not_permitted = |info: String| ApiError::new(ErrorCode::GROUP_REQUEST_NOT_PERMITTED, info);
    let robot = request.user_id.as_str();
    check_robot_id("UserID", &request.user_id)?;
    context.app.robots.check_capacity(robot).map_err(|TooManyRobots| {
        not_permitted(format!("the app has {MAX_ROBOTS} robots; delete one first"))
    })?;
    let not_freed = || not_permitted(format!("UserID: {robot:?} was deleted, and is not freed"));
    if context.app.robots.was_deleted(robot) {
        return Err(not_freed());
    }
    let profile = profile(request);
    let accounts = &mut context.app.accounts;
    accounts.import(robot, profile, context.now).map_err(|DeletedRecently| not_freed())?;
    let robot = accounts.shared_id(robot);
    context.app.robots.add(robot);
    Ok(CreateRobotResponse::default())
}

fn profile(request: &CreateRobot) -> AccountProfile {
    let fields = [
        (ProfileTag::Nick, &request.nick),
        (ProfileTag::Image, &request.face_url),
        (ProfileTag::SelfSignature, &request.self_signature),
    ];
    fields.into_iter().filter_map(|(tag, text)| Some((tag, text.clone()?.into()))).collect()
}

/// Deletes a robot. Succeeds for one that was deleted before.
fn delete_robot(
    context: &mut Context<'_>,
    request: &DeleteRobot,
) -> Result<DeleteRobotResponse, ApiError> {
    let robot = &request.robot_account;
    check_robot_id("Robot_Account", robot)?;
    if context.app.robots.contains(robot.as_str()) {
        accounts::delete(context, robot)?;
    } else if !context.app.robots.was_deleted(robot.as_str()) {
        return Err(not_a_robot("Robot_Account", robot));
    }
    Ok(DeleteRobotResponse::default())
}

fn get_all_robots(
    context: &mut Context<'_>,
    _: &GetAllRobots,
) -> Result<GetAllRobotsResponse, ApiError> {
    let mut response = GetAllRobotsResponse::default();
    response.robot_account =
        context.app.robots.iter().map(|robot| UserId::from(&**robot)).collect();
    Ok(response)
}

fn send_stream_msg(
    context: &mut Context<'_>,
    request: &SendStreamMsg,
) -> Result<SendStreamMsgResponse, ApiError> {
    let (robot, receiver) = (&request.from_account, &request.to_account);
    if !context.app.robots.contains(robot.as_str()) {
        return Err(not_a_robot("From_Account", robot));
    }
    context.account("To_Account", receiver, ErrorCode::INVALID_PARAMETER)?;
    let mut response = SendStreamMsgResponse::default();
    match request.msg_key.as_deref().filter(|key| !key.is_empty()) {
        None => response.msg_key = open(context, request)?.to_key(),
        Some(key) => {
            append(context, request, key)?;
            key.clone_into(&mut response.msg_key);
        }
    }
    Ok(response)
}

/// Sends a message with the first piece.
fn open(context: &mut Context<'_>, request: &SendStreamMsg) -> Result<MessageNumbers, ApiError> {
    let content = encode(&request.chunk)?;
    let accounts = &context.app.accounts;
    let from = accounts.shared_id(request.from_account.as_str());
    let to = accounts.shared_id(request.to_account.as_str());
    let numbers = numbers(context, None, 0);
    let mut stream = Stream::new(context.now);
    if request.finish == Some(true) {
        stream.finish();
    }
    let mut message = DirectMessage::new(from, to, numbers, content);
    message.stream = Some(Box::new(stream));
    deliver(context, message, Delivery::of_new_message());
    Ok(numbers)
}

/// Appends a piece to the text of a message.
fn append(context: &mut Context<'_>, request: &SendStreamMsg, key: &str) -> Result<(), ApiError> {
    let message = MessageNumbers::from_key(key)
        .and_then(|numbers| find_sent(context, &request.from_account, &request.to_account, numbers))
        .filter(|message| !message.recalled);
    let message = message.ok_or_else(|| {
        ApiError::invalid_parameter(format!("MsgKey: {key:?} is not a message to append to"))
    })?;
    let Some(stream) = message.stream.as_mut().filter(|stream| !stream.is_finished()) else {
        return Err(ApiError::invalid_parameter("MsgKey: the message is finished"));
    };
    let mut text = match message_body::decode(&message.content)?.pop() {
        Some(MsgElement::Text(element)) => element.text,
        _ => return Err(ApiError::internal("the message of a robot is not a text")),
    };
    text.push_str(&request.chunk);
    message.content = encode(&text)?;
    if request.finish == Some(true) {
        stream.finish();
    }
    Ok(())
}

fn encode(text: &str) -> Result<Box<[u8]>, ApiError> {
    message_body::encode(&[MsgElement::Text(TextElement::new(text))])
        .map_err(|invalid| ApiError::invalid_parameter(format!("Chunk: {}", invalid.info())))
}

fn check_robot_id(field: &str, robot: &UserId) -> Result<(), ApiError> {
    let invalid = |info: &str| ApiError::invalid_parameter(format!("{field}: {info}"));
    check_user_id(robot).map_err(|error| invalid(&error.info))?;
    let mut fields = CreateRobot::SPEC.request.iter();
    let rules = fields.find_map(|field| field.custom_id);
    rules
        .map_or(Ok(()), |rules| rules.check(robot.as_str()))
        .map_err(|error| invalid(&format!("{robot:?} is not allowed: {error}")))
}

fn not_a_robot(field: &str, account: &UserId) -> ApiError {
    ApiError::invalid_parameter(format!("{field}: {account:?} is not a robot; create it first"))
}
