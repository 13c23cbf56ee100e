//! `chatctl group show`.

use chat_admin::Admin;
use chat_types::{
    Endpoint as _, ErrorCode, GroupId,
    group::{GetGroupInfo, GroupInfo, GroupInfoFilter},
};
use clap::Args;
use serde_json::Value;

use super::target::Target;
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
        let info = interrupt::cancelable(profile(admin, &self.target.group, out)).await?;
        let profile = serde_json::to_value(&info).unwrap_or_default();
        if out.is_json() {
            out.json(&profile)?;
            return Ok(Exit::Done);
        }
        let mut rows = table(["FIELD", "VALUE"]);
        for (name, value) in profile.as_object().into_iter().flatten() {
            let value = match value {
                Value::String(text) => one_line(text).to_string(),
                Value::Array(items) if name == "MemberList" => format!("{} members", items.len()),
                Value::Array(items) if items.is_empty() => continue,
                other => other.to_string(),
            };
            rows.add_row([name, &value]);
        }
        out.table(&rows)?;
        Ok(Exit::Done)
    }
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
