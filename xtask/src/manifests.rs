//! The cargo features of the areas, in the manifests of the crates that have them.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::{
    model::{Model, WEBHOOK},
    print::Files,
};

/// The manifests with one feature per area between their marks, and those that join them.
pub(crate) fn with_areas(root: &Path, model: &Model) -> Result<Files> {
    let types = model.areas.iter().map(|(name, area)| Feature {
        name,
        is_optional: area.optional,
        implied: quoted(model.features_of(name, area)),
    });
    let webhook =
        Feature { name: WEBHOOK, is_optional: false, implied: quoted(model.webhooks.uses()) };
    let admin = model.areas.iter().map(|(name, area)| Feature {
        name,
        is_optional: area.optional,
        implied: quoted([format!("chat-types/{name}")]),
    });
    let types = types.chain([webhook]).collect();
    let manifests = [("chat-types", features(types)), ("chat-admin", features(admin.collect()))];
    let manifests = manifests.into_iter();
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

/// The cargo feature of an area, or of the webhooks.
struct Feature<'a> {
    name: &'a str,
    /// Whether it is off by default.
    is_optional: bool,
    /// The features that it needs.
    implied: String,
}

fn features(features: Vec<Feature<'_>>) -> String {
    let (optional, default): (Vec<_>, Vec<_>) =
        features.into_iter().partition(|feature| feature.is_optional);
    let named = |features: &[Feature<'_>]| -> String {
        features.iter().map(|feature| format!("    {:?},\n", feature.name)).collect()
    };
    let line = |Feature { name, implied, .. }: &Feature<'_>| format!("{name} = [{implied}]\n");
    let [chat, all] = [named(&default), named(&optional)];
    let [default, optional] =
        [default, optional].map(|features| features.iter().map(line).collect::<String>());
    format!(
        "# The areas of chat.\n{DEFAULT} = [\n{chat}]\n\
         # Every area, including those of the services around chat.\n\
         {ALL} = [\n    {DEFAULT:?},\n{all}]\n{default}{optional}"
    )
}

fn quoted(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("{:?}", name.as_ref())).collect();
    names.join(", ")
}

fn missing(path: &str, mark: &str) -> String {
    format!("missing line {:?} in the [features] of {path}", mark.trim_end())
}

/// The feature of the areas that are on by default.
const DEFAULT: &str = "chat";
/// The feature of every area.
const ALL: &str = "all-areas";
const START: &str = "# <areas> Written by `cargo xtask codegen`: the areas of spec/ as features.\n";
const END: &str = "# </areas>\n";
