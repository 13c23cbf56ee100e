//! What all endpoints share: `spec/service.toml`, `spec/regions.toml` and `spec/group_types.toml`.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::located::Located;

/// What all endpoints share: `spec/service.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceFile {
    /// URL of a documentation page, without its number.
    pub(crate) documentation_url: String,
    /// Prefix of the group ids that the service assigns.
    pub(crate) assigned_group_id_prefix: String,
    /// The editions of an app by their id, from the lowest to the highest.
    pub(crate) editions: IndexMap<Located<String>, String>,
    /// What an edition can add to the quotas of endpoints with `raisable_quota`.
    pub(crate) raisable_quotas: RaisableQuotas,
    /// The areas: the folders of `spec/endpoints`, each with its own cargo feature.
    pub(crate) areas: IndexMap<Located<String>, Area>,
    /// The services: the first path segment after the version.
    pub(crate) services: IndexMap<Located<String>, Service>,
}

/// What can be added to the quotas of some endpoints.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RaisableQuotas {
    /// Calls per second of one step.
    pub(crate) step: u32,
    /// The editions that can buy steps, by their id.
    pub(crate) editions: Vec<Located<String>>,
}

/// An area: a folder of `spec/endpoints`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Area {
    /// What its endpoints are about.
    pub(crate) doc: String,
    /// Set if its cargo feature is not on by default.
    #[serde(default)]
    pub(crate) optional: bool,
    /// URL of its documentation pages, without their number, if they are not among the others.
    pub(crate) documentation_url: Option<String>,
    /// Folders of `spec/webhooks` that belong to it in addition to the one with its name, and need
    /// its cargo feature as well. Only for optional areas.
    #[serde(default)]
    pub(crate) webhooks: Vec<Located<String>>,
}

impl Area {
    /// The folders of `spec/webhooks` that need the cargo feature of the area with this name.
    pub(crate) fn modules<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.optional.then_some(name);
        own.into_iter().chain(self.webhooks.iter().map(|module| module.as_ref().as_str()))
    }
}

/// What the endpoints of one service share.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    /// Response to a command that it does not have.
    pub(crate) unknown_command_code: Located<i32>,
    /// Response to a body that is not JSON.
    pub(crate) invalid_json_code: Located<i32>,
    /// Response to a field that breaks a rule.
    pub(crate) invalid_parameter_code: Located<i32>,
    /// Response to a caller who is not an admin of the app.
    pub(crate) not_admin_code: Located<i32>,
    /// Response to an unsupported group type, if the page of the endpoint does not name one.
    pub(crate) unsupported_group_type_code: Option<Located<i32>>,
    /// The only regions in which it exists, by id; omitted if its pages do not limit them.
    pub(crate) regions: Option<Vec<Located<String>>>,
    /// After how many seconds it gives up on a call; omitted if its pages do not say so.
    pub(crate) timeout_seconds: Option<u32>,
}

/// The regions: `spec/regions.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegionsFile {
    /// The regions by id.
    pub(crate) regions: IndexMap<Located<String>, Region>,
}

/// A region.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Region {
    /// Its name.
    pub(crate) name: String,
    /// Other ids that are read.
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    /// Domain of the server API.
    pub(crate) domain: String,
    /// Domain to use when the first one cannot be reached.
    pub(crate) backup_domain: String,
    /// The site whose limits apply to its apps.
    pub(crate) site: Site,
    /// Whether it is offered.
    pub(crate) status: RegionStatus,
    /// What else is known.
    pub(crate) note: Option<String>,
}

/// A site of the vendor.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Site {
    China,
    International,
}

/// Whether a region is offered.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RegionStatus {
    /// It is.
    Current,
    /// It was once.
    Withdrawn,
    /// Only third-party code names it.
    Unconfirmed,
}

/// The group types: `spec/group_types.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupTypesFile {
    /// The group types by their value in the API.
    pub(crate) group_types: IndexMap<Located<String>, GroupType>,
}

/// A group type.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupType {
    /// Its name in guides and the console.
    pub(crate) guide_name: String,
    /// What it is for.
    pub(crate) summary: String,
    /// Maximum number of members in the highest plan; omitted if there is no limit.
    pub(crate) max_members: Option<u32>,
    /// Maximum number of members of an imported group that does not state its own; omitted if such
    /// groups cannot be imported.
    pub(crate) imported_max_members: Option<u32>,
    /// Whether new groups count toward the daily limit of growth.
    pub(crate) limited_growth: bool,
    /// Whether single members can be muted.
    pub(crate) muting: bool,
    /// Whether members can be banned.
    pub(crate) banning: bool,
    /// Whether members can be removed.
    pub(crate) removal: bool,
    /// Whether members can be added or imported by the app.
    pub(crate) adding: bool,
    /// Whether the service keeps a list of members with their profiles.
    pub(crate) stores_members: bool,
    /// Whether it can be divided into topics.
    pub(crate) topics: bool,
    /// How users join by themselves.
    pub(crate) joining: Joining,
    /// Whether its owner can leave.
    pub(crate) owner_leaves: bool,
    /// Required prefix of a custom id; omitted if only `@TGS#` is forbidden.
    pub(crate) id_prefix: Option<String>,
    /// What else is known, one fact each.
    #[serde(default)]
    pub(crate) notes: Vec<String>,
}

/// How users join a group by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Joining {
    /// Everybody can, whatever `ApplyJoinOption` says.
    Free,
    /// On request, unless `ApplyJoinOption` says otherwise.
    Approval,
    /// They are invited, unless `ApplyJoinOption` lets everybody in.
    Invitation,
}
