//! Builds the shared types of `spec/types/`.

use std::sync::Arc;

use super::Builder;
use crate::model::{
    CustomId, CustomTags, EnumRef, Field, Id, IdRules, IntegerEnum, SharedTypes, StringEnum, Tags,
    Type, TypePath, Union, UnionVariant, Variant, check, markdown, names, resolve::Registry,
};
use crate::spec::{
    Loaded, Source,
    format::{self, Located, TypesFile},
};

impl Builder<'_> {
    /// The module that a file of shared types belongs to; `None` for the root of the crate.
    pub(super) fn area_of(&self, source: &Source) -> Option<String> {
        Some(source.stem()).filter(|stem| self.areas.contains(stem))
    }

    /// Registers the names of shared types before anything refers to them.
    pub(super) fn declare(&mut self, file: &Loaded<TypesFile>) {
        let area = self.area_of(&file.source);
        let path =
            |name: &str| TypePath { area: area.clone(), local: false, name: name.to_owned() };
        let TypesFile { ids, string_enums, integer_enums, structs, unions } = &file.content;
        for (name, id) in ids {
            check::id(&file.source, id, self.diagnostics);
            self.root.add(&file.source, name, Type::Id(path(name.as_ref())), self.diagnostics);
            let rules = IdRules {
                max_bytes: id.max_bytes,
                custom: id.marker.clone().map(|marker| CustomId {
                    marker,
                    is_prefix: !id.marker_follows_id,
                    assigned_marker: id.assigned_marker.clone(),
                    printable_ascii: id.printable_ascii,
                }),
            };
            self.root.add_id(name.as_ref(), rules);
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

    pub(super) fn shared_types(&mut self, file: Loaded<TypesFile>) -> SharedTypes {
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
                .map(|(name, list)| self.string_enum(&file.source, &registry, name, list))
                .collect(),
            integer_enums: integer_enums
                .into_iter()
                .map(|(name, list)| make_integer_enum(name.into_inner(), list))
                .collect(),
            structs: self.structs(&file.source, &registry, structs),
        }
    }

    fn string_enum(
        &mut self,
        source: &Arc<Source>,
        registry: &Registry,
        name: Located<String>,
        list: format::StringEnum,
    ) -> StringEnum {
        let mut values = Vec::new();
        let mut fields = Vec::new();
        for value in list.values {
            if let Some(content) = value.content {
                let doc = value.doc.clone();
                fields.extend(self.tag(source, registry, value.value.clone(), content, doc));
            }
            values.push(Variant {
                name: value.name.unwrap_or_else(|| names::variant(value.value.as_ref())),
                value: value.value.into_inner(),
                doc: markdown(&value.doc),
            });
        }
        let custom = list.custom.and_then(|custom| {
            let max_letters = custom.max_letters;
            let doc = "A custom field.".to_owned();
            let field = self.tag(source, registry, custom.prefix, custom.content, doc)?;
            Some(CustomTags { max_letters, field })
        });
        let has_tags = !fields.is_empty() || custom.is_some();
        StringEnum {
            name: name.into_inner(),
            doc: markdown(&list.doc),
            values,
            tags: has_tags.then_some(Tags { fields, custom }),
        }
    }

    /// The value that belongs to a tag, as a field with the name of the tag.
    fn tag(
        &mut self,
        source: &Arc<Source>,
        registry: &Registry,
        tag: Located<String>,
        content: format::TagContent,
        doc: String,
    ) -> Option<Field> {
        let format::TagContent { type_, max_bytes, max } = content;
        let field = format::Field { max_bytes, max, ..format::Field::new(type_, doc) };
        self.field(source, registry, tag, field)
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
                    doc: markdown(&variant.doc),
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
        let doc = markdown(&union.doc);
        Union { name: name.into_inner(), doc, tag: union.tag, content: union.content, variants }
    }
}

fn make_id(name: String, id: &format::Id) -> Id {
    Id {
        name,
        doc: markdown(&id.doc),
        max_bytes: id.max_bytes,
        printable_ascii: id.printable_ascii,
        marker: id.marker.clone(),
        assigned_marker: id.assigned_marker.clone(),
        examples: id.examples.as_ref().clone(),
    }
}

fn make_integer_enum(name: String, list: format::IntegerEnum) -> IntegerEnum {
    let values = list
        .values
        .into_iter()
        .map(|value| Variant {
            name: value.name,
            value: value.value.into_inner(),
            doc: markdown(&value.doc),
        })
        .collect();
    IntegerEnum { name, doc: markdown(&list.doc), values }
}
