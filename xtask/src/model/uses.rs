//! Finds the areas whose types an area uses.

use std::collections::BTreeSet;

use super::{
    Area, Field, SharedTypes, Struct, Type, TypePath, Values, WEBHOOK, WebhookResponse, Webhooks,
};

impl Area {
    /// The other areas whose types this one uses.
    pub(crate) fn uses<'a>(&'a self, own_name: &str) -> BTreeSet<&'a str> {
        let structs = self.endpoints.iter().flat_map(|endpoint| {
            [&endpoint.request, &endpoint.response].into_iter().chain(&endpoint.structs)
        });
        areas(&self.shared, structs).filter(|area| *area != own_name).collect()
    }
}

impl Webhooks {
    /// The areas whose types the webhooks use.
    pub(crate) fn uses(&self) -> BTreeSet<&str> {
        let structs = self.modules.values().flatten().flat_map(|webhook| {
            let content = match &webhook.response {
                WebhookResponse::Own(response) => response.content.as_ref(),
                WebhookResponse::Shared(_) => None,
            };
            webhook.structs.iter().chain([&webhook.payload]).chain(content)
        });
        let areas = areas(&self.shared, structs.chain(&self.parameters));
        // An object of one webhook is named after its module.
        areas.filter(|area| !area.starts_with(WEBHOOK)).collect()
    }
}

fn areas<'a>(
    shared: &'a SharedTypes,
    structs: impl Iterator<Item = &'a Struct>,
) -> impl Iterator<Item = &'a str> {
    let contents = shared.unions.iter().flat_map(|union| &union.variants);
    structs
        .chain(&shared.structs)
        .flat_map(|object| &object.fields)
        .flat_map(mentioned)
        .chain(contents.map(|variant| &variant.content))
        .filter_map(|path| path.area.as_deref())
}

fn mentioned(field: &Field) -> impl Iterator<Item = &TypePath> {
    let listed = match &field.bounds.values {
        Values::Listed(list) => Some(&list.path),
        _ => None,
    };
    named(field.ty.item()).into_iter().chain(listed)
}

fn named(ty: &Type) -> Option<&TypePath> {
    match ty {
        Type::Id(path)
        | Type::StringEnum(path)
        | Type::IntegerEnum(path)
        | Type::Struct(path)
        | Type::Union(path) => Some(path),
        _ => None,
    }
}
