//! Shared types, and the modules that contain them and the endpoints.

use std::fmt::Debug;

use super::{
    facts,
    imports::Imports,
    objects::plain_object,
    rust::{Code, option},
};
use crate::model::{
    Area, Id, IntegerEnum, Model, SharedTypes, StringEnum, Union, Variant, WEBHOOK,
};

pub(super) fn has_types(types: &SharedTypes) -> bool {
    !types.type_names().is_empty()
}

/// The file of shared types of an area, or of the root of the crate.
pub(super) fn shared(types: &SharedTypes, area: Option<&str>) -> String {
    let mut imports = Imports::new(area);
    let mut body = Code::default();
    for id in &types.ids {
        imports.krate("id::text_id");
        text_id(&mut body, id);
    }
    for list in &types.string_enums {
        imports.krate("UnknownValue");
        imports.krate("open_enum::open_string_enum");
        string_enum(&mut body, list);
        if list.tags.is_some() {
            tags_const(&mut body, &mut imports, list, area);
        }
    }
    for list in &types.integer_enums {
        imports.krate("UnknownInteger");
        imports.krate("open_enum::open_integer_enum");
        integer_enum(&mut body, list);
    }
    for object in &types.structs {
        plain_object(&mut body, &mut imports, object);
        body.gap();
    }
    for union in &types.unions {
        imports.krate("tagged::tagged_union");
        imports.krate("tagged::UnknownContent");
        tagged_union(&mut body, &mut imports, union);
    }
    Code::file("spec/types/").with(&imports.without_own_types(), body)
}

/// Whether any of the shared types has a table of fields.
pub(super) fn has_tables(types: &SharedTypes) -> bool {
    let has_tags = types.string_enums.iter().any(|list| list.tags.is_some());
    has_tags || !types.structs.is_empty() || !types.unions.is_empty()
}

/// The file of the tables of shared types.
pub(super) fn shared_tables(types: &SharedTypes, area: Option<&str>) -> String {
    let mut imports = Imports::new(area);
    let mut code = Code::default();
    for list in &types.string_enums {
        if let Some(tags) = &list.tags {
            code.line(facts::tags_const(&mut imports, list, tags));
            code.gap();
        }
    }
    for union in &types.unions {
        code.line(facts::union_const(&mut imports, union));
        code.gap();
    }
    for object in &types.structs {
        code.line(facts::fields_const(&mut imports, object));
        code.gap();
    }
    Code::file("spec/types/").with(&imports.without_own_tables(), code)
}

/// The module of an area.
pub(super) fn area_module(name: &str, area: &Area) -> String {
    let mut code = Code::file(&format!("spec/endpoints/{name}/"));
    let mut modules: Vec<&str> =
        area.endpoints.iter().map(|endpoint| endpoint.module.as_str()).collect();
    modules.extend(has_types(&area.shared).then_some("types"));
    modules.sort_unstable();
    for name in modules {
        code.line(format!("mod {name};"));
    }
    code.gap();
    code.line("pub(in crate::generated) mod spec;");
    code.gap();
    for endpoint in &area.endpoints {
        let names = endpoint.type_names().join(", ");
        code.line(format!("pub use self::{}::{{{names}}};", endpoint.module));
    }
    if has_types(&area.shared) {
        let names = area.shared.type_names().join(", ");
        code.line(format!("pub use self::types::{{{names}}};"));
    }
    code.finish()
}

/// The module of the tables of an area.
pub(super) fn tables_module<'a>(
    origin: &str,
    modules: impl Iterator<Item = &'a str>,
    shared: &SharedTypes,
) -> String {
    let mut code = Code::file(origin);
    let mut modules: Vec<(&str, &str)> = modules.map(|name| (name, "pub(super)")).collect();
    modules.extend(has_tables(shared).then_some(("types", "pub(in crate::generated)")));
    modules.sort_unstable();
    for (name, visibility) in modules {
        code.line(format!("{visibility} mod {name};"));
    }
    code.finish()
}

/// The root module of the generated code.
pub(super) fn root_module(model: &Model) -> String {
    let mut code = Code::file("spec/");
    for (name, area) in &model.areas {
        code.doc(0, &area.doc);
        code.feature(0, name);
        code.line(format!("pub mod {name};"));
        code.gap();
    }
    code.doc(0, "Limits of the service that do not belong to a field or to one endpoint.");
    code.line("pub mod limits;");
    code.gap();
    let private =
        ["catalog", "editions", "error_codes", "group_types", "regions", "services", "types"];
    for name in private {
        code.line(format!("mod {name};"));
    }
    code.line("mod spec;");
    code.feature(0, WEBHOOK);
    code.line(format!("pub(crate) mod {WEBHOOK};"));
    code.gap();
    for name in private {
        code.line(format!("pub use self::{name}::*;"));
    }
    code.finish()
}

fn text_id(code: &mut Code, id: &Id) {
    code.line("text_id! {");
    code.doc(4, &id.doc);
    code.line(format!(
        "    {}, max_bytes: {}, printable_ascii: {}",
        id.name,
        option(id.max_bytes),
        id.printable_ascii
    ));
    code.line("}");
    code.gap();
    markers(code, id);
}

/// Prints what marks the IDs of a kind, as constants of its type.
fn markers(code: &mut Code, id: &Id) {
    let Some(marker) = &id.marker else { return };
    code.line(format!("impl {} {{", id.name));
    code.doc(4, "The string before the part of an ID that is its own.");
    code.line(format!("    pub const MARKER: &'static str = {marker:?};"));
    if let Some(assigned) = &id.assigned_marker {
        code.gap();
        code.doc(
            4,
            "The string there in an ID that the service assigns. A custom ID must not contain it.",
        );
        code.line(format!("    pub const ASSIGNED_MARKER: &'static str = {assigned:?};"));
    }
    code.line("}");
    code.gap();
}

fn string_enum(code: &mut Code, list: &StringEnum) {
    let kind = EnumKind {
        derives: "Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash",
        unknown: "UnknownValue",
        conversions: "open_string_enum",
    };
    open_enum(code, &list.name, &list.doc, &list.values, &kind);
}

/// The constant with what belongs to the tags of an enumeration.
fn tags_const(code: &mut Code, imports: &mut Imports, list: &StringEnum, area: Option<&str>) {
    imports.spec("TagSpec");
    let table = crate::model::names::screaming(&list.name);
    match area {
        Some(area) => imports.krate(&format!("generated::{area}::spec::types::{table}")),
        None => imports.krate(&format!("generated::spec::types::{table}")),
    }
    code.line(format!("impl {} {{", list.name));
    code.doc(4, "The tags, and the value that belongs to each.");
    code.line(format!("pub const SPEC: &'static TagSpec = &{table};"));
    code.line("}");
    code.gap();
}

fn integer_enum(code: &mut Code, list: &IntegerEnum) {
    let kind = EnumKind {
        derives: "Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash",
        unknown: "UnknownInteger",
        conversions: "open_integer_enum",
    };
    open_enum(code, &list.name, &list.doc, &list.values, &kind);
}

/// The differences between open enumerations of strings and of integers.
struct EnumKind {
    derives: &'static str,
    /// The content of the variant for unlisted values.
    unknown: &'static str,
    /// The macro with the conversions.
    conversions: &'static str,
}

fn open_enum<T: Debug>(
    code: &mut Code,
    name: &str,
    doc: &str,
    values: &[Variant<T>],
    kind: &EnumKind,
) {
    let EnumKind { derives, unknown, conversions } = kind;
    code.doc(0, doc);
    code.line(format!("#[derive({derives})]"));
    code.line("#[non_exhaustive]");
    code.line(format!("pub enum {name} {{"));
    for value in values {
        code.doc(4, &value.doc);
        code.line(format!("{},", value.name));
    }
    code.doc(4, "A value that the documentation does not list.");
    code.line(format!("Other({unknown}),"));
    code.line("}");
    code.gap();
    let pairs: Vec<String> =
        values.iter().map(|value| format!("{} = {:?},\n", value.name, value.value)).collect();
    code.line(format!("{conversions}! {{\n{name} {{\n{}}}\n}}", indent(&pairs.concat())));
    code.gap();
}

fn tagged_union(code: &mut Code, imports: &mut Imports, union: &Union) {
    code.doc(0, &union.doc);
    code.line("#[derive(Clone, Debug, PartialEq)]");
    code.line("#[non_exhaustive]");
    code.line(format!("pub enum {} {{", union.name));
    let mut rows = String::new();
    for variant in &union.variants {
        imports.named(&variant.content);
        code.doc(4, &variant.doc);
        code.line(format!("{}({}),", variant.name, variant.content.name));
        rows += &format!("{} = {:?},\n", variant.name, variant.value);
    }
    code.doc(4, "An element that the documentation does not list, kept as received.");
    code.line("Other(UnknownContent),");
    code.line("}");
    code.gap();
    code.line(format!(
        "tagged_union! {{\n    {}, tag: {:?}, content: {:?} {{\n{}    }}\n}}",
        union.name,
        union.tag,
        union.content,
        indent(&rows)
    ));
    code.gap();
}

/// Indents the content of a macro with braces, which rustfmt does not format.
fn indent(lines: &str) -> String {
    lines.lines().map(|line| format!("        {line}\n")).collect()
}
