//! The settings of the group.

use chat_transport::{Client, Error};
use chat_types::{
    Endpoint, ErrorCode, GroupId, GroupType,
    group::{GetGroupAttr, GetGroupInfo, GroupInfo, GroupInfoFilter, ImportGroup, MuteAllMember},
};

use super::ExportError;
use crate::migration::Omitted;

/// Reads the settings of the group as a request that creates the same group, and records in
/// `omitted` what the request cannot contain.
pub(super) async fn read(
    client: &Client,
    group: &GroupId,
    custom_fields: &[String],
    omitted: &mut Omitted,
) -> Result<ImportGroup, ExportError> {
    let info = if custom_fields.is_empty() {
        match fetch_info(client, GetGroupInfo::new([group])).await {
            Err(ExportError::Call(error))
                if error.code() == Some(ErrorCode::RESPONSE_TOO_LARGE) =>
            {
                omitted.custom_fields_unavailable = true;
                fetch_info(client, settings_request(group, custom_fields)).await?
            }
            info => info?,
        }
    } else {
        fetch_info(client, settings_request(group, custom_fields)).await?
    };
    count_attributes(client, group, omitted).await?;
    omitted.group_settings = omitted_settings(&info);
    convert(info)
}

async fn fetch_info(client: &Client, request: GetGroupInfo) -> Result<GroupInfo, ExportError> {
    let response = client.call(&request).await?.into_body();
    let group = request.group_id_list.into_iter().next().unwrap_or_default();
    match response.group_info.into_iter().next() {
        Some(info) if info.error_code == ErrorCode::OK => Ok(info),
        other => {
            let other = other.unwrap_or_default();
            let (code, info) = (other.error_code, other.error_info.unwrap_or_default());
            Err(ExportError::GroupNotFound { group, code, info })
        }
    }
}

/// Returns a request for the settings alone. Naming a field of members would return all members.
fn settings_request(group: &GroupId, custom_fields: &[String]) -> GetGroupInfo {
    let filter = GroupInfoFilter::new()
        .group_base_info_filter(SETTINGS.iter().copied())
        .app_defined_data_filter_group(custom_fields.iter().map(String::as_str));
    GetGroupInfo::new([group]).response_filter(filter)
}

async fn count_attributes(
    client: &Client,
    group: &GroupId,
    omitted: &mut Omitted,
) -> Result<(), Error> {
    match client.call(&GetGroupAttr::new(group)).await {
        Ok(response) => omitted.attributes = response.into_body().attributes.len() as u64,
        Err(error) if error.is_api() && !error.is_retryable() => {
            omitted.attributes_unavailable = true;
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

fn convert(info: GroupInfo) -> Result<ImportGroup, ExportError> {
    let GroupInfo { group_id: group, group_type, .. } = info;
    let group_type = group_type.unwrap_or_else(|| GroupType::from(""));
    let supported = ImportGroup::SPEC.group_types.unwrap_or_default();
    if !supported.contains(&group_type) {
        return Err(ExportError::UnsupportedType { group, group_type });
    }
    let accepts_join_option = group_type != GroupType::Community;
    let mut import = ImportGroup::new(group_type, info.name.unwrap_or_default()).group_id(group);
    import.owner_account = info.owner_account.filter(|owner| !owner.as_str().is_empty());
    import.introduction = non_empty(info.introduction);
    import.notification = non_empty(info.notification);
    import.face_url = non_empty(info.face_url);
    import.max_member_count = info.max_member_num.filter(|&max| max > 0);
    import.apply_join_option = info.apply_join_option.filter(|_| accepts_join_option);
    import.app_defined_data = info.app_defined_data.into_iter().collect();
    import.create_time = info.create_time;
    Ok(import)
}

fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn omitted_settings(info: &GroupInfo) -> Vec<String> {
    let is_community = info.group_type == Some(GroupType::Community);
    let mute_all = info.mute_all_member.as_ref();
    let settings = [
        ("AppDefinedData", !info.app_defined_data.unrecognized().is_empty()),
        ("ApplyJoinOption", is_community && info.apply_join_option.is_some()),
        ("InviteJoinOption", info.invite_join_option.is_some()),
        ("MuteAllMember", mute_all == Some(&MuteAllMember::On)),
        ("EnablePermission", info.enable_permission == Some(true)),
        ("DefaultPermission", info.default_permission.is_some()),
        ("SupportTopic", is_community),
    ];
    settings.iter().filter(|(_, is_set)| *is_set).map(|(name, _)| (*name).to_owned()).collect()
}

/// The settings that an import accepts, and `MuteAllMember`, which it does not.
const SETTINGS: &[&str] = &[
    "Type",
    "Name",
    "Introduction",
    "Notification",
    "FaceUrl",
    "Owner_Account",
    "CreateTime",
    "MaxMemberNum",
    "ApplyJoinOption",
    "MuteAllMember",
];
