//! The `use` lines of a generated file, collected while it is printed.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::TypePath;

/// Names that a file uses from elsewhere.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// Area whose shared types are in the module next to this file.
    area: Option<String>,
    std: BTreeSet<String>,
    serde: BTreeSet<String>,
    parent: BTreeSet<String>,
    krate: BTreeSet<String>,
}

impl Imports {
    /// The imports of a file of types, in an area or at the root of the crate.
    pub(super) fn new(area: Option<&str>) -> Self {
        Self { area: area.map(str::to_owned), ..Self::default() }
    }

    /// Adds a name of the crate's root, such as `Endpoint`, or a path below it.
    pub(super) fn krate(&mut self, path: &str) {
        self.krate.insert(path.to_owned());
    }

    /// Adds a name of `crate::spec`.
    pub(super) fn spec(&mut self, name: &str) {
        self.krate.insert(format!("spec::{name}"));
    }

    /// Adds a path below the parent module.
    pub(super) fn parent(&mut self, path: String) {
        self.parent.insert(path);
    }

    /// Adds a derive of serde.
    pub(super) fn serde(&mut self, name: &str) {
        self.serde.insert(name.to_owned());
    }

    /// Adds a name of the standard library.
    pub(super) fn std(&mut self, path: &str) {
        self.std.insert(path.to_owned());
    }

    /// Adds a type.
    pub(super) fn named(&mut self, path: &TypePath) {
        match &path.area {
            _ if path.local => {}
            Some(area) if Some(area) == self.area.as_ref() => {
                self.parent.insert(format!("types::{}", path.name));
            }
            Some(area) => self.krate(&format!("{area}::{}", path.name)),
            None => self.krate(&path.name),
        }
    }

    /// Adds a type for a file of tables, which has another parent than the types.
    pub(super) fn public(&mut self, path: &TypePath) {
        if let Some(area) = path.area.as_ref().filter(|_| !path.local) {
            self.krate(&format!("{area}::{}", path.name));
        } else {
            self.named(path);
        }
    }

    /// Adds the table of a shared type's fields.
    pub(super) fn table(&mut self, path: &TypePath, table: &str) {
        match &path.area {
            _ if path.local => {}
            area if *area == self.area => {
                self.parent.insert(format!("types::{table}"));
            }
            Some(area) => self.krate(&format!("generated::{area}::spec::types::{table}")),
            None => self.krate(&format!("generated::spec::types::{table}")),
        }
    }

    /// Leaves out the types that the file itself defines.
    pub(super) fn without_own_types(mut self) -> Self {
        self.parent.retain(|path| !path.starts_with("types::"));
        if self.area.is_none() {
            self.krate.retain(|path| path.contains("::") || BUILT_IN.contains(&path.as_str()));
        }
        self
    }

    /// Leaves out the tables that the file itself defines.
    pub(super) fn without_own_tables(mut self) -> Self {
        self.parent.retain(|path| !path.starts_with("types::"));
        self
    }

    /// The `use` lines.
    pub(super) fn print(&self) -> String {
        let groups: [&[(&str, &BTreeSet<String>)]; 3] = [
            &[("std", &self.std)],
            &[("serde", &self.serde)],
            &[("super", &self.parent), ("crate", &self.krate)],
        ];
        let mut text = String::new();
        for group in groups {
            for (root, paths) in group.iter().filter(|(_, paths)| !paths.is_empty()) {
                text += &format!("use {root}::{};\n", tree(paths.iter().map(String::as_str)));
            }
            if group.iter().any(|(_, paths)| !paths.is_empty()) {
                text.push('\n');
            }
        }
        text
    }
}

/// Paths below one module, merged: `spec::{BatchSpec, EndpointSpec}`.
fn tree<'a>(paths: impl Iterator<Item = &'a str>) -> String {
    let mut names = Vec::new();
    let mut modules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in paths {
        match path.split_once("::") {
            Some((module, rest)) => modules.entry(module).or_default().push(rest),
            None => names.push(path.to_owned()),
        }
    }
    names.extend(
        modules.into_iter().map(|(module, rest)| format!("{module}::{}", tree(rest.into_iter()))),
    );
    match names.as_slice() {
        [only] => only.clone(),
        _ => format!("{{{}}}", names.join(", ")),
    }
}

/// What the hand-written root of the crate offers to generated code.
const BUILT_IN: &[&str] = &[
    "Entries",
    "ErrorCode",
    "MuteTime",
    "Seconds",
    "TagValue",
    "UnixMillis",
    "UnixSeconds",
    "UnknownValue",
    "UnknownInteger",
    "lenient",
];
