//! Checks of names and paths across files.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use crate::model::{facts::ServiceFacts, names};
use crate::spec::{
    Diagnostics, Loaded, Source, Spec,
    format::{EndpointFile, RegionsFile, ServiceFile},
};

pub(in crate::model) fn unique_paths(files: &[Loaded<EndpointFile>], found: &mut Diagnostics) {
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

/// No two files of a module define the same type.
pub(in crate::model) fn unique_names(files: &[Loaded<EndpointFile>], found: &mut Diagnostics) {
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

/// Every area has a description, and nothing else has.
pub(in crate::model) fn areas(spec: &Spec, found: &mut Diagnostics) {
    let Spec { service, endpoints, .. } = spec;
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
    for area in areas.iter().filter(|area| !described.contains_key(area.as_str())) {
        let title = format!("area {area:?} has no description");
        let help = format!("add [areas.{area}] with a `doc`");
        found.error(&service.source, 0..0, title, "in this file", Some(help));
    }
}

/// The folders of webhooks that an area lists exist, and belong to no other area.
pub(in crate::model) fn webhook_folders(spec: &Spec, found: &mut Diagnostics) {
    let folders: BTreeSet<String> = spec.webhooks.iter().map(|file| file.source.folder()).collect();
    let areas = &spec.service.content.areas;
    let mut seen = BTreeSet::new();
    for (folder, area) in
        areas.values().flat_map(|area| area.webhooks.iter().map(move |it| (it, area)))
    {
        let name = folder.as_ref().as_str();
        let problem = if !area.optional {
            "the area is not optional"
        } else if !folders.contains(name) {
            "not a folder of spec/webhooks"
        } else if areas.contains_key(name) || !seen.insert(name) {
            "belongs to another area"
        } else {
            continue;
        };
        let title = format!("invalid folder of webhooks {name:?}");
        let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
        let help = format!("the folders of spec/webhooks: {}", folders.join(", "));
        found.error(&spec.service.source, folder.span(), title, problem, Some(help));
    }
}

pub(in crate::model) fn file_name(
    source: &Arc<Source>,
    file: &EndpointFile,
    found: &mut Diagnostics,
) {
    let command = file.command.as_ref();
    let module = names::module(command);
    let stem = source.stem();
    if stem != module && stem != format!("{module}_") && file.name.is_none() {
        let title = format!("the file should be named {module}.toml");
        let help = "a file is named after its command".to_owned();
        found.error(source, file.command.span(), title, "does not match the file name", Some(help));
    }
}

pub(in crate::model) fn service(
    source: &Arc<Source>,
    file: &EndpointFile,
    services: &BTreeMap<String, ServiceFacts>,
    found: &mut Diagnostics,
) {
    if !services.contains_key(file.service.as_ref()) {
        let title = format!("unknown service {:?}", file.service.as_ref());
        let services: Vec<&str> = services.keys().map(String::as_str).collect();
        let help = format!("known services: {}", services.join(", "));
        found.error(source, file.service.span(), title, "not in spec/service.toml", Some(help));
    }
}

/// The regions of a service are in `spec/regions.toml`.
pub(in crate::model) fn regions(
    service: &Loaded<ServiceFile>,
    regions: &RegionsFile,
    found: &mut Diagnostics,
) {
    for id in service.content.services.values().flat_map(|service| service.regions.iter().flatten())
    {
        if !regions.regions.contains_key(id.as_ref().as_str()) {
            let title = format!("unknown region {:?}", id.as_ref());
            let known: Vec<&str> = regions.regions.keys().map(|id| id.as_ref().as_str()).collect();
            let help = format!("known regions: {}", known.join(", "));
            found.error(&service.source, id.span(), title, "not in spec/regions.toml", Some(help));
        }
    }
}
