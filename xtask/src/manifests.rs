//! The cargo features of the areas, in the manifests of the crates that have them.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::{
    model::{Model, WEBHOOK},
    print::Files,
};

/// The manifests with one feature per area between their marks.
pub(crate) fn with_areas(root: &Path, model: &Model) -> Result<Files> {
    let types = model.areas.iter().map(|(name, area)| (name.as_str(), quoted(area.uses(name))));
    let types = types.chain([(WEBHOOK, quoted(model.webhooks.uses()))]);
    let admin = model.areas.keys();
    let admin = admin.map(|name| (name.as_str(), quoted([format!("chat-types/{name}")])));
    let manifests = [("chat-types", features(types)), ("chat-admin", features(admin))].into_iter();
    manifests
        .map(|(package, features)| {
            let path = format!("crates/{package}/Cargo.toml");
            let text = fs::read_to_string(root.join(&path))
                .with_context(|| format!("cannot read {path}"))?;
            let (before, rest) = text.split_once(START).with_context(|| missing(&path, START))?;
            let (_, after) = rest.split_once(END).with_context(|| missing(&path, END))?;
            Ok((path, [before, START, &features, END, after].concat()))
        })
        .collect()
}

fn features<'a>(areas: impl Iterator<Item = (&'a str, String)> + Clone) -> String {
    let all: String = areas.clone().map(|(name, _)| format!("    {name:?},\n")).collect();
    let each: String = areas.map(|(name, implied)| format!("{name} = [{implied}]\n")).collect();
    format!("areas = [\n{all}]\n{each}")
}

fn quoted(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("{:?}", name.as_ref())).collect();
    names.join(", ")
}

fn missing(path: &str, mark: &str) -> String {
    format!("missing line {:?} in the [features] of {path}", mark.trim_end())
}

const START: &str = "# <areas> Written by `cargo xtask codegen`: one feature per area of spec/.\n";
const END: &str = "# </areas>\n";
