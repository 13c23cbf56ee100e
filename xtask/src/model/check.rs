//! Checks that need a whole file, or several of them.

mod batch;
mod codes;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Range,
    sync::Arc,
};


pub(super) use self::{batch::batch, codes::KnownCodes};
use super::{
    Area, Field, SharedTypes, Struct, Type, Values, Webhooks, example::Types, example_fit, names,
};
use crate::spec::{
    Diagnostics, Loaded, Source,
    format::{self, EndpointFile, ErrorsFile, Located, Repeat, RepeatSafety, ServiceFile},
};

/// What the keys of one endpoint file may refer to.
pub(super) struct References<'a> {
    pub(super) source: &'a Arc<Source>,
    pub(super) request: &'a Struct,
    pub(super) response: &'a Struct,
    pub(super) structs: &'a [Struct],
    /// The objects of `spec/types/`.
    pub(super) shared: &'a [Struct],
}

impl References<'_> {
    fn request_field(&self, name: &Located<String>, found: &mut Diagnostics) -> Option<&Field> {
        self.find(self.request, "the request", name, found)
    }

    fn response_field(&self, name: &Located<String>, found: &mut Diagnostics) -> Option<&Field> {
        self.find(self.response, "the response", name, found)
    }

    fn find<'s>(
        &self,
        object: &'s Struct,
        what: &str,
        name: &Located<String>,
        found: &mut Diagnostics,
    ) -> Option<&'s Field> {
        let field = object.field(name.as_ref());
        if field.is_none() {
            let names: Vec<&str> = object.fields.iter().map(|field| field.wire.as_str()).collect();
            let title = format!("{what} has no field {:?}", name.as_ref());
            let help = if names.is_empty() {
                format!("{what} has no fields")
            } else {
                format!("known fields: {}", names.join(", "))
            };
            found.error(self.source, name.span(), title, "unknown field", Some(help));
        }
        field
    }

    /// A field of the objects in a list.
    fn item_field(
        &self,
        list: &Field,
        name: &Located<String>,
        found: &mut Diagnostics,
    ) -> Option<&Field> {
        let Type::Struct(path) = list.ty.item() else {
            let title = format!("the items of {} are not objects", list.wire);
            found.error(self.source, name.span(), title, "only objects have fields", None);
            return None;
        };
        let objects = if path.local { self.structs } else { self.shared };
        let object = objects.iter().find(|object| object.name == path.name)?;
        self.find(object, &format!("an item of {}", list.wire), name, found)
    }

    /// A field of the objects in a list, or of objects within them: `Extension.Key`.
    fn item_path(&self, list: &Field, path: &Located<String>, found: &mut Diagnostics) {
        let mut field = list;
        for name in path.as_ref().split('.') {
            let name = Located::new(path.span(), name.to_owned());
            match self.item_field(field, &name, found) {
                Some(next) => field = next,
                None => return,
            }
        }
    }

    fn list(&self, field: &Field, span: Range<usize>, found: &mut Diagnostics) {
        if !field.ty.is_array() {
            let title = format!("{} is not an array", field.wire);
            found.error(self.source, span, title, "expected an array", None);
        }
    }
}

pub(super) fn unique_paths(files: &[Loaded<EndpointFile>], found: &mut Diagnostics) {
    let mut seen: HashMap<(&str, &str), &Arc<Source>> = HashMap::new();
    for file in files {
        let EndpointFile { service, command, .. } = &file.content;
        let path = (service.as_ref().as_str(), command.as_ref().as_str());
        if let Some(first) = seen.insert(path, &file.source) {
            let title = format!("duplicate path /v4/{}/{}", path.0, path.1);
            let help = format!("also defined in {}", first.path);
            found.error(&file.source, command.span(), title, "already defined", Some(help));
        }
    }
}

/// Every area has a description, and nothing else has.
pub(super) fn areas(
    service: &Loaded<ServiceFile>,
    endpoints: &[Loaded<EndpointFile>],
    found: &mut Diagnostics,
) {
    let areas: BTreeSet<String> = endpoints.iter().map(|file| file.source.folder()).collect();
    let described = &service.content.areas;
    for name in described.keys().filter(|name| !areas.contains(name.as_ref())) {
        let title = format!("unknown area {:?}", name.as_ref());
        let areas: Vec<&str> = areas.iter().map(String::as_str).collect();
        let help = format!("known areas: {}", areas.join(", "));
        found.error(
            &service.source,
            name.span(),
            title,
            "not a folder of spec/endpoints",
            Some(help),
        );
    }
    for area in areas.iter().filter(|area| !described.keys().any(|name| name.as_ref() == *area)) {
        let title = format!("area {area:?} has no description");
        let help = format!("add `{area} = \"…\"` to [areas]");
        found.error(&service.source, 0..0, title, "in this file", Some(help));
    }
}

pub(super) fn file_name(source: &Arc<Source>, file: &EndpointFile, found: &mut Diagnostics) {
    let command = file.command.as_ref();
    let module = names::module(command);
    let stem = source.stem();
    if stem != module && stem != format!("{module}_") && file.name.is_none() {
        let title = format!("the file should be named {module}.toml");
        let help = "a file is named after its command".to_owned();
        found.error(source, file.command.span(), title, "does not match the file name", Some(help));
    }
}

pub(super) fn service(
    source: &Arc<Source>,
    file: &EndpointFile,
    services: &[String],
    found: &mut Diagnostics,
) {
    if !services.contains(file.service.as_ref()) {
        let title = format!("unknown service {:?}", file.service.as_ref());
        let help = format!("known services: {}", services.join(", "));
        found.error(source, file.service.span(), title, "not in spec/service.toml", Some(help));
    }
}

pub(super) fn field(
    source: &Arc<Source>,
    wire: &Located<String>,
    field: &format::Field,
    ty: &Type,
    found: &mut Diagnostics,
) {
    let mut misplaced = |key: &str, fits: bool, set: bool, needs: &str| {
        if set && !fits {
            let title = format!("{key} does not apply to type {}", field.type_.as_ref());
            let label = format!("{key} needs {needs}");
            found.error(source, wire.span(), title, label, None);
        }
    };
    let is_string =
        matches!(ty.item(), Type::String | Type::Id(_) | Type::StringEnum(_) | Type::Json);
    let is_number = ty.item().is_integer() || *ty.item() == Type::F64;
    misplaced("max_items", ty.is_collection(), field.max_items.is_some(), "an Array<…>");
    misplaced("max_bytes", is_string, field.max_bytes.is_some(), "a string");
    misplaced("min", is_number, field.min.is_some(), "a number");
    misplaced("max", is_number, field.max.is_some(), "a number");
    misplaced("values", is_string || is_number, field.values.is_some(), "a string or a number");
    if let Some(quirk) = &field.quirk {
        use format::Quirk::{NumberAsString, PaddedString};
        let (fits, needs) = match quirk.as_ref() {
            NumberAsString => (ty.is_integer(), "an integer"),
            PaddedString => {
                (matches!(ty, Type::Id(_) | Type::StringEnum(_)), "an id or an enumeration")
            }
        };
        if !fits {
            let title = format!("this quirk does not apply to type {}", field.type_.as_ref());
            found.error(source, quirk.span(), title, format!("needs {needs}"), None);
        }
    }
}

pub(super) fn groups_of_fields(
    references: &References<'_>,
    groups: &[Vec<Located<String>>],
    found: &mut Diagnostics,
) {
    for name in groups.iter().flatten() {
        references.request_field(name, found);
    }
}

pub(super) fn repeat(references: &References<'_>, repeat: &Repeat, found: &mut Diagnostics) {
    let needs_field = matches!(repeat.safe, RepeatSafety::WithField | RepeatSafety::WhenField);
    match (&repeat.field, needs_field) {
        (Some(field), true) => {
            references.request_field(field, found);
        }
        (Some(field), false) => found.error(
            references.source,
            field.span(),
            "repeat.field needs safe = \"with_field\" or \"when_field\"",
            "not allowed here",
            None,
        ),
        (None, true) => found.error(
            references.source,
            section(references.source, "[repeat]"),
            "repeat.field is missing",
            "in this section",
            Some("name the request field on which the safety depends".to_owned()),
        ),
        (None, false) => {}
    }
}

pub(super) fn paging(
    references: &References<'_>,
    paging: &format::Paging,
    found: &mut Diagnostics,
) {
    let Some(items) = references.response_field(&paging.items, found) else { return };
    references.list(items, paging.items.span(), found);
    if let Some(size) = &paging.page_size {
        references.request_field(&size.field, found);
    }
    if let Some(total) = &paging.total {
        references.response_field(total, found);
    }
    if paging.modes.is_empty() {
        mode(references, items, paging.items.span(), (&paging.advance, &paging.end), found);
    } else if !paging.advance.is_empty() || !paging.end.is_empty() {
        let title = "paging has both modes and its own advance or end";
        found.error(references.source, paging.items.span(), title, "use one or the other", None);
    }
    let last = paging.modes.len().saturating_sub(1);
    for (index, each) in paging.modes.iter().enumerate() {
        if let Some(when) = &each.when {
            references.request_field(&when.field, found);
            if when.starts_with.is_some() == when.equals.is_some() {
                let title = "a condition needs exactly one of starts_with and equals";
                found.error(references.source, when.field.span(), title, "in this condition", None);
            }
        }
        let items = match &each.items {
            Some(name) => match references.response_field(name, found) {
                Some(items) => items,
                None => continue,
            },
            None => items,
        };
        if each.when.is_some() == (index == last) {
            let title = "every paging mode needs a condition, except the last, which has none";
            found.error(references.source, each.name.span(), title, "in this mode", None);
        }
        mode(references, items, each.name.span(), (&each.advance, &each.end), found);
    }
}

fn mode(
    references: &References<'_>,
    items: &Field,
    span: Range<usize>,
    (advance, end): (&[format::Advance], &[format::End]),
    found: &mut Diagnostics,
) {
    if advance.is_empty() || end.is_empty() {
        let title = "paging needs both advance and end";
        let help = "add advance = [{ set = …, to = … }] and end = [{ field = …, equals = […] }]";
        found.error(references.source, span, title, "in this paging", Some(help.to_owned()));
        return;
    }
    for step in advance {
        let Some(target) = references.request_field(&step.set, found) else { continue };
        let sources =
            [step.to.is_some(), step.add_items, step.smallest.is_some(), step.largest.is_some()];
        if sources.iter().filter(|set| **set).count() != 1 {
            let title = "a step needs exactly one of to, add_items, smallest and largest";
            found.error(references.source, step.set.span(), title, "in this step", None);
        }
        if step.add_items && target.ty != Type::U64 {
            let title = "an offset that counts items must be a u64";
            found.error(references.source, step.set.span(), title, "not a u64", None);
        }
        if let Some(name) = &step.to {
            references.response_field(name, found);
        }
        for name in [&step.smallest, &step.largest].into_iter().flatten() {
            references.item_field(items, name, found);
        }
    }
    for mark in end {
        for name in [&mark.field, &mark.total].into_iter().flatten() {
            references.response_field(name, found);
        }
        if let Some(name) = &mark.unless_sent {
            references.request_field(name, found);
        }
        if let Some(name) = &mark.smallest {
            references.item_field(items, name, found);
        }
        let is_mark = mark.field.is_some() || mark.smallest.is_some() || mark.total.is_some();
        if !is_mark && !mark.no_items {
            let title = "an end needs field or smallest with equals, or no_items, or total";
            found.error(references.source, span.clone(), title, "in this paging", None);
        }
    }
}

/// No two files of a module define the same type.
pub(super) fn unique_names(files: &[Loaded<EndpointFile>], found: &mut Diagnostics) {
    let mut seen: HashMap<(String, String), &Arc<Source>> = HashMap::new();
    for file in files {
        let EndpointFile { command, name, structs, .. } = &file.content;
        let (request, span) = match name {
            Some(name) => (name.as_ref().clone(), name.span()),
            None => (names::type_name(command.as_ref()), command.span()),
        };
        let structs = structs.keys().map(|name| (name.as_ref().clone(), name.span()));
        let types = [(format!("{request}Response"), span.clone()), (request, span)];
        for (name, span) in types.into_iter().chain(structs) {
            let area = file.source.folder();
            let title = format!("duplicate type {name} in module {area}");
            if let Some(first) = seen.insert((area, name), &file.source) {
                let help = format!("also defined in {}", first.path);
                found.error(&file.source, span, title, "already defined", Some(help));
            }
        }
    }
}

/// The codes by number; reports keys that are not numbers.
pub(super) fn error_codes(
    file: &Loaded<ErrorsFile>,
    found: &mut Diagnostics,
) -> Vec<(i32, format::ErrorCode)> {
    let mut names: HashMap<&str, &str> = HashMap::new();
    for (code, facts) in &file.content.codes {
        number(&file.source, code, found);
        if let Some(first) = names.insert(facts.name.as_ref(), code.as_ref()) {
            let title = format!("duplicate error code name {}", facts.name.as_ref());
            let help = format!("also the name of code {first}");
            found.error(&file.source, facts.name.span(), title, "already used", Some(help));
        }
    }
    let mut codes: Vec<(i32, format::ErrorCode)> = Vec::new();
    for (code, facts) in &file.content.codes {
        if let Ok(code) = code.as_ref().parse() {
            codes.push((code, facts.clone()));
        }
    }
    codes.sort_by_key(|(code, _)| *code);
    codes
}

fn number(source: &Arc<Source>, code: &Located<String>, found: &mut Diagnostics) -> Option<i32> {
    let number = code.as_ref().parse().ok();
    if number.is_none() {
        let title = format!("invalid error code {:?}", code.as_ref());
        found.error(source, code.span(), title, "expected an integer", None);
    }
    number
}

/// An id has examples, and they are valid.
pub(super) fn id(source: &Arc<Source>, id: &format::Id, found: &mut Diagnostics) {
    let examples = id.examples.as_ref();
    let too_long =
        |text: &&String| id.max_bytes.is_some_and(|max| text.len() as u64 > u64::from(max));
    let is_invalid = |text: &&String| {
        too_long(text)
            || (id.printable_ascii && !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
    };
    let title = match examples.iter().find(is_invalid) {
        Some(text) => format!("invalid example {text:?}: breaks the rules of this id"),
        None if examples.is_empty() => "an id needs at least one example".to_owned(),
        None => return,
    };
    found.error(source, id.examples.span(), title, "in these examples", None);
}

/// Examples are valid, and present wherever the type does not determine one.
pub(super) fn examples(
    shared: &SharedTypes,
    areas: &BTreeMap<String, Area>,
    webhooks: &Webhooks,
    found: &mut Diagnostics,
) {
    let everywhere = Types { shared, areas, webhooks: &webhooks.shared, local: &[] };
    let homes = areas.values().map(|area| &area.shared).chain([shared, &webhooks.shared]);
    let fields = homes.flat_map(|home| &home.structs).flat_map(|object| &object.fields);
    fields.for_each(|field| example(everywhere, field, found));
    for endpoint in areas.values().flat_map(|area| &area.endpoints) {
        let types = Types { local: &endpoint.structs, ..everywhere };
        let objects = [&endpoint.request, &endpoint.response].into_iter().chain(&endpoint.structs);
        for field in objects.flat_map(|object| &object.fields) {
            example(types, field, found);
        }
    }
    for webhook in webhooks.modules.values().flatten() {
        let types = Types { local: &webhook.structs, ..everywhere };
        let objects = webhook.structs.iter().chain([&webhook.payload]);
        objects.flat_map(|object| &object.fields).for_each(|field| example(types, field, found));
    }
}

fn example(types: Types<'_>, field: &Field, found: &mut Diagnostics) {
    let name = &field.wire;
    if let Some(example) = &field.example {
        if let Err(reason) =
            example_fit::check_value(types, &field.ty, &field.bounds, &example.value)
        {
            let title = format!("invalid example for {name}");
            found.error(
                &example.location.source,
                example.location.span.clone(),
                title,
                reason,
                None,
            );
        }
        return;
    }
    let is_open = match field.ty.item() {
        Type::String => matches!(field.bounds.values, Values::Any),
        ty => matches!(ty, Type::TagValue | Type::Json) || matches!(field.ty, Type::Map(_)),
    };
    if field.required && !field.preset && is_open {
        let title = format!("{name} needs an example");
        let label = "its type does not determine an example";
        let help = "add `example = …` with a realistic value".to_owned();
        found.error(&field.location.source, field.location.span.clone(), title, label, Some(help));
    }
}

/// The header of a section, for a diagnostic about something missing in it.
fn section(source: &Source, header: &str) -> Range<usize> {
    let start = source.text.find(header).unwrap_or(0);
    start..(start + header.len()).min(source.text.len())
}
