//! The summary at the end of an export.

use std::ops::Not;

use serde::{Deserialize, Serialize};

/// What an export contains, and what of the group it omits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExportSummary {
    /// The number of accounts written.
    pub accounts: u64,
    /// The number of messages written.
    pub messages: u64,
    /// The number of members written, without the owner, who is part of the group's record.
    pub members: u64,
    /// What the export omits.
    #[serde(default)]
    pub omitted: Omitted,
}

/// What the group has and the import endpoints do not accept. Every field is zero, empty or `false`
/// if nothing is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Omitted {
    /// Messages that had been deleted or had expired.
    #[serde(skip_serializing_if = "is_zero")]
    pub deleted_messages: u64,
    /// Messages that had been recalled.
    #[serde(skip_serializing_if = "is_zero")]
    pub recalled_messages: u64,
    /// Messages sent by the system, such as notices of who joined.
    #[serde(skip_serializing_if = "is_zero")]
    pub system_messages: u64,
    /// Messages without a sender or a time, or of a form that is not documented.
    #[serde(skip_serializing_if = "is_zero")]
    pub unreadable_messages: u64,
    /// Messages written with the time of the message before, which was later.
    #[serde(skip_serializing_if = "is_zero")]
    pub adjusted_times: u64,
    /// Messages written without their random number, because it needs more than 32 bits.
    #[serde(skip_serializing_if = "is_zero")]
    pub randoms: u64,
    /// Messages whose priority was not the normal one. Imported messages have no priority.
    #[serde(skip_serializing_if = "is_zero")]
    pub priorities: u64,
    /// Accounts written without nickname and picture, because the service did not return them; most
    /// likely they are deleted.
    #[serde(skip_serializing_if = "is_zero")]
    pub profiles: u64,
    /// Entries of the list of members whose form is not documented.
    #[serde(skip_serializing_if = "is_zero")]
    pub unreadable_members: u64,
    /// Members with a group-specific name.
    #[serde(skip_serializing_if = "is_zero")]
    pub name_cards: u64,
    /// Members with custom fields.
    #[serde(skip_serializing_if = "is_zero")]
    pub member_custom_fields: u64,
    /// Members who are muted now.
    #[serde(skip_serializing_if = "is_zero")]
    pub mutes: u64,
    /// Members who chose not to be notified of every message.
    #[serde(skip_serializing_if = "is_zero")]
    pub receive_options: u64,
    /// Members with unread messages. Imported members have read everything.
    #[serde(skip_serializing_if = "is_zero")]
    pub unread_counts: u64,
    /// Members with an undocumented role, written as ordinary members.
    #[serde(skip_serializing_if = "is_zero")]
    pub roles: u64,
    /// Attributes of the group.
    #[serde(skip_serializing_if = "is_zero")]
    pub attributes: u64,
    /// Whether the service refused to return the attributes of the group.
    #[serde(skip_serializing_if = "Not::not")]
    pub attributes_unavailable: bool,
    /// Settings of the group, by their names in `get_group_info`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub group_settings: Vec<String>,
    /// Whether the group's custom fields could not be read, because the service returns them in one
    /// response with the members unless their names are given
    /// ([`Export::custom_fields`](crate::migration::Export::custom_fields)).
    #[serde(skip_serializing_if = "Not::not")]
    pub custom_fields_unavailable: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
