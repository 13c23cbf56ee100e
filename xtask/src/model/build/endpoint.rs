//! Builds endpoints.

use std::sync::Arc;

use super::Builder;
use crate::model::{
    Batch, Direction, Endpoint, EndpointFacts, Examples, NewerGroupTypes, Paging, Struct, Type,
    TypePath, check, names, objects::Objects, paging::Scope, resolve::Registry, sentences,
};
use crate::spec::{
    Loaded, Source,
    format::{self, Confidence, EndpointFile, Located},
};

impl Builder<'_> {
    /// Builds an endpoint. `None` if its batch or paging is invalid, which is reported.
    pub(super) fn endpoint(&mut self, file: Loaded<EndpointFile>) -> Option<Endpoint> {
        let Loaded { source, mut content } = file;
        check::file_name(&source, &content, self.diagnostics);
        check::service(&source, &content, &self.services, self.diagnostics);
        self.codes.check_endpoint(&source, &content, self.diagnostics);
        let name = content.name.as_ref().map_or_else(
            || names::type_name(content.command.as_ref()),
            |name| name.as_ref().clone(),
        );
        let registry = self.with_local_structs(&source, &content);
        let mut types = self.types(&source, &registry, &name, &mut content);
        let (batch, paging) = self.lists(&source, &name, &types, &mut content)?;
        preset_fields(&mut types.request, paging.as_ref());
        let group_types = content.group_types.take();
        let docs_group_types = group_types.as_deref().map(names_of);
        let variants = self.group_types(&source, &registry, group_types.as_deref().unwrap_or(&[]));
        let newer = content.newer_group_types.take();
        let newer = newer.map(|newer| self.newer_group_types(&source, &registry, newer));
        let counted_field = batch.as_ref().map(|batch| batch.list.wire.clone());
        let service = content.service.as_ref().clone();
        let command = content.command.as_ref().clone();
        let facts = EndpointFacts {
            group_types: variants,
            newer_group_types: newer,
            counted_field,
            ..self.facts(&source, content, batch.is_some())
        };
        let docs = sentences::endpoint(sentences::EndpointSubject {
            service: &service,
            command: &command,
            request: &name,
            group_types: docs_group_types.as_deref(),
            facts: &facts,
            batch: batch.as_ref().map(|batch| (batch.list.wire.as_str(), batch.spec.max)),
        });
        let Types { request, response, structs } = types;
        Some(Endpoint {
            origin: source.path.clone(),
            area: source.folder(),
            module: source.stem(),
            service,
            command,
            response_name: response.name.clone(),
            name,
            docs,
            request,
            response,
            structs,
            batch,
            paging,
            facts,
            examples: Examples::default(),
        })
    }

    /// The types that an endpoint file can name.
    fn with_local_structs(&mut self, source: &Arc<Source>, content: &EndpointFile) -> Registry {
        let mut registry = self.root.clone();
        for name in content.structs.keys() {
            let area = Some(source.folder());
            let path = TypePath { area, local: true, name: name.as_ref().clone() };
            registry.add(source, name, Type::Struct(path), self.diagnostics);
        }
        registry
    }

    /// The request, the response and the objects in them.
    fn types(
        &mut self,
        source: &Arc<Source>,
        registry: &Registry,
        name: &str,
        content: &mut EndpointFile,
    ) -> Types {
        let structs = self.structs(source, registry, std::mem::take(&mut content.structs));
        let mut query = self.fields(source, registry, std::mem::take(&mut content.query));
        for field in &mut query {
            field.in_query = true;
        }
        let mut request = Struct {
            doc: String::new(),
            direction: Direction::Sent,
            fields: self.fields(source, registry, std::mem::take(&mut content.request)),
            name: name.to_owned(),
        };
        request.fields.extend(query);
        let mut response = Struct {
            doc: String::new(),
            direction: Direction::Received,
            fields: self.fields(source, registry, std::mem::take(&mut content.response)),
            name: format!("{name}Response"),
        };
        response.doc = sentences::response(&response, name);
        let mut types = Types { request, response, structs };
        if matches!(content.confidence, Confidence::Low) {
            types.mark_unverified();
        }
        types
    }

    /// Checks what the file says about its fields, and resolves its batch and paging.
    fn lists(
        &mut self,
        source: &Arc<Source>,
        name: &str,
        types: &Types,
        content: &mut EndpointFile,
    ) -> Option<(Option<Batch>, Option<Paging>)> {
        let Types { request, response, structs } = types;
        let objects = Objects { local: structs, shared: &self.objects };
        let references = check::References { source, request, response, objects };
        check::groups_of_fields(&references, &content.exactly_one_of, self.diagnostics);
        check::groups_of_fields(&references, &content.at_least_one_of, self.diagnostics);
        check::always(response, objects, self.diagnostics);
        let before = self.diagnostics.len();
        let batch = content.batch.take().map(Located::into_inner);
        let paging = content.paging.take().map(Located::into_inner);
        if let Some(format::CustomGroupId { field, group_type }) = &content.custom_group_id {
            references.request_field(field, self.diagnostics);
            references.request_field(group_type, self.diagnostics);
        }
        check::repeat(&references, &content.repeat, batch.as_ref(), self.diagnostics);
        if let Some(batch) = &batch {
            check::batch(&references, batch, &content.repeat, self.diagnostics);
        }
        if let Some(paging) = &paging {
            check::paging(&references, paging, self.diagnostics);
        }
        if self.diagnostics.len() > before {
            return None;
        }
        let batch = match batch {
            Some(batch) => Some(Batch::new(batch, &content.repeat, (request, response), objects)?),
            None => None,
        };
        let paging = match paging {
            Some(paging) => {
                let end = sentences::end_of_paging(&paging);
                let scope = Scope { request, response, objects };
                Some(Paging::new(paging, name, &scope, end)?)
            }
            None => None,
        };
        Some((batch, paging))
    }

    fn facts(
        &mut self,
        source: &Arc<Source>,
        content: EndpointFile,
        has_batch: bool,
    ) -> EndpointFacts {
        let groups = |groups: Vec<Vec<Located<String>>>| {
            groups.iter().map(|fields| names_of(fields)).collect()
        };
        EndpointFacts {
            older_commands: content.older_commands,
            title: content.title,
            summary: content.summary,
            doc_page: self.doc_page(self.sites.get(&source.folder()), content.doc_page),
            page_date: content.page_date,
            withdrawn: content.withdrawn,
            calls_per_second: content.calls_per_second,
            edition_quotas: self.edition_quotas(source, &content.edition_quotas),
            raisable: content.raisable_quota.then(|| self.raisable.clone()),
            long_term_limits: self.long_term_limits(source, &content.long_term_limits, has_batch),
            rate_limit_code: content.rate_limit_code.map(Located::into_inner),
            invalid_parameter_code: content.invalid_parameter_code.map(Located::into_inner),
            without_action_status: content.without_action_status,
            counted_field: None,
            group_types: None,
            newer_group_types: None,
            unsupported_group_type_code: content
                .unsupported_group_type_code
                .map(Located::into_inner),
            requirement: content.requirement,
            irreversible: content.irreversible,
            service: self.services.get(content.service.as_ref()).cloned().unwrap_or_default(),
            exactly_one_of: groups(content.exactly_one_of),
            at_least_one_of: groups(content.at_least_one_of),
            custom_group_id: content.custom_group_id,
            repeat: content.repeat,
            errors: self.codes.documented_errors(
                source,
                content.service.as_ref(),
                content.errors,
                self.diagnostics,
            ),
            behavior: content.behavior,
            quirks: content.quirks,
            unverified: content.unverified,
            confidence: content.confidence,
        }
    }

    fn newer_group_types(
        &mut self,
        source: &Arc<Source>,
        registry: &Registry,
        newer: format::NewerGroupTypes,
    ) -> NewerGroupTypes {
        let format::NewerGroupTypes { types, as_of, older_as_of } = newer;
        NewerGroupTypes {
            names: names_of(&types),
            variants: self.group_types(source, registry, &types).unwrap_or_default(),
            as_of,
            older_as_of,
        }
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
}

/// The types of one endpoint.
struct Types {
    request: Struct,
    response: Struct,
    structs: Vec<Struct>,
}

impl Types {
    /// Notes that no page confirms any of the fields.
    fn mark_unverified(&mut self) {
        let objects = [&mut self.request, &mut self.response].into_iter().chain(&mut self.structs);
        for field in objects.flat_map(|object| &mut object.fields) {
            field.mark_unverified();
        }
    }
}

/// `new` starts at the first page, so it takes no argument for the start of a page, nor for required
/// fields with a documented default.
fn preset_fields(request: &mut Struct, paging: Option<&Paging>) {
    let cursor_fields: Vec<&str> = paging
        .into_iter()
        .flat_map(Paging::cursor_fields)
        .map(|field| field.wire.as_str())
        .collect();
    for field in &mut request.fields {
        // The caller chooses a time window, even where its end moves from page to page.
        let is_cursor = cursor_fields.contains(&field.wire.as_str())
            && matches!(field.ty, Type::U32 | Type::U64 | Type::I64 | Type::String);
        let has_default = field.default.is_some() && field.ty.is_integer();
        field.preset = field.required && (is_cursor || has_default);
    }
}

fn names_of(names: &[Located<String>]) -> Vec<String> {
    names.iter().map(|name| name.as_ref().clone()).collect()
}
