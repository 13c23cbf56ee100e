//! Facts as static data: `EndpointSpec` and `FieldSpec` values.

use super::{
    imports::Imports,
    rust::{literal, literals, number, option, optional_literal},
};
use crate::{
    model::{Bounds, Endpoint, Field, Struct, Type, Union, Values, names},
    spec::format::{Confidence, Repeat, RepeatSafety},
};

/// The `EndpointSpec` of an endpoint.
pub(super) fn endpoint(imports: &mut Imports, endpoint: &Endpoint) -> String {
    let facts = &endpoint.facts;
    for name in ["EndpointSpec", "RepeatSafety", "RepeatSpec"] {
        imports.spec(name);
    }
    let group_types = facts.group_types.as_ref().map(|types| {
        imports.krate("GroupType");
        let types: Vec<String> = types.iter().map(|name| format!("GroupType::{name}")).collect();
        format!("&[{}]", types.join(", "))
    });
    let limits: Vec<String> = facts
        .long_term_limits
        .iter()
        .map(|limit| {
            imports.spec("RateLimit");
            format!("RateLimit {{ calls: {}, per_seconds: {} }}", limit.calls, limit.per_seconds)
        })
        .collect();
    let errors: Vec<String> = facts
        .errors
        .iter()
        .map(|error| {
            imports.spec("DocumentedError");
            let own = error.own.as_ref().map(|own| format!(".meaning({})", literal(own, 12)));
            format!("DocumentedError::new({}){},\n", error.code, own.unwrap_or_default())
        })
        .collect();
    let exclusive: Vec<String> =
        facts.exactly_one_of.iter().map(|fields| format!("{},", literals(fields, 8))).collect();
    let needed: Vec<String> =
        facts.at_least_one_of.iter().map(|fields| format!("{},", literals(fields, 8))).collect();
    let lines = [
        format!("service: {:?}", endpoint.service),
        format!("command: {:?}", endpoint.command),
        format!("area: {:?}", endpoint.area),
        format!("name: {:?}", endpoint.name),
        format!("title: {}", literal(&facts.title, 11)),
        format!("summary: {}", literal(&facts.summary, 13)),
        format!("doc_page: {}", option(facts.doc_page)),
        format!("calls_per_second: {}", option(facts.calls_per_second)),
        format!("long_term_limits: &[{}]", limits.join(", ")),
        format!("group_types: {}", option(group_types)),
        format!(
            "unsupported_group_type_code: {}",
            code(imports, facts.unsupported_group_type_code)
        ),
        format!("requirement: {}", optional_literal(facts.requirement.as_deref(), 8)),
        format!("query: {}", fields_where(imports, &endpoint.request, true)),
        format!("request: {}", fields(imports, &endpoint.request)),
        format!("response: {}", fields(imports, &endpoint.response)),
        format!("exactly_one_of: &[{}]", exclusive.concat()),
        format!("at_least_one_of: &[{}]", needed.concat()),
        format!("batch: {}", batch(imports, endpoint)),
        format!("paging: {}", paging(imports, endpoint)),
        format!("repeat: {}", repeat(imports, &facts.repeat)),
        format!("errors: &[{}]", errors.concat()),
        format!("behavior: {}", literals(&facts.behavior, 8)),
        format!("quirks: {}", literals(&facts.quirks, 8)),
        format!("confidence: {}", confidence(imports, facts.confidence)),
        format!("unverified: {}", literals(&facts.unverified, 8)),
    ];
    format!(
        "pub(in crate::generated) static SPEC: EndpointSpec = EndpointSpec {{\n{},\n}};",
        lines.join(",\n")
    )
}

pub(super) fn confidence(imports: &mut Imports, confidence: Confidence) -> &'static str {
    imports.spec("Confidence");
    match confidence {
        Confidence::Low => "Confidence::Low",
        Confidence::Medium => "Confidence::Medium",
        Confidence::High => "Confidence::High",
    }
}

/// The constant with the forms of a union. They stand in a function, since one may hold others of
/// its kind.
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
        "const {}: TaggedSpec = TaggedSpec {{ tag: {:?}, content: {:?}, variants: || &[\n{}] }};",
        names::screaming(&union.name),
        union.tag,
        union.content,
        variants.concat(),
    )
}

/// The constant with the fields of an object.
pub(super) fn fields_const(imports: &mut Imports, object: &Struct) -> String {
    imports.spec("FieldSpec");
    format!("const {}: &[FieldSpec] = {};", object.fields_const(), fields(imports, object))
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
    format!(
        "FieldSpec::{constructor}({:?}, {}, {}){aliases}{}{},\n",
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
            imports.beside(path, name.clone());
            return format!("FieldKind::Tagged(&{name})");
        }
        Type::Struct(path) => {
            let name = names::screaming(&path.name);
            imports.beside(path, name.clone());
            return format!("FieldKind::Object({name})");
        }
        integer => {
            debug_assert!(integer.is_integer());
            "Integer"
        }
    };
    format!("FieldKind::{kind}")
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
    if let Some(items) = bounds.max_items {
        calls += &format!(".max_items({items})");
    }
    match &bounds.values {
        Values::Any => {}
        Values::Listed(list) => {
            imports.named(&list.path);
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

fn batch(imports: &mut Imports, endpoint: &Endpoint) -> String {
    if endpoint.batch.is_none() {
        return "None".to_owned();
    }
    imports.spec("BatchSpec");
    "Some(BATCH)".to_owned()
}

/// The `BatchSpec` that both the endpoint's facts and its trait refer to.
pub(super) fn batch_const(imports: &mut Imports, endpoint: &Endpoint) -> Option<String> {
    let batch = endpoint.batch.as_ref()?;
    imports.spec("BatchSpec");
    let list = batch.outcome.as_ref().map(|outcome| format!("{:?}", outcome.list.as_ref()));
    Some(format!(
        "const BATCH: BatchSpec = BatchSpec {{ field: {:?}, max: {}, too_many_code: {}, \
         sequential: {}, outcome_list: {} }};",
        batch.field,
        option(batch.max),
        code(imports, batch.too_many_code),
        batch.sequential,
        option(list),
    ))
}

fn paging(imports: &mut Imports, endpoint: &Endpoint) -> String {
    let Some(paging) = &endpoint.paging else { return "None".to_owned() };
    imports.spec("PagingSpec");
    let cursor_fields: Vec<String> = paging
        .modes
        .iter()
        .flat_map(|mode| &mode.advance)
        .map(|step| format!("{:?}", step.set.as_ref()))
        .collect();
    format!(
        "Some(PagingSpec {{ items: {:?}, page_size_field: {}, max_page_size: {}, cursor_fields: \
         &[{}], end: {} }})",
        paging.items,
        option(paging.page_size.as_ref().map(|(field, _)| format!("{field:?}"))),
        option(paging.page_size.as_ref().map(|(_, max)| max)),
        cursor_fields.join(", "),
        literal(&paging.end, 13),
    )
}

fn repeat(imports: &mut Imports, repeat: &Repeat) -> String {
    let field = repeat.field.as_ref().map_or("", |field| field.as_ref());
    let safety = match repeat.safe {
        RepeatSafety::Always => "RepeatSafety::Safe".to_owned(),
        RepeatSafety::Never => "RepeatSafety::Unsafe".to_owned(),
        RepeatSafety::Unclear => "RepeatSafety::Unclear".to_owned(),
        RepeatSafety::WithField => format!(
            "RepeatSafety::SafeWith {{ field: {field:?}, window_seconds: {} }}",
            option(repeat.window_seconds)
        ),
        RepeatSafety::WhenField => {
            let equals = repeat.equals.as_ref().map(crate::model::json).unwrap_or_default();
            format!("RepeatSafety::SafeWhen {{ field: {field:?}, equals: {equals:?} }}")
        }
    };
    let done: Vec<String> = repeat
        .already_done
        .iter()
        .map(|code| {
            imports.krate("ErrorCode");
            format!("ErrorCode::new({})", code.as_ref())
        })
        .collect();
    format!(
        "RepeatSpec {{ safety: {safety}, billed: {}, already_done: &[{}], note: {} }}",
        repeat.billed,
        done.join(", "),
        optional_literal(repeat.note.as_deref(), 14),
    )
}

fn code(imports: &mut Imports, code: Option<i32>) -> String {
    option(code.map(|code| {
        imports.krate("ErrorCode");
        format!("ErrorCode::new({code})")
    }))
}
