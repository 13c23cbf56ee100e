//! Finds the areas whose types an area uses.

use std::collections::BTreeSet;

use super::{
    Area, Field, Model, SharedTypes, Struct, Type, TypePath, Values, WEBHOOK, Webhook,
    WebhookResponse, Webhooks,
};

impl Model {
    /// The features that the feature of an area needs: those of the other areas whose types its
    /// endpoints use, and its webhooks, unless the feature of webhooks has them already.
    pub(crate) fn features_of<'a>(&'a self, name: &str, area: &'a Area) -> BTreeSet<&'a str> {
        let mut features = area.uses(name);
        let of_webhooks = self.webhooks.uses_of(Some(name));
        features
            .extend(of_webhooks.difference(&self.webhooks.uses()).filter(|used| **used != name));
        features
    }
}

impl Area {
    /// The other areas whose types this one uses.
    fn uses<'a>(&'a self, own_name: &str) -> BTreeSet<&'a str> {
        let structs = self.endpoints.iter().flat_map(|endpoint| {
            [&endpoint.request, &endpoint.response].into_iter().chain(&endpoint.structs)
        });
        areas(&self.shared, structs).filter(|area| *area != own_name).collect()
    }
}

impl Webhooks {
    /// The areas whose types are used by what all webhooks share, and by the webhooks that belong
    /// to no area.
    pub(crate) fn uses(&self) -> BTreeSet<&str> {
        let shared = areas(&self.shared, self.parameters.iter());
        shared.filter(|area| !area.starts_with(WEBHOOK)).chain(self.uses_of(None)).collect()
    }

    /// The areas whose types the webhooks of an area, or of none, use.
    fn uses_of(&self, area: Option<&str>) -> BTreeSet<&str> {
        let modules = self.modules.iter().filter(|(module, _)| self.area_of(module) == area);
        let structs = modules.flat_map(|(_, webhooks)| webhooks).flat_map(structs);
        // An object of one webhook is named after its module.
        mentioned_areas(structs).filter(|area| !area.starts_with(WEBHOOK)).collect()
    }
}

fn structs(webhook: &Webhook) -> impl Iterator<Item = &Struct> {
    let content = match &webhook.response {
        WebhookResponse::Own(response) => response.content.as_ref(),
        WebhookResponse::Shared(_) => None,
    };
    webhook.structs.iter().chain([&webhook.payload]).chain(content)
}

fn areas<'a>(
    shared: &'a SharedTypes,
    structs: impl Iterator<Item = &'a Struct>,
) -> impl Iterator<Item = &'a str> {
    let contents = shared.unions.iter().flat_map(|union| &union.variants);
    let contents = contents.filter_map(|variant| variant.content.area.as_deref());
    mentioned_areas(structs.chain(&shared.structs)).chain(contents)
}

fn mentioned_areas<'a>(structs: impl Iterator<Item = &'a Struct>) -> impl Iterator<Item = &'a str> {
    let fields = structs.flat_map(|object| &object.fields);
    fields.flat_map(mentioned).filter_map(|path| path.area.as_deref())
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
