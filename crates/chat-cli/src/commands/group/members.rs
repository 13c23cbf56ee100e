//! `chatctl group members`.

use chat_admin::Admin;
use chat_types::group::{GetGroupMemberInfo, GroupMember, Role};
use clap::Args;

use super::{
    listing::{Limit, time_cell},
    target::Target,
};
use crate::{
    error::{Error, Exit},
    output::{Column, Output},
    parsers,
};

/// List the members of a group
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group members lobby --role Admin")]
pub(super) struct Members {
    #[command(flatten)]
    target: Target,

    #[arg(long, value_name = "ROLE", value_parser = parsers::role, help = role_help())]
    role: Option<Role>,

    #[command(flatten)]
    limit: Limit,
}

impl Members {
    pub(super) async fn run(self, admin: &Admin, out: &mut Output) -> Result<Exit, Error> {
        let request = GetGroupMemberInfo::new(&self.target.group);
        let members = admin.pages(request.member_role_filter(self.role));
        self.limit.print(members.items(), &COLUMNS, out).await
    }
}

fn role_help() -> String {
    format!("List only members with this role: {}", Role::NAMES.join(", "))
}

const COLUMNS: [Column<GroupMember>; 6] = [
    Column::new("ACCOUNT", "Member_Account", |member| member.member_account.to_string()),
    Column::new("ROLE", "Role", |member| {
        member.role.as_ref().map(ToString::to_string).unwrap_or_default()
    }),
    Column::new("JOINED", "JoinTime", |member| time_cell(member.join_time)),
    Column::new("MUTED UNTIL", "MuteUntil", |member| time_cell(member.mute_until)),
    Column::new("NAME CARD", "NameCard", |member: &GroupMember| {
        member.name_card.clone().unwrap_or_default()
    })
    .wide(),
    Column::new("LAST MESSAGE", "LastSendMsgTime", |member: &GroupMember| {
        time_cell(member.last_send_msg_time)
    })
    .wide(),
];
