//! Regions, services and group types.

use super::rust::{Code, literal, literals, option, optional_literal};
use crate::{
    model::{Model, names},
    spec::format::{Joining, Located, RegionStatus, Site},
};

/// The services and the URL of the documentation.
pub(super) fn services(model: &Model) -> String {
    let mut code = Code::file("spec/service.toml");
    code.line("use crate::{ErrorCode, Region, spec::ServiceSpec};");
    code.gap();
    code.line("/// URL of a documentation page, without the number of the page.");
    code.line(format!("pub const DOCUMENTATION_URL: &str = {:?};", model.documentation_url));
    code.gap();
    code.doc(0, ASSIGNED_PREFIX);
    let prefix = &model.assigned_group_id_prefix;
    code.line(format!("pub const ASSIGNED_GROUP_ID_PREFIX: &str = {prefix:?};"));
    code.gap();
    code.line("/// The services: the first segment of a path after the version.");
    code.line("pub static SERVICES: &[ServiceSpec] = &[");
    for (name, service) in &model.services {
        let refused = service.unsupported_group_type_code.as_ref();
        code.line("ServiceSpec {");
        code.line(format!("service: {name:?},"));
        let codes = [
            ("unknown_command_code", &service.unknown_command_code),
            ("invalid_json_code", &service.invalid_json_code),
            ("invalid_parameter_code", &service.invalid_parameter_code),
            ("not_admin_code", &service.not_admin_code),
        ];
        for (field, number) in codes {
            code.line(format!("{field}: ErrorCode::new({}),", number.as_ref()));
        }
        let refused = option(refused.map(|number| format!("ErrorCode::new({})", number.as_ref())));
        code.line(format!("unsupported_group_type_code: {refused},"));
        code.line(format!("regions: {},", option(service.regions.as_deref().map(region_list))));
        code.line(format!("timeout_seconds: {},", option(service.timeout_seconds)));
        code.line("},");
    }
    code.line("];");
    code.finish()
}

fn region_list(ids: &[Located<String>]) -> String {
    let variants: Vec<String> =
        ids.iter().map(|id| format!("Region::{}", names::type_name(id.as_ref()))).collect();
    format!("&[{}]", variants.join(", "))
}

/// The regions and the enumeration of them.
pub(super) fn regions(model: &Model) -> String {
    let mut code = Code::file("spec/regions.toml");
    code.line("use crate::spec::{RegionSpec, RegionStatus, Site};");
    code.gap();
    code.line("/// Region of an app. All calls for the app go to the domain of its region.");
    code.line("#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]");
    code.line("#[non_exhaustive]");
    code.line("pub enum Region {");
    for region in &model.regions {
        let status = match region.facts.status {
            RegionStatus::Current => "",
            RegionStatus::Withdrawn => " No longer offered.",
            RegionStatus::Unconfirmed => " Not in the documentation.",
        };
        code.doc(4, &format!("{}: `{}`.{status}", region.facts.name, region.facts.domain));
        code.line(format!("{},", region.variant));
    }
    code.line("}");
    code.gap();
    code.line("impl Region {");
    code.line("/// Every region.");
    let all: Vec<String> =
        model.regions.iter().map(|region| format!("Self::{}", region.variant)).collect();
    code.line(format!("pub const ALL: &'static [Self] = &[{}];", all.join(", ")));
    code.line("}");
    code.gap();
    code.line("/// Facts about the regions, in the order of [`Region::ALL`].");
    code.line("pub static REGIONS: &[RegionSpec] = &[");
    for region in &model.regions {
        let status = match region.facts.status {
            RegionStatus::Current => "Current",
            RegionStatus::Withdrawn => "Withdrawn",
            RegionStatus::Unconfirmed => "Unconfirmed",
        };
        code.line("RegionSpec {");
        code.line(format!("id: {:?},", region.id));
        code.line(format!("name: {:?},", region.facts.name));
        code.line(format!("aliases: &{:?},", region.facts.aliases));
        code.line(format!("domain: {:?},", region.facts.domain));
        code.line(format!("backup_domain: {:?},", region.facts.backup_domain));
        let site = match region.facts.site {
            Site::China => "China",
            Site::International => "International",
        };
        code.line(format!("site: Site::{site},"));
        code.line(format!("status: RegionStatus::{status},"));
        code.line(format!("note: {},", optional_literal(region.facts.note.as_deref(), 12)));
        code.line("},");
    }
    code.line("];");
    code.finish()
}

/// The group types.
pub(super) fn group_types(model: &Model) -> String {
    let mut code = Code::file("spec/group_types.toml");
    code.line("use crate::{GroupType, spec::{GroupTypeSpec, Joining}};");
    code.gap();
    code.line("/// Abilities of the predefined group types.");
    code.line("pub static GROUP_TYPES: &[GroupTypeSpec] = &[");
    for (name, group_type) in &model.group_types {
        let variant = names::variant(name);
        code.line("GroupTypeSpec {");
        code.line(format!("group_type: GroupType::{variant},"));
        code.line(format!("guide_name: {:?},", group_type.guide_name));
        code.line(format!("summary: {},", literal(&group_type.summary, 17)));
        code.line(format!("max_members: {},", option(group_type.max_members)));
        let imported = option(group_type.imported_max_members);
        code.line(format!("imported_max_members: {imported},"));
        let abilities = [
            ("limited_growth", group_type.limited_growth),
            ("muting", group_type.muting),
            ("banning", group_type.banning),
            ("removal", group_type.removal),
            ("adding", group_type.adding),
            ("stores_members", group_type.stores_members),
            ("topics", group_type.topics),
            ("owner_leaves", group_type.owner_leaves),
        ];
        for (ability, has) in abilities {
            code.line(format!("{ability}: {has},"));
        }
        let joining = match group_type.joining {
            Joining::Free => "Free",
            Joining::Approval => "Approval",
            Joining::Invitation => "Invitation",
        };
        code.line(format!("joining: Joining::{joining},"));
        let prefix = option(group_type.id_prefix.as_ref().map(|prefix| format!("{prefix:?}")));
        code.line(format!("id_prefix: {prefix},"));
        code.line(format!("notes: {},", literals(&group_type.notes, 12)));
        code.line("},");
    }
    code.line("];");
    code.finish()
}

const ASSIGNED_PREFIX: &str = "\
Prefix of the group IDs that the service assigns. A custom group ID must not start with it, unless its \
group type has a prefix of its own; see [`GroupTypeSpec::check_custom_id`]\
(crate::spec::GroupTypeSpec::check_custom_id).";
