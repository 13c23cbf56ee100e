//! The `use` lines of a generated file, collected while it is printed.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::TypePath;

/// Names that a file uses from the rest of the crate.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// Area of the file; its types are reached through `super`.
    area: Option<String>,
    own_area: BTreeSet<String>,
    krate: BTreeSet<String>,
    spec: BTreeSet<&'static str>,
    serde: BTreeSet<&'static str>,
    std: BTreeSet<&'static str>,
}

impl Imports {
    pub(super) fn new(area: Option<&str>) -> Self {
        Self { area: area.map(str::to_owned), ..Self::default() }
    }

    /// The same for a module below another one, whose names stand in neither of them.
    pub(super) fn below(mut self, parent: &str) -> Self {
        self.area = self.area.map(|area| format!("{parent}::{area}"));
        self
    }

    /// Makes a name of the crate's root known, such as `Endpoint` or `lenient`.
    pub(super) fn krate(&mut self, name: &str) {
        self.krate.insert(name.to_owned());
    }

    /// Makes a name of `crate::spec` known.
    pub(super) fn spec(&mut self, name: &'static str) {
        self.spec.insert(name);
    }

    /// Makes a derive of serde known.
    pub(super) fn serde(&mut self, name: &'static str) {
        self.serde.insert(name);
    }

    /// Makes a name of the standard library known.
    pub(super) fn std(&mut self, name: &'static str) {
        self.std.insert(name);
    }

    /// Makes a type known.
    pub(super) fn named(&mut self, path: &TypePath) {
        if path.local {
            return;
        }
        match &path.area {
            Some(area) if Some(area) == self.area.as_ref() => {
                self.own_area.insert(path.name.clone());
            }
            Some(area) => {
                self.krate.insert(format!("{area}::{}", path.name));
            }
            None => {
                self.krate.insert(path.name.clone());
            }
        }
    }

    /// Makes a constant known that stands beside a shared type.
    pub(super) fn beside(&mut self, path: &TypePath, name: String) {
        match &path.area {
            _ if path.local => {}
            Some(area) if Some(area) != self.area.as_ref() => {
                self.krate.insert(format!("generated::{area}::types::{name}"));
            }
            None => {
                self.krate.insert(format!("generated::types::{name}"));
            }
            Some(_) => self.named(&TypePath { name, ..path.clone() }),
        }
    }

    /// The same without the types of the file's own module, for the file that defines them.
    pub(super) fn without_own(mut self) -> Self {
        self.own_area.clear();
        if self.area.is_none() {
            self.krate.retain(|name| name.contains("::") || BUILT_IN.contains(&name.as_str()));
        }
        self
    }

    /// The `use` lines.
    pub(super) fn print(&self) -> String {
        let mut text = String::new();
        if !self.std.is_empty() {
            text += &format!("use std::{{{}}};\n\n", join(self.std.iter().copied()));
        }
        if !self.serde.is_empty() {
            text += &format!("use serde::{{{}}};\n\n", join(self.serde.iter().copied()));
        }
        if !self.own_area.is_empty() {
            text += &format!("use super::types::{{{}}};\n", join(self.own_area.iter()));
        }
        let mut modules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for name in &self.krate {
            let (module, name) = name.rsplit_once("::").unwrap_or(("", name));
            modules.entry(module).or_default().push(name);
        }
        let mut names = Vec::new();
        for (module, all) in modules {
            match all.as_slice() {
                _ if module.is_empty() => names.extend(all.iter().map(|name| (*name).to_owned())),
                [name] => names.push(format!("{module}::{name}")),
                _ => names.push(format!("{module}::{{{}}}", all.join(", "))),
            }
        }
        if !self.spec.is_empty() {
            names.push(format!("spec::{{{}}}", join(self.spec.iter().copied())));
        }
        if !names.is_empty() {
            text += &format!("use crate::{{{}}};\n", names.join(", "));
        }
        text
    }
}

fn join(names: impl Iterator<Item = impl AsRef<str>>) -> String {
    names.map(|name| name.as_ref().to_owned()).collect::<Vec<_>>().join(", ")
}

/// What the hand-written root of the crate offers to generated code.
const BUILT_IN: &[&str] = &[
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
