//! The table of areas: how many endpoints, webhooks and fields are described and confirmed.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use anyhow::{Context, Result};
use indexmap::IndexMap;

use crate::{
    print::Files,
    spec::{
        Spec,
        format::{Confidence, EndpointFile, Field, Located, Struct, WebhookFile},
    },
};

/// The README of the repository, with this table between its two marks.
pub(crate) fn readme(root: &Path, table: &str) -> Result<Files> {
    let text = fs::read_to_string(root.join(README)).context("cannot read README.md")?;
    let (before, rest) = text.split_once(START).with_context(|| missing(START))?;
    let (_, after) = rest.split_once(END).with_context(|| missing(END))?;
    let text = format!("{before}{START}\n{table}{END}{after}");
    Ok(Files::from([(README.to_owned(), text)]))
}

/// The table as Markdown: a row per area, then per module of webhooks without an area, then shared
/// types.
pub(crate) fn table(spec: &Spec) -> String {
    let mut areas: BTreeMap<String, Counts> = BTreeMap::new();
    for file in &spec.endpoints {
        let content = &file.content;
        let counts = areas.entry(file.source.folder()).or_default();
        counts.add(&Counts::of_endpoint(content));
    }
    let mut others: BTreeMap<String, Counts> = BTreeMap::new();
    for file in &spec.webhooks {
        let content = &file.content;
        let folder = file.source.folder();
        let area = area_of(spec, &folder).unwrap_or(folder);
        let group = if areas.contains_key(&area) { &mut areas } else { &mut others };
        let counts = group.entry(area).or_default();
        counts.add(&Counts::of_webhook(content));
    }
    let mut shared = Counts::default();
    for file in &spec.types {
        shared.count(Confidence::High, &[], &file.content.structs);
    }
    shared.count(Confidence::High, &[&spec.webhook.content.query], &IndexMap::new());

    let mut total = Counts::default();
    let mut text = HEADER.to_owned();
    let others = others.iter().map(|(name, counts)| (format!("{name} (webhooks)"), counts));
    let areas = areas.iter().map(|(name, counts)| (name.replace('_', " "), counts));
    for (name, counts) in areas.chain(others).chain([("shared types".to_owned(), &shared)]) {
        total.add(counts);
        counts.row(&mut text, &name);
    }
    total.row(&mut text, "**total**");
    text
}

/// The area that a folder of webhooks belongs to.
fn area_of(spec: &Spec, folder: &str) -> Option<String> {
    let mut areas = spec.service.content.areas.iter();
    let (name, _) =
        areas.find(|(name, area)| area.modules(name.as_ref()).any(|module| module == folder))?;
    Some(name.as_ref().clone())
}

/// Numbers of what is described and confirmed.
#[derive(Debug, Default)]
pub(super) struct Counts {
    endpoints: usize,
    webhooks: usize,
    pub(super) fields: usize,
    pub(super) unverified: usize,
}

impl Counts {
    pub(super) fn of_endpoint(content: &EndpointFile) -> Self {
        let mut counts = Self { endpoints: 1, ..Self::default() };
        let fields = [&content.query, &content.request, &content.response];
        counts.count(content.confidence, &fields, &content.structs);
        counts
    }

    pub(super) fn of_webhook(content: &WebhookFile) -> Self {
        let mut counts = Self { webhooks: 1, ..Self::default() };
        counts.count(content.confidence, &[&content.request, &content.response], &content.structs);
        counts
    }

    /// Counts the fields of one file. If no page was read, none of them is confirmed.
    fn count(
        &mut self,
        confidence: Confidence,
        fields: &[&IndexMap<Located<String>, Field>],
        structs: &IndexMap<Located<String>, Struct>,
    ) {
        let in_structs = structs.values().flat_map(|object| object.fields.values());
        for field in fields.iter().flat_map(|fields| fields.values()).chain(in_structs) {
            self.fields += 1;
            let is_unconfirmed = matches!(confidence, Confidence::Low);
            self.unverified += usize::from(is_unconfirmed || field.unverified);
        }
    }

    fn add(&mut self, other: &Self) {
        self.endpoints += other.endpoints;
        self.webhooks += other.webhooks;
        self.fields += other.fields;
        self.unverified += other.unverified;
    }

    fn row(&self, text: &mut String, name: &str) {
        let Self { endpoints, webhooks, fields, unverified } = self;
        let confirmed = fields - unverified;
        let _ = writeln!(
            text,
            "| {name} | {endpoints} | {webhooks} | {fields} | {confirmed} | {unverified} |"
        );
    }
}

fn missing(mark: &str) -> String {
    format!("README.md has no line `{mark}`: the coverage table goes between two such lines")
}

/// The file that holds the table.
const README: &str = "README.md";
const START: &str = "<!-- coverage -->";
const END: &str = "<!-- end of coverage -->";
const HEADER: &str = "\
| area | endpoints | webhooks | fields | confirmed | unverified |
| --- | ---: | ---: | ---: | ---: | ---: |
";
