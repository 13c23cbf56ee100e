//! Infers the direction of objects from what holds them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Area, Direction, ResponseType, SharedTypes, Struct, Type, TypePath, WebhookResponse, Webhooks,
};

/// Gives every object the direction of the requests and responses that hold it.
pub(super) fn infer_directions(
    shared: &mut SharedTypes,
    areas: &mut BTreeMap<String, Area>,
    webhooks: &mut Webhooks,
) {
    let roots = roots(areas, webhooks);
    let unions = unions(shared, areas, webhooks);
    let objects = objects(shared, areas, webhooks);
    let sent = reachable(roots.sent, &objects, &unions);
    let received = reachable(roots.received, &objects, &unions);
    for object in objects {
        object.direction = match (sent.contains(&object.name), received.contains(&object.name)) {
            (true, true) => Direction::Both,
            (true, false) => Direction::Sent,
            (false, _) => Direction::Received,
        };
    }
}

/// The objects that requests and responses hold directly.
#[derive(Default)]
struct Roots {
    sent: Vec<TypePath>,
    received: Vec<TypePath>,
}

fn roots(areas: &BTreeMap<String, Area>, webhooks: &Webhooks) -> Roots {
    let mut roots = Roots::default();
    for endpoint in areas.values().flat_map(|area| &area.endpoints) {
        roots.sent.extend(named_by(&endpoint.request));
        roots.received.extend(named_by(&endpoint.response));
    }
    for webhook in webhooks.modules.values().flatten() {
        roots.received.extend(named_by(&webhook.payload));
        if let WebhookResponse::Own(ResponseType { content: Some(content), .. }) = &webhook.response
        {
            roots.sent.extend(named_by(content));
        }
    }
    roots
}

/// The contents of every union, by its name.
fn unions(
    shared: &SharedTypes,
    areas: &BTreeMap<String, Area>,
    webhooks: &Webhooks,
) -> BTreeMap<String, Vec<TypePath>> {
    let modules = areas.values().map(|area| &area.shared).chain([shared, &webhooks.shared]);
    modules
        .flat_map(|types| &types.unions)
        .map(|union| {
            let contents = union.variants.iter().map(|variant| variant.content.clone());
            (union.name.clone(), contents.collect())
        })
        .collect()
}

/// Every object whose direction follows from others.
fn objects<'m>(
    shared: &'m mut SharedTypes,
    areas: &'m mut BTreeMap<String, Area>,
    webhooks: &'m mut Webhooks,
) -> Vec<&'m mut Struct> {
    let mut objects: Vec<&mut Struct> = shared.structs.iter_mut().collect();
    for area in areas.values_mut() {
        objects.extend(area.shared.structs.iter_mut());
        objects.extend(area.endpoints.iter_mut().flat_map(|endpoint| &mut endpoint.structs));
    }
    objects.extend(webhooks.shared.structs.iter_mut());
    let webhooks = webhooks.modules.values_mut().flatten();
    objects.extend(webhooks.flat_map(|webhook| &mut webhook.structs));
    objects
}

/// The names of the types that these hold, directly or not.
fn reachable(
    mut pending: Vec<TypePath>,
    objects: &[&mut Struct],
    unions: &BTreeMap<String, Vec<TypePath>>,
) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    while let Some(path) = pending.pop() {
        if !seen.insert(path.name.clone()) {
            continue;
        }
        for object in objects.iter().filter(|object| object.name == path.name) {
            pending.extend(named_by(object));
        }
        pending.extend(unions.get(&path.name).into_iter().flatten().cloned());
    }
    seen
}

fn named_by(object: &Struct) -> impl Iterator<Item = TypePath> + '_ {
    object.fields.iter().filter_map(|field| match field.ty.item() {
        Type::Struct(path) | Type::Union(path) => Some(path.clone()),
        _ => None,
    })
}
