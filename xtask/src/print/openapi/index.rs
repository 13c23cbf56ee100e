//! Every named type of the model, with the name of its component.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;

use crate::model::{
    Direction, Id, IntegerEnum, Model, SharedTypes, StringEnum, Struct, TypePath, Union, WEBHOOK,
    Webhook, WebhookResponse,
};

/// Finds types and the names of their components.
pub(super) struct Index<'m> {
    pub(super) structs: BTreeMap<TypePath, &'m Struct>,
    pub(super) unions: BTreeMap<TypePath, &'m Union>,
    pub(super) ids: BTreeMap<TypePath, &'m Id>,
    pub(super) string_enums: BTreeMap<TypePath, &'m StringEnum>,
    pub(super) integer_enums: BTreeMap<TypePath, &'m IntegerEnum>,
    names: BTreeMap<TypePath, String>,
}

impl<'m> Index<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        let mut index = Self {
            structs: BTreeMap::new(),
            unions: BTreeMap::new(),
            ids: BTreeMap::new(),
            string_enums: BTreeMap::new(),
            integer_enums: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        index.add_shared(None, &model.shared);
        for (name, area) in &model.areas {
            index.add_shared(Some(name.as_str()), &area.shared);
        }
        index.add_shared(Some(WEBHOOK), &model.webhooks.shared);
        let mut local = Vec::new();
        for endpoint in model.areas.values().flat_map(|area| &area.endpoints) {
            let (area, owner) = (endpoint.area.as_str(), endpoint.name.as_str());
            let mut add = |name: &str, short: String| {
                local.push(Local { path: local_path(area, name), short, area, owner, longer: 0 });
            };
            add(&endpoint.name, format!("{}Request", endpoint.name));
            add(&endpoint.response_name, endpoint.response_name.clone());
            for object in &endpoint.structs {
                add(&object.name, object.name.clone());
                index.structs.insert(local_path(area, &object.name), object);
            }
        }
        for webhook in model.webhooks.modules.values().flatten() {
            let (area, owner) = (webhook.area.as_str(), webhook.name.as_str());
            let home = webhook_area(webhook);
            let mut add = |name: &str, short: String| {
                local.push(Local { path: local_path(&home, name), short, area, owner, longer: 0 });
            };
            add(&webhook.name, format!("{}Payload", webhook.name));
            if let WebhookResponse::Own(response) = &webhook.response {
                add(&response.name, response.name.clone());
            }
            for object in &webhook.structs {
                add(&object.name, object.name.clone());
                index.structs.insert(local_path(&home, &object.name), object);
            }
        }
        for response in &model.webhooks.response_types {
            let path = local_path(WEBHOOK, &response.name);
            let (area, owner) = (WEBHOOK, "");
            local.push(Local { path, short: response.name.clone(), area, owner, longer: 0 });
        }
        index.name(local);
        index
    }

    /// The component of a type.
    pub(super) fn name_of<'a>(&'a self, path: &'a TypePath) -> &'a str {
        self.names.get(path).map_or(path.name.as_str(), String::as_str)
    }

    /// The reference to the schema of a type.
    pub(super) fn reference(&self, path: &TypePath) -> String {
        schema_ref(self.name_of(path))
    }

    /// The component of an object or a union as the service sends it.
    pub(super) fn received_name(&self, path: &TypePath) -> String {
        let name = self.name_of(path);
        match self.structs.get(path) {
            Some(object) if object.direction != Direction::Both => name.to_owned(),
            _ => received_name(name),
        }
    }

    /// The reference to the schema of an object or a union as the service sends it.
    pub(super) fn received_reference(&self, path: &TypePath) -> String {
        schema_ref(&self.received_name(path))
    }

    fn add_shared(&mut self, area: Option<&str>, types: &'m SharedTypes) {
        let path = |name: &String| TypePath {
            area: area.map(str::to_owned),
            local: false,
            name: name.clone(),
        };
        self.structs.extend(types.structs.iter().map(|object| (path(&object.name), object)));
        self.unions.extend(types.unions.iter().map(|union| (path(&union.name), union)));
        self.ids.extend(types.ids.iter().map(|id| (path(&id.name), id)));
        self.string_enums.extend(types.string_enums.iter().map(|list| (path(&list.name), list)));
        self.integer_enums.extend(types.integer_enums.iter().map(|list| (path(&list.name), list)));
    }

    /// Shared types keep their names, which are unique. Those of endpoint and webhook files are
    /// prefixed with the area, then also with the request or the webhook, until they are unique.
    fn name(&mut self, mut local: Vec<Local<'_>>) {
        let taken = self.shared_names();
        loop {
            let mut count: BTreeMap<String, usize> = BTreeMap::new();
            for each in &local {
                *count.entry(each.name().to_lowercase()).or_default() += 1;
            }
            let mut settled = true;
            for each in &mut local {
                let name = each.name().to_lowercase();
                if each.is_longest() || (count[&name] == 1 && !taken.contains(&name)) {
                    continue;
                }
                each.longer += 1;
                settled = false;
            }
            if settled {
                break;
            }
        }
        self.names = local.into_iter().map(|each| (each.path.clone(), each.name())).collect();
    }

    fn shared_names(&self) -> BTreeSet<String> {
        let lists = self.string_enums.keys().chain(self.integer_enums.keys());
        let open = lists.clone().map(|path| open_name(&path.name));
        let forms = self.unions.values().flat_map(|union| {
            let listed = union.variants.iter().map(|variant| variant.name.as_str());
            listed.chain([UNLISTED]).map(|variant| format!("{}{variant}", union.name))
        });
        let own = [ENVELOPE, TAG_VALUE].map(str::to_owned);
        let structs = self.structs.keys().filter(|path| !path.local);
        let objects = structs.chain(self.unions.keys()).map(|path| path.name.clone()).chain(forms);
        let objects = objects.flat_map(|name| [received_name(&name), name]);
        let plain = lists.chain(self.ids.keys()).map(|path| path.name.clone());
        plain.chain(objects).chain(open).chain(own).map(|name| name.to_lowercase()).collect()
    }
}

/// A type of an endpoint file or a webhook file.
struct Local<'m> {
    path: TypePath,
    short: String,
    area: &'m str,
    /// The request or the webhook.
    owner: &'m str,
    /// The number of prefixes of its name.
    longer: usize,
}

impl Local<'_> {
    fn name(&self) -> String {
        let (area, owner) = match self.longer {
            0 => ("", ""),
            1 => (self.area, ""),
            _ => (self.area, self.owner),
        };
        format!("{}{owner}{}", area.to_upper_camel_case(), self.short)
    }

    fn is_longest(&self) -> bool {
        self.longer == 2
    }
}

/// The path of a type of an endpoint file or a webhook file.
pub(super) fn local_path(area: &str, name: &str) -> TypePath {
    TypePath { area: Some(area.to_owned()), local: true, name: name.to_owned() }
}

/// The module of the types of a webhook.
pub(super) fn webhook_area(webhook: &Webhook) -> String {
    format!("{WEBHOOK}::{}", webhook.area)
}

/// The component of an enumeration that also accepts unlisted values.
pub(super) fn open_name(name: &str) -> String {
    format!("Any{name}")
}

/// The component of an object that is sent in another form than it is received.
fn received_name(name: &str) -> String {
    format!("Received{name}")
}

/// The reference to a component.
pub(super) fn schema_ref(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

/// The component with the fields that all responses share.
pub(super) const ENVELOPE: &str = "Envelope";
/// The component of a value whose type depends on a tag.
pub(super) const TAG_VALUE: &str = "TagValue";
/// The name of an element of a union with an unlisted tag.
pub(super) const UNLISTED: &str = "UnknownValue";
