//! What groups of each type can do.

use thiserror::Error;

use crate::{ASSIGNED_GROUP_ID_PREFIX, GROUP_TYPES, GroupId, GroupType, InvalidId};

/// One group type.
#[derive(Debug)]
#[non_exhaustive]
pub struct GroupTypeSpec {
    /// Its value in the API.
    pub group_type: GroupType,
    /// Its name in guides and the console.
    pub guide_name: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// The largest number of members in the highest plan; `None` if unlimited.
    pub max_members: Option<u32>,
    /// The largest number of members of an imported group that does not state its own; `None` if
    /// such groups cannot be imported.
    pub imported_max_members: Option<u32>,
    /// Whether new groups count toward
    /// [`MAX_DAILY_GROUP_GROWTH`](crate::limits::MAX_DAILY_GROUP_GROWTH).
    pub limited_growth: bool,
    /// Whether single members can be muted.
    pub muting: bool,
    /// Whether members can be banned.
    pub banning: bool,
    /// Whether members can be removed.
    pub removal: bool,
    /// Whether the app can add or import members.
    pub adding: bool,
    /// Whether the service stores a list of members with their profiles.
    pub stores_members: bool,
    /// Whether it can be divided into topics.
    pub topics: bool,
    /// Whether its owner can leave.
    pub owner_leaves: bool,
    /// How users join by themselves.
    pub joining: Joining,
    /// The prefix that a custom id must have; `None` if it may have any except
    /// [`ASSIGNED_GROUP_ID_PREFIX`].
    pub id_prefix: Option<&'static str>,
    /// What else is known, one fact each.
    pub notes: &'static [&'static str],
}

/// How users join a group by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Joining {
    /// Everybody can, whatever `ApplyJoinOption` says.
    Free,
    /// On request, unless `ApplyJoinOption` says otherwise.
    Approval,
    /// They are invited, unless `ApplyJoinOption` lets everybody in.
    Invitation,
}

impl GroupTypeSpec {
    /// Returns what is known about a group type, or `None` if it is not a preset one.
    pub fn find(group_type: &GroupType) -> Option<&'static Self> {
        GROUP_TYPES.iter().find(|spec| spec.group_type == *group_type)
    }

    /// Checks that a group of this type may have this custom ID.
    ///
    /// ```
    /// use chat_types::{GroupType, spec::GroupTypeSpec};
    ///
    /// let check = GroupTypeSpec::check_custom_id;
    /// assert!(check(&GroupType::Public, "stargazers").is_ok());
    /// assert!(check(&GroupType::Public, "@TGS#1").is_err());
    /// assert!(check(&GroupType::Community, "stargazers").is_err());
    /// assert!(check(&GroupType::Community, "@TGS#_stargazers").is_ok());
    /// ```
    ///
    /// # Errors
    /// Returns the rule that the ID breaks.
    pub fn check_custom_id(group_type: &GroupType, id: &str) -> Result<(), InvalidCustomGroupId> {
        use InvalidCustomGroupId::{AssignedPrefix, Malformed, MissingPrefix};
        GroupId::parse(id).map_err(Malformed)?;
        match Self::find(group_type).and_then(|spec| spec.id_prefix) {
            Some(prefix) if !id.starts_with(prefix) => {
                Err(MissingPrefix { group_type: group_type.clone(), prefix })
            }
            None if id.starts_with(ASSIGNED_GROUP_ID_PREFIX) => Err(AssignedPrefix),
            _ => Ok(()),
        }
    }
}

/// The rule that a custom group ID breaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidCustomGroupId {
    /// No group ID has this form.
    #[error(transparent)]
    Malformed(InvalidId),
    /// Groups of this type have IDs with a prefix.
    #[error("the ID of a {group_type} group must start with `{prefix}`")]
    MissingPrefix {
        /// The type.
        group_type: GroupType,
        /// The prefix.
        prefix: &'static str,
    },
    /// IDs with this prefix are assigned by the service.
    #[error("a custom group ID must not start with `{ASSIGNED_GROUP_ID_PREFIX}`")]
    AssignedPrefix,
}
