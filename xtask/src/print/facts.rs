//! Facts as static data: `EndpointSpec` and `FieldSpec` values.

use std::fmt::Display;

use super::{
    imports::Imports,
    limits,
    rust::{literal, literals, number, option},
};
use crate::{
    model::{
        Batch, Bounds, CustomId, CustomTags, DocPage, Endpoint, Field, OutcomeRule, Paging,
        StringEnum, Struct, Tags, Type, Union, Values, names,
    },
    spec::format::{Confidence, MaxItems, Repeat, RepeatSafety, ResultMeaning},
};

/// The `EndpointSpec` of an endpoint, without the facts that do not apply.
pub(super) fn endpoint(imports: &mut Imports, endpoint: &Endpoint) -> String {
    let facts = &endpoint.facts;
    imports.spec("EndpointSpec");
    let mut table = Table::new("EndpointSpec");
    table.put("service", format!("{:?}", endpoint.service));
    table.put("command", format!("{:?}", endpoint.command));
    let older_commands: Vec<String> =
        facts.older_commands.iter().map(|command| format!("{command:?}")).collect();
    table.list("older_commands", &format!("&[{}]", older_commands.join(", ")));
    table.put("area", format!("{:?}", endpoint.area));
    table.put("name", format!("{:?}", endpoint.name));
    table.put("title", literal(&facts.title, 11));
    table.put("summary", literal(&facts.summary, 13));
    table.doc_page(facts.doc_page.as_ref());
    table.some("withdrawn", facts.withdrawn.as_ref().map(|text| literal(text, 8)));
    table.some("calls_per_second", facts.calls_per_second);
    table.list("edition_quotas", &limits::edition_quotas(imports, &facts.edition_quotas));
    table.flag("raisable_quota", facts.raisable.is_some());
    table.list("long_term_limits", &limits::long_term_limits(imports, &facts.long_term_limits));
    let too_fast = facts.rate_limit_code;
    table.some("rate_limit_code", too_fast.map(|number| code(imports, number)));
    let invalid_parameter = facts.invalid_parameter_code;
    table.some("invalid_parameter_code", invalid_parameter.map(|number| code(imports, number)));
    table.flag("without_action_status", facts.without_action_status);
    table
        .some("group_types", facts.group_types.as_deref().map(|types| group_types(imports, types)));
    table.some(
        "newer_group_types",
        facts.newer_group_types.as_ref().map(|newer| {
            imports.spec("NewerGroupTypes");
            let types = group_types(imports, &newer.variants);
            format!(
                "NewerGroupTypes {{ group_types: {types}, as_of: {:?}, older_as_of: {:?} }}",
                newer.as_of, newer.older_as_of
            )
        }),
    );
    let unsupported = facts.unsupported_group_type_code;
    table.some("unsupported_group_type_code", unsupported.map(|number| code(imports, number)));
    table.some("requirement", facts.requirement.as_ref().map(|text| literal(text, 8)));
    table.some("irreversible", facts.irreversible.as_ref().map(|text| literal(text, 8)));
    table.list("query", &fields_where(imports, &endpoint.request, true));
    table.list("request", &fields(imports, &endpoint.request));
    table.list("response", &fields(imports, &endpoint.response));
    table.list("exactly_one_of", &groups_of_fields(&facts.exactly_one_of));
    table.list("at_least_one_of", &groups_of_fields(&facts.at_least_one_of));
    let custom_group_id = facts.custom_group_id.as_ref().map(|fields| {
        imports.spec("CustomGroupIdSpec");
        let (field, group_type) = (fields.field.as_ref(), fields.group_type.as_ref());
        format!("CustomGroupIdSpec {{ field: {field:?}, group_type: {group_type:?} }}")
    });
    table.some("custom_group_id", custom_group_id);
    table.some("batch", endpoint.batch.as_ref().map(|_| "BATCH"));
    table.some("paging", endpoint.paging.as_ref().map(|found| paging(imports, found)));
    table.put("repeat", repeat(imports, &facts.repeat, facts.counted_field.as_deref()));
    let errors: Vec<String> = facts
        .errors
        .iter()
        .map(|error| {
            imports.spec("DocumentedError");
            let own = error.own.as_ref().map(|own| format!(".meaning({})", literal(own, 12)));
            format!("DocumentedError::new({}){},\n", error.code, own.unwrap_or_default())
        })
        .collect();
    table.list("errors", &format!("&[{}]", errors.concat()));
    table.list("behavior", &literals(&facts.behavior, 8));
    table.list("quirks", &literals(&facts.quirks, 8));
    table.put("confidence", confidence(imports, facts.confidence));
    table.list("unverified", &literals(&facts.unverified, 8));
    format!("pub(in crate::generated) static SPEC: EndpointSpec = {};", table.finish())
}

fn group_types(imports: &mut Imports, variants: &[String]) -> String {
    imports.krate("GroupType");
    let types: Vec<String> = variants.iter().map(|name| format!("GroupType::{name}")).collect();
    format!("&[{}]", types.join(", "))
}

fn groups_of_fields(groups: &[Vec<String>]) -> String {
    let groups: Vec<String> =
        groups.iter().map(|fields| format!("{},", literals(fields, 8))).collect();
    format!("&[{}]", groups.concat())
}

pub(super) fn confidence(imports: &mut Imports, confidence: Confidence) -> &'static str {
    imports.spec("Confidence");
    match confidence {
        Confidence::Low => "Confidence::Low",
        Confidence::Medium => "Confidence::Medium",
        Confidence::High => "Confidence::High",
    }
}

/// The constant with what belongs to the tags of an enumeration.
pub(super) fn tags_const(imports: &mut Imports, list: &StringEnum, tags: &Tags) -> String {
    imports.spec("TagSpec");
    let fields: Vec<String> = tags.fields.iter().map(|each| field(imports, each)).collect();
    let custom = tags.custom.as_ref().map(|custom| {
        imports.spec("CustomTagSpec");
        let CustomTags { max_letters, field: value } = custom;
        let value = field(imports, value);
        let value = value.trim_end().trim_end_matches(',');
        format!("CustomTagSpec {{ max_letters: {max_letters}, value: {value} }}")
    });
    format!(
        "pub(in crate::generated) const {}: TagSpec = TagSpec {{ tags: &[{}], custom: {} }};",
        names::screaming(&list.name),
        fields.concat(),
        option(custom),
    )
}

/// The constant with the variants of a union. They are returned by a function, because a variant may
/// contain the union itself.
pub(super) fn union_const(imports: &mut Imports, union: &Union) -> String {
    imports.spec("TaggedSpec");
    imports.spec("TaggedVariant");
    let variants: Vec<String> = union
        .variants
        .iter()
        .map(|variant| {
            let fields = names::screaming(&variant.content.name);
            format!("TaggedVariant {{ value: {:?}, fields: {fields} }},\n", variant.value)
        })
        .collect();
    format!(
        "pub(in crate::generated) const {}: TaggedSpec = TaggedSpec {{ tag: {:?}, content: {:?}, variants: || &[\n{}] }};",
        names::screaming(&union.name),
        union.tag,
        union.content,
        variants.concat(),
    )
}

/// The constant with the fields of an object.
pub(super) fn fields_const(imports: &mut Imports, object: &Struct) -> String {
    imports.spec("FieldSpec");
    let name = object.fields_const();
    format!("pub(in crate::generated) const {name}: &[FieldSpec] = {};", fields(imports, object))
}

pub(super) fn fields(imports: &mut Imports, object: &Struct) -> String {
    fields_where(imports, object, false)
}

fn fields_where(imports: &mut Imports, object: &Struct, in_query: bool) -> String {
    let fields: Vec<String> = object
        .fields
        .iter()
        .filter(|field| field.in_query == in_query)
        .map(|field| self::field(imports, field))
        .collect();
    format!("&[{}]", fields.concat())
}

fn field(imports: &mut Imports, field: &Field) -> String {
    imports.spec("FieldSpec");
    imports.spec("FieldKind");
    let constructor = if field.required { "required" } else { "optional" };
    let aliases: Vec<String> = field.aliases.iter().map(|alias| format!("{alias:?}")).collect();
    let aliases = if aliases.is_empty() {
        String::new()
    } else {
        format!(".aliases(&[{}])", aliases.join(", "))
    };
    let older_values: String = field
        .older_values
        .iter()
        .map(|(older, current)| format!("({older:?}, {current:?}), "))
        .collect();
    let older_values = if older_values.is_empty() {
        String::new()
    } else {
        format!(".older_values(&[{older_values}])")
    };
    format!(
        "FieldSpec::{constructor}({:?}, {}, {}){aliases}{older_values}{}{},\n",
        field.wire,
        kind(imports, &field.ty),
        literal(&field.doc, 12),
        bounds(imports, &field.bounds, field.default.as_deref()),
        if field.unverified { ".unverified()" } else { "" },
    )
}

fn kind(imports: &mut Imports, ty: &Type) -> String {
    let kind = match ty {
        Type::String | Type::Id(_) | Type::StringEnum(_) => "String",
        Type::Boolean => "Boolean",
        Type::F64 => "Number",
        Type::Json => "Any",
        Type::TagValue => "TagValue",
        Type::Verdict(min, max) => {
            return format!(
                "FieldKind::Verdict {{ min: {}, max: {} }}",
                number(*min),
                number(*max)
            );
        }
        Type::Map(item) => return format!("FieldKind::Map(&{})", kind(imports, item)),
        Type::Array(item) => return format!("FieldKind::Array(&{})", kind(imports, item)),
        Type::Union(path) => {
            let name = names::screaming(&path.name);
            imports.table(path, &name);
            return format!("FieldKind::Tagged(&{name})");
        }
        Type::Struct(path) => {
            let name = names::screaming(&path.name);
            imports.table(path, &name);
            return format!("FieldKind::Object({name})");
        }
        integer => {
            debug_assert!(integer.is_integer());
            "Integer"
        }
    };
    format!("FieldKind::{kind}")
}

fn custom_id(imports: &mut Imports, id: &CustomId) -> String {
    imports.spec("CustomIdSpec");
    let CustomId { marker, is_prefix, assigned_marker, printable_ascii } = id;
    let assigned = option(assigned_marker.as_ref().map(|marker| format!("{marker:?}")));
    format!(
        ".custom_id(&CustomIdSpec {{ marker: {marker:?}, is_prefix: {is_prefix}, \
         assigned_marker: {assigned}, printable_ascii: {printable_ascii} }})"
    )
}

fn bounds(imports: &mut Imports, bounds: &Bounds, default: Option<&str>) -> String {
    let mut calls = String::new();
    if let Some(default) = default {
        calls += &format!(".default_value({})", literal(default, 12));
    }
    if let Some(min) = bounds.min {
        calls += &format!(".min({})", number(min));
    }
    if let Some(max) = bounds.max {
        calls += &format!(".max({})", number(max));
    }
    if let Some(bytes) = bounds.max_bytes {
        calls += &format!(".max_bytes({bytes})");
    }
    if let Some(id) = &bounds.custom_id {
        calls += &custom_id(imports, id);
    }
    if let Some(items) = bounds.max_items {
        calls += &format!(".max_items({})", items.most());
        if let Some(by_site) = limits::max_by_site(imports, items) {
            calls += &format!(".max_items_by_site({by_site})");
        }
    }
    match &bounds.values {
        Values::Any => {}
        Values::Listed(list) => {
            imports.public(&list.path);
            let name = &list.path.name;
            calls += &if list.strings.is_empty() {
                format!(".integer_values({name}::VALUES)")
            } else {
                format!(".string_values({name}::NAMES)")
            };
        }
        Values::Texts(texts) => {
            let texts: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
            calls += &format!(".string_values(&[{}])", texts.join(", "));
        }
        Values::Numbers(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(|value| number(*value)).collect();
            calls += &format!(".integer_values(&[{}])", numbers.join(", "));
        }
    }
    calls
}

/// The `BatchSpec` that both the endpoint's facts and its trait refer to.
pub(super) fn batch_const(imports: &mut Imports, batch: &Batch) -> String {
    imports.spec("BatchSpec");
    let mut table = Table::new("BatchSpec");
    table.put("field", format!("{:?}", batch.list.wire));
    table.some("max", batch.spec.max.map(MaxItems::least));
    let by_site = batch.spec.max.and_then(|max| limits::max_by_site(imports, max));
    table.some("max_by_site", by_site);
    table.some(
        "too_many_code",
        batch.spec.too_many_code.as_ref().map(|number| code(imports, *number.as_ref())),
    );
    table.flag("sequential", batch.spec.sequential);
    let rows = match &batch.outcomes {
        OutcomeRule::AllDone => None,
        OutcomeRule::InOrder { rows, .. } | OutcomeRule::ByKey { rows, .. } => Some(rows),
    };
    table.some("outcome_list", rows.map(|rows| format!("{:?}", rows.wire)));
    table.flag("has_error_codes", batch.has_error_codes());
    if let Some(outcome) = &batch.spec.outcome {
        let outcome = outcome.as_ref();
        if !outcome.results.is_empty() {
            imports.spec("ItemResult");
        }
        let results: Vec<String> = outcome.results.iter().map(item_result).collect();
        table.list("results", &format!("&[{}]", results.join(", ")));
        table.some("failed", outcome.failed.as_ref().map(|failed| literal(failed, 12)));
    }
    format!("pub(in crate::generated) const BATCH: BatchSpec = {};", table.finish())
}

fn item_result(result: &ResultMeaning) -> String {
    let ResultMeaning { value, meaning, too_early } = result;
    let call = format!("ItemResult::new({}, {})", number(*value), literal(meaning, 8));
    if *too_early { format!("{call}.too_early()") } else { call }
}

fn paging(imports: &mut Imports, paging: &Paging) -> String {
    imports.spec("PagingSpec");
    let cursor_fields: Vec<String> =
        paging.cursor_fields().map(|field| format!("{:?}", field.wire)).collect();
    let mut table = Table::new("PagingSpec");
    table.put("items", format!("{:?}", paging.items.wire));
    let size = paging.page_size.as_ref();
    table.some("page_size_field", size.map(|(field, _)| format!("{:?}", field.wire)));
    table.some("max_page_size", size.map(|(_, max)| max));
    table.put("cursor_fields", format!("&[{}]", cursor_fields.join(", ")));
    table.put("end", literal(&paging.end, 13));
    table.finish()
}

fn repeat(imports: &mut Imports, repeat: &Repeat, list: Option<&str>) -> String {
    imports.spec("RepeatSafety");
    imports.spec("RepeatSpec");
    let field = repeat.field.as_ref().map_or("", |field| field.as_ref());
    let safety = match repeat.safe {
        RepeatSafety::Always => "RepeatSafety::Safe".to_owned(),
        RepeatSafety::Never => "RepeatSafety::Unsafe".to_owned(),
        RepeatSafety::Unclear => "RepeatSafety::Unclear".to_owned(),
        RepeatSafety::WithField => format!(
            "RepeatSafety::SafeWith {{ field: {field:?}, window_seconds: {} }}",
            option(repeat.window_seconds)
        ),
        RepeatSafety::WithItemField => format!(
            "RepeatSafety::SafeWithItems {{ list: {:?}, field: {field:?}, window_seconds: {} }}",
            list.unwrap_or_default(),
            repeat.window_seconds.unwrap_or_default()
        ),
        RepeatSafety::Unchanged => format!(
            "RepeatSafety::SafeUnchanged {{ window_seconds: {} }}",
            repeat.window_seconds.unwrap_or_default()
        ),
        RepeatSafety::WhenField => {
            let equals = repeat.equals.as_ref().map(crate::model::json).unwrap_or_default();
            format!("RepeatSafety::SafeWhen {{ field: {field:?}, equals: {equals:?} }}")
        }
    };
    let done: Vec<String> =
        repeat.already_done.iter().map(|number| code(imports, *number.as_ref())).collect();
    let mut table = Table::new("RepeatSpec");
    table.put("safety", safety);
    table.flag("billed", repeat.billed);
    table.list("already_done", &format!("&[{}]", done.join(", ")));
    table.some("note", repeat.note.as_ref().map(|note| literal(note, 14)));
    if let Some(resolved) = &repeat.resolved_by {
        imports.spec("ResolvedBy");
        let (service, command) = resolved.endpoint.as_ref().split_once('/').unwrap_or_default();
        let how = literal(&resolved.how, 20);
        table.put("resolved_by", format!("Some(ResolvedBy::new({service:?}, {command:?}, {how}))"));
    }
    table.finish()
}

fn code(imports: &mut Imports, code: i32) -> String {
    imports.krate("ErrorCode");
    format!("ErrorCode::new({code})")
}

/// A struct literal that takes the facts that do not apply from `EMPTY`.
pub(super) struct Table {
    name: &'static str,
    lines: Vec<String>,
    is_partial: bool,
}

impl Table {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, lines: Vec::new(), is_partial: false }
    }

    pub(super) fn put(&mut self, field: &str, value: impl Display) {
        self.lines.push(format!("{field}: {value},\n"));
    }

    pub(super) fn some(&mut self, field: &str, value: Option<impl Display>) {
        match value {
            Some(value) => self.put(field, format!("Some({value})")),
            None => self.is_partial = true,
        }
    }

    pub(super) fn doc_page(&mut self, page: Option<&DocPage>) {
        self.some("doc_page", page.map(|page| page.number));
        match page.and_then(|page| page.site.as_ref()) {
            Some(site) => self.put("documentation_site", format!("{site:?}")),
            None => self.is_partial = true,
        }
    }

    pub(super) fn list(&mut self, field: &str, slice: &str) {
        if slice == "&[]" {
            self.is_partial = true;
        } else {
            self.put(field, slice);
        }
    }

    pub(super) fn flag(&mut self, field: &str, is_set: bool) {
        if is_set {
            self.put(field, true);
        } else {
            self.is_partial = true;
        }
    }

    pub(super) fn finish(self) -> String {
        let Self { name, lines, is_partial } = self;
        let base = if is_partial { format!("..{name}::EMPTY\n") } else { String::new() };
        format!("{name} {{\n{}{base}}}", lines.concat())
    }
}
