//! Builds the model from the files of the spec.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use indexmap::IndexMap;

use super::{
    Area, Batch, Bounds, Direction, Endpoint, EndpointFacts, EnumRef, Example, Field, Id,
    IntegerEnum, Location, Model, Paging, PagingMode, Region, ResponseType, SharedTypes,
    StringEnum, Struct, Type, TypePath, Union, UnionVariant, Values, Variant, WEBHOOK,
    WebhookResponse, Webhooks, check, docs,
    example::{self, Examples, Types},
    names,
    resolve::Registry,
};
use crate::spec::{
    Diagnostics, Loaded, Source, Spec,
    format::{self, EndpointFile, Located, TypesFile},
};

/// Builds the model, and reports errors that need more than one file to see.
pub(crate) fn build(spec: Spec, diagnostics: &mut Diagnostics) -> Model {
    check::unique_paths(&spec.endpoints, diagnostics);
    check::unique_names(&spec.endpoints, diagnostics);
    check::areas(&spec.service, &spec.endpoints, diagnostics);
    let mut builder = Builder {
        areas: spec
            .endpoints
            .iter()
            .map(|file| file.source.folder())
            .chain([WEBHOOK.to_owned()])
            .collect(),
        documentation_url: spec.service.content.documentation_url.clone(),
        services: spec.service.content.services.keys().map(|name| name.as_ref().clone()).collect(),
        codes: check::KnownCodes::new(&spec.errors.content),
        root: Registry::default(),
        objects: Vec::new(),
        diagnostics,
    };
    for file in &spec.types {
        builder.declare(file);
    }
    let mut shared = SharedTypes::default();
    let mut webhooks = Webhooks::default();
    let mut areas: BTreeMap<String, Area> = BTreeMap::new();
    for file in spec.types {
        let area = builder.area_of(&file.source);
        let types = builder.shared_types(file);
        builder.objects.extend(types.structs.iter().cloned());
        let home = match area {
            Some(area) if area == WEBHOOK => &mut webhooks.shared,
            Some(area) => &mut areas.entry(area).or_default().shared,
            None => &mut shared,
        };
        home.ids.extend(types.ids);
        home.string_enums.extend(types.string_enums);
        home.integer_enums.extend(types.integer_enums);
        home.structs.extend(types.structs);
        home.unions.extend(types.unions);
    }
    for file in spec.endpoints {
        let area = file.source.folder();
        if let Some(endpoint) = builder.endpoint(file) {
            areas.entry(area).or_default().endpoints.push(endpoint);
        }
    }
    builder.codes.check_services(&spec.service, builder.diagnostics);
    for (name, doc) in spec.service.content.areas {
        areas.entry(name.into_inner()).or_default().doc = docs::markdown(&doc);
    }
    builder.webhooks(&mut webhooks, spec.webhook, spec.webhooks);
    infer_directions(&mut shared, &mut areas, &mut webhooks);
    check::examples(&shared, &areas, &webhooks, builder.diagnostics);
    add_examples(&shared, &mut areas, &mut webhooks);
    let errors = check::error_codes(&spec.errors, builder.diagnostics);
    Model {
        documentation_url: spec.service.content.documentation_url,
        assigned_group_id_prefix: spec.service.content.assigned_group_id_prefix,
        max_message_bytes: spec.service.content.max_message_bytes,
        areas,
        shared,
        webhooks,
        regions: spec
            .regions
            .content
            .regions
            .into_iter()
            .map(|(id, facts)| Region {
                variant: names::type_name(id.as_ref()),
                id: id.into_inner(),
                facts,
            })
            .collect(),
        services: into_values(spec.service.content.services),
        group_types: into_values(spec.group_types.content.group_types),
        errors,
        error_ranges: spec.errors.content.ranges,
    }
}

pub(super) struct Builder<'a> {
    areas: BTreeSet<String>,
    pub(super) documentation_url: String,
    services: Vec<String>,
    codes: check::KnownCodes,
    pub(super) root: Registry,
    /// The objects of `spec/types/`.
    objects: Vec<Struct>,
    pub(super) diagnostics: &'a mut Diagnostics,
}

impl Builder<'_> {
    /// The module that a file of shared types belongs to; `None` for the root of the crate.
    fn area_of(&self, source: &Source) -> Option<String> {
        Some(source.stem()).filter(|stem| self.areas.contains(stem))
    }

    /// Registers the names of shared types before anything refers to them.
    fn declare(&mut self, file: &Loaded<TypesFile>) {
        let area = self.area_of(&file.source);
        let path =
            |name: &str| TypePath { area: area.clone(), local: false, name: name.to_owned() };
        let TypesFile { ids, string_enums, integer_enums, structs, unions } = &file.content;
        for (name, id) in ids {
            check::id(&file.source, id, self.diagnostics);
            self.root.add(&file.source, name, Type::Id(path(name.as_ref())), self.diagnostics);
            if let Some(max) = id.max_bytes {
                self.root.limit_id(name.as_ref(), max);
            }
        }
        for (name, list) in string_enums {
            let path = path(name.as_ref());
            self.root.add(&file.source, name, Type::StringEnum(path.clone()), self.diagnostics);
            if list.open {
                continue;
            }
            let strings = list.values.iter().map(|value| value.value.as_ref().clone()).collect();
            self.root.add_enum(EnumRef { path, strings, integers: Vec::new() });
        }
        for (name, list) in integer_enums {
            let path = path(name.as_ref());
            self.root.add(&file.source, name, Type::IntegerEnum(path.clone()), self.diagnostics);
            let integers = list.values.iter().map(|value| *value.value.as_ref()).collect();
            self.root.add_enum(EnumRef { path, strings: Vec::new(), integers });
        }
        for name in structs.keys() {
            self.root.add(&file.source, name, Type::Struct(path(name.as_ref())), self.diagnostics);
        }
        for name in unions.keys() {
            self.root.add(&file.source, name, Type::Union(path(name.as_ref())), self.diagnostics);
        }
    }

    fn shared_types(&mut self, file: Loaded<TypesFile>) -> SharedTypes {
        let registry = self.root.clone();
        let TypesFile { ids, string_enums, integer_enums, structs, unions } = file.content;
        SharedTypes {
            unions: unions
                .into_iter()
                .map(|(name, union)| self.union(&file.source, &registry, name, union))
                .collect(),
            ids: ids.into_iter().map(|(name, id)| make_id(name.into_inner(), &id)).collect(),
            string_enums: string_enums
                .into_iter()
                .map(|(name, list)| make_string_enum(name.into_inner(), list))
                .collect(),
            integer_enums: integer_enums
                .into_iter()
                .map(|(name, list)| make_integer_enum(name.into_inner(), list))
                .collect(),
            structs: self.structs(&file.source, &registry, structs),
        }
    }

    fn union(
        &mut self,
        source: &Arc<Source>,
        registry: &Registry,
        name: Located<String>,
        union: format::Union,
    ) -> Union {
        let mut variants = Vec::new();
        for variant in union.variants {
            match registry.resolve(source, &variant.type_, self.diagnostics) {
                Some(Type::Struct(content)) => variants.push(UnionVariant {
                    name: variant.name,
                    value: variant.value.into_inner(),
                    doc: docs::markdown(&variant.doc),
                    content,
                }),
                Some(_) => {
                    let title = "the content of a variant must be a struct";
                    let label = "not a struct";
                    self.diagnostics.error(source, variant.type_.span(), title, label, None);
                }
                None => {}
            }
        }
        let doc = docs::markdown(&union.doc);
        Union { name: name.into_inner(), doc, tag: union.tag, content: union.content, variants }
    }

    fn endpoint(&mut self, file: Loaded<EndpointFile>) -> Option<Endpoint> {
        let Loaded { source, content } = file;
        check::file_name(&source, &content, self.diagnostics);
        check::service(&source, &content, &self.services, self.diagnostics);
        self.codes.check_endpoint(&source, &content, self.diagnostics);
        let area = source.folder();
        let name = content.name.as_ref().map_or_else(
            || names::type_name(content.command.as_ref()),
            |name| name.as_ref().clone(),
        );
        let response_name = format!("{name}Response");

        let mut registry = self.root.clone();
        for local in content.structs.keys() {
            let path =
                TypePath { area: Some(area.clone()), local: true, name: local.as_ref().clone() };
            registry.add(&source, local, Type::Struct(path), self.diagnostics);
        }
        let mut structs = self.structs(&source, &registry, content.structs);
        let mut query = self.fields(&source, &registry, content.query);
        for field in &mut query {
            field.in_query = true;
        }
        let mut request = Struct {
            doc: String::new(),
            direction: Direction::Sent,
            fields: self.fields(&source, &registry, content.request),
            name: name.clone(),
        };
        request.fields.extend(query);
        let mut response = Struct {
            doc: String::new(),
            direction: Direction::Received,
            fields: self.fields(&source, &registry, content.response),
            name: response_name.clone(),
        };
        response.doc = docs::response(&response, &name);
        if matches!(content.confidence, format::Confidence::Low) {
            // No page confirms any of it.
            let objects = [&mut request, &mut response].into_iter().chain(&mut structs);
            for field in objects.flat_map(|object| &mut object.fields) {
                field.mark_unverified();
            }
        }

        let group_types =
            self.group_types(&source, &registry, content.group_types.as_deref().unwrap_or(&[]));
        let group_type_names: Option<Vec<String>> = content
            .group_types
            .as_ref()
            .map(|types| types.iter().map(|name| name.as_ref().clone()).collect());
        let checked = check::References {
            source: &source,
            request: &request,
            response: &response,
            structs: &structs,
            shared: &self.objects,
        };
        check::groups_of_fields(&checked, &content.exactly_one_of, self.diagnostics);
        check::groups_of_fields(&checked, &content.at_least_one_of, self.diagnostics);
        check::repeat(&checked, &content.repeat, self.diagnostics);
        let before = self.diagnostics.len();
        let batch = content.batch.map(Located::into_inner);
        let paging = content.paging.map(Located::into_inner);
        if let Some(batch) = &batch {
            check::batch(&checked, batch, &content.repeat, self.diagnostics);
        }
        if let Some(paging) = &paging {
            check::paging(&checked, paging, self.diagnostics);
        }
        if self.diagnostics.len() > before {
            return None;
        }
        let batch = batch.map(make_batch);
        let paging = paging.map(|paging| make_paging(paging, &name));
        preset_fields(&mut request, paging.as_ref());

        let facts = EndpointFacts {
            title: content.title,
            summary: content.summary,
            doc_page: content.doc_page,
            calls_per_second: content.calls_per_second,
            long_term_limits: content.long_term_limits,
            group_types,
            unsupported_group_type_code: content
                .unsupported_group_type_code
                .map(Located::into_inner),
            requirement: content.requirement,
            exactly_one_of: content.exactly_one_of.into_iter().map(names_of).collect(),
            at_least_one_of: content.at_least_one_of.into_iter().map(names_of).collect(),
            repeat: content.repeat,
            errors: self.codes.documented_errors(
                &source,
                content.service.as_ref(),
                content.errors,
                self.diagnostics,
            ),
            behavior: content.behavior,
            quirks: content.quirks,
            unverified: content.unverified,
            confidence: content.confidence,
        };
        Some(Endpoint {
            origin: source.path.clone(),
            docs: docs::endpoint(
                content.service.as_ref(),
                content.command.as_ref(),
                &name,
                &self.documentation_url,
                group_type_names.as_deref(),
                &facts,
                batch.as_ref().map(|batch| (batch.field.as_str(), batch.max)),
            ),
            module: source.stem(),
            service: content.service.into_inner(),
            command: content.command.into_inner(),
            area,
            name,
            response_name,
            request,
            response,
            structs,
            batch,
            paging,
            facts,
            examples: Examples::default(),
        })
    }

    /// Variants of `GroupType`; `None` for an endpoint that is not about groups.
    fn group_types(
        &mut self,
        source: &Arc<Source>,
        registry: &Registry,
        types: &[Located<String>],
    ) -> Option<Vec<String>> {
        if types.is_empty() {
            return None;
        }
        let path = TypePath { area: None, local: false, name: "GroupType".to_owned() };
        let listed =
            registry.enum_values(&path).map(|list| list.strings.clone()).unwrap_or_default();
        for name in types.iter().filter(|name| !listed.contains(name.as_ref())) {
            let title = format!("unknown group type {:?}", name.as_ref());
            let help = format!("known group types: {}", listed.join(", "));
            self.diagnostics.error(source, name.span(), title, "not a group type", Some(help));
        }
        Some(types.iter().map(|name| names::variant(name.as_ref())).collect())
    }

    pub(super) fn structs(
        &mut self,
        source: &Arc<Source>,
        registry: &Registry,
        structs: IndexMap<Located<String>, format::Struct>,
    ) -> Vec<Struct> {
        structs
            .into_iter()
            .map(|(name, object)| Struct {
                name: name.into_inner(),
                doc: docs::markdown(&object.doc),
                direction: Direction::Received,
                fields: self.fields(source, registry, object.fields),
            })
            .collect()
    }

    pub(super) fn fields(
        &mut self,
        source: &Arc<Source>,
        registry: &Registry,
        fields: IndexMap<Located<String>, format::Field>,
    ) -> Vec<Field> {
        fields
            .into_iter()
            .filter_map(|(wire, field)| self.field(source, registry, wire, field))
            .collect()
    }

    fn field(
        &mut self,
        source: &Arc<Source>,
        registry: &Registry,
        wire: Located<String>,
        field: format::Field,
    ) -> Option<Field> {
        let ty = match registry.resolve(source, &field.type_, self.diagnostics)? {
            Type::Verdict(..) => {
                Type::Verdict(field.min.unwrap_or_default(), field.max.unwrap_or_default())
            }
            other => other,
        };
        check::field(source, &wire, &field, &ty, self.diagnostics);
        let rust = field
            .name
            .as_ref()
            .map_or_else(|| names::field(wire.as_ref()), |name| name.as_ref().clone());
        let bounds = bounds(registry, &ty, &field);
        let default = field.default.as_ref().map(json);
        let long_doc = docs::field(&field.doc, &ty, &bounds, default.as_deref());
        let location = |span| Location { source: Arc::clone(source), span };
        let mut made = Field {
            location: location(wire.span()),
            wire: wire.into_inner(),
            rust,
            required: field.required,
            preset: false,
            in_query: false,
            aliases: field.aliases,
            long_doc,
            default,
            bounds,
            quirk: field.quirk.map(Located::into_inner),
            unverified: false,
            example: field.example.map(|example| Example {
                location: location(example.span()),
                value: serde_json::to_value(example.into_inner()).unwrap_or_default(),
            }),
            doc: field.doc,
            ty,
        };
        if field.unverified {
            made.mark_unverified();
        }
        Some(made)
    }
}

impl Field {
    /// Notes that the documentation does not confirm the field.
    fn mark_unverified(&mut self) {
        if !self.unverified {
            self.unverified = true;
            self.long_doc += " Not confirmed by the documentation.";
        }
    }
}

fn bounds(registry: &Registry, ty: &Type, field: &format::Field) -> Bounds {
    let (own_min, own_max) = match ty {
        Type::U32 | Type::U64 | Type::UnixSeconds | Type::UnixMillis => (Some(0), None),
        Type::Seconds | Type::MuteTime => (Some(0), Some(i64::from(u32::MAX))),
        _ => (None, None),
    };
    let id_bytes = match ty.item() {
        Type::Id(path) => registry.id_bytes(path),
        _ => None,
    };
    let values = match (&field.values, ty.item()) {
        (Some(values), Type::StringEnum(_) | Type::String) => Values::Texts(
            values.as_ref().iter().filter_map(|value| value.as_str().map(str::to_owned)).collect(),
        ),
        (Some(values), _) => {
            Values::Numbers(values.as_ref().iter().filter_map(toml::Value::as_integer).collect())
        }
        (None, Type::Flag) => Values::Numbers(vec![0, 1]),
        (None, Type::StringEnum(path) | Type::IntegerEnum(path)) => {
            registry.enum_values(path).cloned().map_or(Values::Any, Values::Listed)
        }
        (None, _) => Values::Any,
    };
    if let Type::Verdict(..) = ty {
        return Bounds::default();
    }
    Bounds {
        min: field.min.or(own_min),
        max: field.max.or(own_max),
        max_bytes: field.max_bytes.or(id_bytes),
        max_items: field.max_items,
        values,
    }
}

/// A TOML value as JSON.
pub(crate) fn json(value: &toml::Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn make_id(name: String, id: &format::Id) -> Id {
    Id {
        name,
        doc: docs::markdown(&id.doc),
        max_bytes: id.max_bytes,
        printable_ascii: id.printable_ascii,
        examples: id.examples.as_ref().clone(),
    }
}

fn make_string_enum(name: String, list: format::StringEnum) -> StringEnum {
    let values = list
        .values
        .into_iter()
        .map(|value| Variant {
            name: value.name.unwrap_or_else(|| names::variant(value.value.as_ref())),
            value: value.value.into_inner(),
            doc: docs::markdown(&value.doc),
        })
        .collect();
    StringEnum { name, doc: docs::markdown(&list.doc), values }
}

fn make_integer_enum(name: String, list: format::IntegerEnum) -> IntegerEnum {
    let values = list
        .values
        .into_iter()
        .map(|value| Variant {
            name: value.name,
            value: value.value.into_inner(),
            doc: docs::markdown(&value.doc),
        })
        .collect();
    IntegerEnum { name, doc: docs::markdown(&list.doc), values }
}

fn make_batch(batch: format::Batch) -> Batch {
    Batch {
        field: batch.field.into_inner(),
        max: batch.max,
        too_many_code: batch.too_many_code.map(Located::into_inner),
        sequential: batch.sequential,
        key: batch.key.map(Located::into_inner),
        outcome: batch.outcome.map(Located::into_inner),
    }
}

fn make_paging(paging: format::Paging, request: &str) -> Paging {
    let modes: Vec<PagingMode> = if paging.modes.is_empty() {
        vec![PagingMode {
            name: None,
            when: None,
            items: None,
            advance: paging.advance,
            end: paging.end,
        }]
    } else {
        paging
            .modes
            .into_iter()
            .map(|mode| PagingMode {
                name: Some(mode.name.into_inner()),
                when: mode.when,
                items: mode.items.map(Located::into_inner),
                advance: mode.advance,
                end: mode.end,
            })
            .collect()
    };
    let ends: Vec<String> = modes
        .iter()
        .map(|mode| {
            let end = docs::end_of_paging(&mode.end);
            match &mode.when {
                Some(when) => {
                    let field = when.field.as_ref();
                    let condition = match (&when.starts_with, when.equals) {
                        (Some(prefix), _) => format!("{field} starts with {prefix}"),
                        (None, Some(number)) => format!("{field} is {number}"),
                        (None, None) => field.clone(),
                    };
                    format!("where {condition}: {end}")
                }
                None if mode.name.is_some() => format!("otherwise: {end}"),
                None => end,
            }
        })
        .collect();
    let one_value = matches!(modes.as_slice(), [only] if only.advance.len() == 1);
    Paging {
        cursor_name: (!one_value).then(|| format!("{request}Cursor")),
        items: paging.items.into_inner(),
        page_size: paging.page_size.map(|size| (size.field.into_inner(), size.max)),
        total: paging.total.map(Located::into_inner),
        modes,
        end: ends.join("; "),
    }
}

/// `new` starts at the first page, so it takes no argument for the start of a page, nor for required
/// fields with a documented default.
fn preset_fields(request: &mut Struct, paging: Option<&Paging>) {
    let cursor_fields: Vec<String> = paging
        .iter()
        .flat_map(|paging| &paging.modes)
        .flat_map(|mode| &mode.advance)
        .map(|advance| advance.set.as_ref().clone())
        .collect();
    for field in &mut request.fields {
        // The caller chooses a time window, even where its end moves from page to page.
        let is_cursor = cursor_fields.contains(&field.wire)
            && matches!(field.ty, Type::U32 | Type::U64 | Type::I64 | Type::String);
        let has_default = field.default.is_some() && field.ty.is_integer();
        field.preset = field.required && (is_cursor || has_default);
    }
}

/// Adds the examples, which need every type of the model.
fn add_examples(shared: &SharedTypes, areas: &mut BTreeMap<String, Area>, webhooks: &mut Webhooks) {
    let Webhooks { shared: of_webhooks, modules, .. } = webhooks;
    let made: Vec<_> = areas
        .values()
        .flat_map(|area| &area.endpoints)
        .map(|endpoint| {
            let local = &endpoint.structs;
            let types = Types { shared, areas, webhooks: of_webhooks, local };
            example::examples(types, endpoint)
        })
        .collect();
    for webhook in modules.values_mut().flatten() {
        let local = &webhook.structs;
        let types = Types { shared, areas, webhooks: of_webhooks, local };
        webhook.example = example::webhook(types, webhook);
    }
    let endpoints = areas.values_mut().flat_map(|area| &mut area.endpoints);
    for (endpoint, examples) in endpoints.zip(made) {
        endpoint.examples = examples;
    }
}

/// Gives every object the direction of the requests and responses that hold it.
fn infer_directions(
    shared: &mut SharedTypes,
    areas: &mut BTreeMap<String, Area>,
    webhooks: &mut Webhooks,
) {
    let unions: BTreeMap<String, Vec<TypePath>> = areas
        .values()
        .map(|area| &area.shared)
        .chain([&*shared, &webhooks.shared])
        .flat_map(|types| &types.unions)
        .map(|union| {
            let contents = union.variants.iter().map(|variant| variant.content.clone());
            (union.name.clone(), contents.collect())
        })
        .collect();
    let mut all: Vec<&mut Struct> = shared.structs.iter_mut().collect();
    let mut pending: Vec<(TypePath, bool)> = Vec::new();
    for area in areas.values_mut() {
        all.extend(area.shared.structs.iter_mut());
        for endpoint in &mut area.endpoints {
            pending.extend(mentioned(&endpoint.request).map(|path| (path, true)));
            pending.extend(mentioned(&endpoint.response).map(|path| (path, false)));
            all.extend(endpoint.structs.iter_mut());
        }
    }
    all.extend(webhooks.shared.structs.iter_mut());
    for webhook in webhooks.modules.values_mut().flatten() {
        pending.extend(mentioned(&webhook.payload).map(|path| (path, false)));
        if let WebhookResponse::Own(ResponseType { content: Some(content), .. }) = &webhook.response
        {
            pending.extend(mentioned(content).map(|path| (path, true)));
        }
        all.extend(webhook.structs.iter_mut());
    }
    let mut sent = BTreeSet::new();
    let mut received = BTreeSet::new();
    while let Some((path, is_sent)) = pending.pop() {
        let seen = if is_sent { &mut sent } else { &mut received };
        if !seen.insert(path.name.clone()) {
            continue;
        }
        for object in all.iter().filter(|object| object.name == path.name) {
            pending.extend(mentioned(object).map(|path| (path, is_sent)));
        }
        let contents = unions.get(&path.name).into_iter().flatten();
        pending.extend(contents.map(|path| (path.clone(), is_sent)));
    }
    for object in all {
        object.direction = match (sent.contains(&object.name), received.contains(&object.name)) {
            (true, true) => Direction::Both,
            (true, false) => Direction::Sent,
            (false, _) => Direction::Received,
        };
    }
}

fn mentioned(object: &Struct) -> impl Iterator<Item = TypePath> + '_ {
    object.fields.iter().filter_map(|field| match field.ty.item() {
        Type::Struct(path) | Type::Union(path) => Some(path.clone()),
        _ => None,
    })
}

fn names_of(names: Vec<Located<String>>) -> Vec<String> {
    names.into_iter().map(Located::into_inner).collect()
}

fn into_values<T>(map: IndexMap<Located<String>, T>) -> Vec<(String, T)> {
    map.into_iter().map(|(name, value)| (name.into_inner(), value)).collect()
}
