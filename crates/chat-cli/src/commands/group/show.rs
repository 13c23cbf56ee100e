//! `chatctl group show`.

use chat_admin::Admin;
use chat_types::{
    Endpoint as _, ErrorCode, GroupId,
    group::{GetGroupInfo, GroupInfo, GroupInfoFilter},
};
use clap::Args;

use super::{listing::time_cell, target::Target};
use crate::{
    catalog,
    error::{Error, Exit},
    interrupt,
    output::{Output, one_line, table},
};

/// Show the profile of a group
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group show lobby")]
pub(super) struct Show {
    #[command(flatten)]
    target: Target,
}

impl Show {
    pub(super) async fn run(self, admin: &Admin, out: &mut Output) -> Result<Exit, Error> {
        let info = interrupt::cancelable_read(profile(admin, &self.target.group, out)).await?;
        if out.is_json() {
            out.json(&info)?;
            return Ok(Exit::Done);
        }
        let mut rows = table(["group", info.group_id.as_str()]);
        for (name, value) in facts(&info) {
            if !value.is_empty() {
                rows.add_row([name, &one_line(&value).to_string()]);
            }
        }
        out.table(&rows)?;
        Ok(Exit::Done)
    }
}

/// Returns what people want to know of a profile; everything is in the JSON.
fn facts(info: &GroupInfo) -> [(&'static str, String); 15] {
    fn text<T: ToString>(value: Option<&T>) -> String {
        value.map(ToString::to_string).unwrap_or_default()
    }
    let members = match (info.member_num, info.max_member_num) {
        (Some(members), Some(max)) => format!("{members} of at most {max}"),
        (members, _) => text(members.as_ref()),
    };
    let custom = info.app_defined_data.iter().map(|field| format!("{}={}", field.key, field.value));
    [
        ("name", text(info.name.as_ref())),
        ("type", text(info.group_type.as_ref())),
        ("owner", text(info.owner_account.as_ref())),
        ("members", members),
        ("created", time_cell(info.create_time)),
        ("changed", time_cell(info.last_info_time)),
        ("last message", time_cell(info.last_msg_time)),
        ("next message", text(info.next_msg_seq.as_ref())),
        ("introduction", text(info.introduction.as_ref())),
        ("notification", text(info.notification.as_ref())),
        ("face URL", text(info.face_url.as_ref())),
        ("joining", text(info.apply_join_option.as_ref())),
        ("inviting", text(info.invite_join_option.as_ref())),
        ("all muted", text(info.mute_all_member.as_ref())),
        ("custom fields", custom.collect::<Vec<_>>().join(", ")),
    ]
}

/// Returns the profile of a group, with its members unless they do not fit in one response.
async fn profile(admin: &Admin, group: &GroupId, out: &Output) -> Result<GroupInfo, Error> {
    let request = GetGroupInfo::new([group]);
    let mut response = admin.client().call(&request).await;
    if response.as_ref().is_err_and(|error| error.code() == Some(ErrorCode::RESPONSE_TOO_LARGE)) {
        out.note("the group is too large to show its members and custom fields");
        let filter = GroupInfoFilter::new().group_base_info_filter(profile_fields());
        response = admin.client().call(&request.response_filter(filter)).await;
    }
    let infos = response?.into_body().group_info;
    let info = infos.into_iter().next().unwrap_or_default();
    if info.error_code == ErrorCode::OK {
        return Ok(info);
    }
    let why = info.error_info.unwrap_or_default();
    Err(Error::group_not_shown(group, info.error_code, &why))
}

/// Returns the names of all plain fields of a profile, except those that a filter must not name
/// because the response always has them.
fn profile_fields() -> impl Iterator<Item = &'static str> {
    let always = ["GroupId", "ErrorCode", "ErrorInfo"];
    GetGroupInfo::SPEC
        .response
        .iter()
        .filter_map(|field| catalog::fields(&field.kind))
        .flatten()
        .filter(|field| catalog::fields(&field.kind).is_none())
        .map(|field| field.name)
        .filter(move |name| !always.contains(name))
}
