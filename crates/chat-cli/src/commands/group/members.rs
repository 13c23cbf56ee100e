//! `chatctl group members`.

use chat_admin::Admin;
use chat_types::{
    UnixSeconds,
    group::{GetGroupMemberInfo, GroupMember, Role},
};
use clap::Args;

use super::{
    listing::{print_list, time_cell},
    target::Target,
};
use crate::{
    error::{Error, Exit},
    output::Output,
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
}

impl Members {
    pub(super) async fn run(self, admin: &Admin, out: &mut Output) -> Result<Exit, Error> {
        let request = GetGroupMemberInfo::new(&self.target.group);
        let members = admin.pages(request.member_role_filter(self.role));
        print_list(members.items(), row, out).await
    }
}

fn row(member: &GroupMember) -> Vec<String> {
    let known = |time: Option<UnixSeconds>| time_cell(time.filter(|time| time.get() > 0));
    vec![
        member.member_account.to_string(),
        member.role.as_ref().map(ToString::to_string).unwrap_or_default(),
        known(member.join_time),
        known(member.mute_until),
    ]
}

fn role_help() -> String {
    format!("List only members with this role: {}", Role::NAMES.join(", "))
}
