//! Robots in live rooms: `add_robot`, `del_robot` and `get_robot`.

use std::sync::Arc;

use chat_types::{
    ErrorCode, UserId,
    group::Role,
    live::{
        AddRobot, AddRobotResponse, DelRobot, DelRobotResponse, GetRobot, GetRobotResponse,
        LiveRobots,
    },
    room::RoomId,
};

use super::lookup::{existing_account, group_of_live_room, live_room};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{group::Group, members::Member, room::LiveRoom},
};

pub(super) fn register(router: &mut Router) {
    router.add(add_robot);
    router.add(del_robot);
    router.add(get_robot);
}

/// Makes accounts members of a room that are not counted as viewers.
fn add_robot(context: &mut Context<'_>, request: &AddRobot) -> Result<AddRobotResponse, ApiError> {
    room_for_robots(context, &request.room_id)?;
    let accounts = &request.robot_list_account;
    let robots = accounts.iter().map(|robot| existing_account(context, "RobotList_Account", robot));
    let robots: Vec<Arc<str>> = robots.collect::<Result<_, _>>()?;
    let now = context.now;
    let group = group_with_robots(context, &request.room_id)?;
    let member = || Member::new(Role::Member, now, 0);
    let joins =
        robots.iter().filter(|robot| group.members.add(Arc::clone(robot), member())).count();
    context.app.count_joins(joins, now);
    let live = room_for_robots(context, &request.room_id)?;
    for robot in robots {
        if !live.robots.contains(&robot) {
            live.robots.push(robot);
        }
    }
    Ok(AddRobotResponse::default())
}

/// Removes robots; other accounts are ignored.
fn del_robot(context: &mut Context<'_>, request: &DelRobot) -> Result<DelRobotResponse, ApiError> {
    let now = context.now;
    let mut removed = room_for_robots(context, &request.room_id)?.robots.clone();
    let accounts = &request.robot_list_account;
    removed.retain(|robot| accounts.iter().any(|account| *account.as_str() == **robot));
    let group = group_with_robots(context, &request.room_id)?;
    let quits = removed.iter().filter(|robot| group.remove(robot, now)).count();
    context.app.count_quits(quits, now);
    Ok(DelRobotResponse::default())
}

fn get_robot(context: &mut Context<'_>, request: &GetRobot) -> Result<GetRobotResponse, ApiError> {
    let live = room_for_robots(context, &request.room_id)?;
    let mut robots = LiveRobots::default();
    robots.robot_list_account = live.robots.iter().map(|robot| UserId::from(&**robot)).collect();
    let mut response = GetRobotResponse::default();
    response.response = Some(robots);
    Ok(response)
}

fn room_for_robots<'a>(
    context: &'a mut Context<'_>,
    id: &RoomId,
) -> Result<&'a mut LiveRoom, ApiError> {
    live_room(context, id).map_err(with_code_for_robots)
}

fn group_with_robots<'a>(
    context: &'a mut Context<'_>,
    id: &RoomId,
) -> Result<&'a mut Group, ApiError> {
    group_of_live_room(context, id).map_err(with_code_for_robots)
}

/// The pages of robots have another code for rooms of another type.
fn with_code_for_robots(error: ApiError) -> ApiError {
    if error.code == ErrorCode::ROOM_TYPE_MISMATCH {
        return ApiError { code: ErrorCode::ROOM_OPERATION_NOT_PERMITTED, ..error };
    }
    error
}
