//! Builds the model from the files of the spec.

mod directions;
mod endpoint;
mod fields;
mod limits;
mod types;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::{
    Area, Edition, Model, RaisableQuota, Region, ServiceLimit, SharedTypes, Struct, WEBHOOK,
    Webhooks, check,
    example::{self, Types},
    facts::{DocPage, ServiceFacts},
    markdown, names,
    resolve::Registry,
};
use crate::spec::{
    Diagnostics, Loaded, Spec,
    format::{self, LimitsFile, Located, RaisableQuotas, RegionsFile, ServiceFile, TypesFile},
};

/// Builds the model, and reports errors that need more than one file to see.
pub(crate) fn build(spec: Spec, diagnostics: &mut Diagnostics) -> Model {
    check::unique_paths(&spec.endpoints, diagnostics);
    check::unique_names(&spec.endpoints, diagnostics);
    check::areas(&spec, diagnostics);
    check::webhook_folders(&spec, diagnostics);
    check::webhook_facts(&spec, diagnostics);
    check::regions(&spec.service, &spec.regions.content, diagnostics);
    let mut builder = Builder::new(&spec, diagnostics);
    let mut shared = SharedTypes::default();
    let mut webhooks = Webhooks::default();
    let mut areas: BTreeMap<String, Area> = BTreeMap::new();
    builder.all_shared_types(spec.types, &mut shared, &mut areas, &mut webhooks);
    for file in spec.endpoints {
        let area = file.source.folder();
        if let Some(endpoint) = builder.endpoint(file) {
            areas.entry(area).or_default().endpoints.push(endpoint);
        }
    }
    builder.codes.check_services(&spec.service, builder.diagnostics);
    let service = spec.service.content;
    for (name, facts) in service.areas {
        for module in facts.modules(name.as_ref()) {
            webhooks.areas.insert(module.to_owned(), name.as_ref().clone());
        }
        let area = areas.entry(name.into_inner()).or_default();
        area.doc = markdown(&facts.doc);
        area.optional = facts.optional;
    }
    let editions = builder.editions.clone();
    let raisable = builder.raisable.clone();
    builder.webhooks(&mut webhooks, spec.webhook, spec.webhooks);
    directions::infer_directions(&mut shared, &mut areas, &mut webhooks);
    check::examples(&shared, &areas, &webhooks, builder.diagnostics);
    add_examples(&shared, &mut areas, &mut webhooks);
    let errors = check::error_codes(&spec.errors, builder.diagnostics);
    Model {
        documentation_url: service.documentation_url,
        assigned_group_id_prefix: service.assigned_group_id_prefix,
        limits: limits(spec.limits.content),
        editions,
        raisable,
        areas,
        shared,
        webhooks,
        regions: regions(spec.regions.content),
        services: into_values(service.services),
        group_types: into_values(spec.group_types.content.group_types),
        error_doc_page: spec.errors.content.doc_page,
        error_classes: spec.errors.content.classes,
        errors,
        error_ranges: spec.errors.content.ranges,
    }
}

struct Builder<'a> {
    areas: BTreeSet<String>,
    documentation_url: String,
    /// The documentation of areas that have another one, by folder of `spec/endpoints`.
    sites: BTreeMap<String, String>,
    /// The same, by folder of `spec/webhooks`.
    webhook_sites: BTreeMap<String, String>,
    services: BTreeMap<String, ServiceFacts>,
    editions: Vec<Edition>,
    raisable: RaisableQuota,
    codes: check::KnownCodes,
    root: Registry,
    /// The objects of `spec/types/`.
    objects: Vec<Struct>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Builder<'a> {
    fn new(spec: &Spec, diagnostics: &'a mut Diagnostics) -> Self {
        let service = &spec.service.content;
        let editions: Vec<Edition> = service.editions.iter().map(edition).collect();
        let RaisableQuotas { step, editions: raisable } = &service.raisable_quotas;
        let raisable = RaisableQuota {
            step: *step,
            editions: check::editions(&spec.service.source, raisable, &editions, diagnostics),
        };
        let areas = spec.endpoints.iter().map(|file| file.source.folder());
        Self {
            areas: areas.chain([WEBHOOK.to_owned()]).collect(),
            documentation_url: service.documentation_url.clone(),
            sites: sites(service, |name, _| Vec::from([name.to_owned()])),
            webhook_sites: sites(service, |name, area| {
                area.modules(name).map(str::to_owned).collect()
            }),
            services: services(service, &spec.regions.content),
            editions,
            raisable,
            codes: check::KnownCodes::new(&spec.errors.content),
            root: Registry::default(),
            objects: Vec::new(),
            diagnostics,
        }
    }

    fn doc_page(&self, site: Option<&String>, number: Option<u32>) -> Option<DocPage> {
        let number = number?;
        let url = format!("{}{number}", site.unwrap_or(&self.documentation_url));
        Some(DocPage { number, url, site: site.cloned() })
    }

    /// Builds the shared types of every file, and adds each to its module.
    fn all_shared_types(
        &mut self,
        files: Vec<Loaded<TypesFile>>,
        shared: &mut SharedTypes,
        areas: &mut BTreeMap<String, Area>,
        webhooks: &mut Webhooks,
    ) {
        for file in &files {
            self.declare(file);
        }
        for file in files {
            let area = self.area_of(&file.source);
            let types = self.shared_types(file);
            self.objects.extend(types.structs.iter().cloned());
            let module = match area {
                Some(area) if area == WEBHOOK => &mut webhooks.shared,
                Some(area) => &mut areas.entry(area).or_default().shared,
                None => &mut *shared,
            };
            module.extend(types);
        }
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

/// The documentation of areas that have another one, by the folders that `folders_of` returns.
fn sites(
    file: &ServiceFile,
    folders_of: impl Fn(&str, &format::Area) -> Vec<String>,
) -> BTreeMap<String, String> {
    let mut sites = BTreeMap::new();
    for (name, area) in &file.areas {
        if let Some(url) = &area.documentation_url {
            let folders = folders_of(name.as_ref(), area).into_iter();
            sites.extend(folders.map(|folder| (folder, url.clone())));
        }
    }
    sites
}

/// The limits of the service by the name of their constant.
fn limits(file: LimitsFile) -> Vec<ServiceLimit> {
    let limits = file.0.into_iter();
    limits
        .map(|(name, limit)| ServiceLimit {
            constant: names::screaming(&name),
            value: limit.value,
            unit: limit.unit,
            doc: markdown(&limit.doc),
            doc_page: limit.doc_page,
        })
        .collect()
}

fn services(file: &ServiceFile, regions: &RegionsFile) -> BTreeMap<String, ServiceFacts> {
    let name_of = |id: &Located<String>| {
        let (id, region) = regions.regions.get_key_value(id.as_ref().as_str())?;
        Some((id.as_ref().clone(), region.name.clone()))
    };
    let services = file.services.iter();
    services
        .map(|(name, service)| {
            let facts = ServiceFacts {
                regions: service.regions.iter().flatten().filter_map(name_of).collect(),
                timeout_seconds: service.timeout_seconds,
            };
            (name.as_ref().clone(), facts)
        })
        .collect()
}

fn edition((id, name): (&Located<String>, &String)) -> Edition {
    let variant = names::type_name(id.as_ref());
    Edition { id: id.as_ref().clone(), name: name.clone(), variant }
}

fn regions(file: RegionsFile) -> Vec<Region> {
    let regions = file.regions.into_iter();
    regions
        .map(|(id, facts): (Located<String>, format::Region)| Region {
            variant: names::type_name(id.as_ref()),
            id: id.into_inner(),
            facts,
        })
        .collect()
}

/// A map of the spec without the locations of its keys.
fn into_values<T>(map: IndexMap<Located<String>, T>) -> Vec<(String, T)> {
    map.into_iter().map(|(name, value)| (name.into_inner(), value)).collect()
}
