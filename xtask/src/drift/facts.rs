//! Fact files: what the documentation says, one JSON file per endpoint and webhook. `spec/README.md`
//! describes the format; keys that are not compared are ignored.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::notes::sentence_about;

/// The content of a folder of fact files.
#[derive(Debug)]
pub(super) struct Facts {
    /// By path: `service/command`.
    pub(super) endpoints: BTreeMap<String, EndpointFacts>,
    /// By command.
    pub(super) webhooks: BTreeMap<String, WebhookFacts>,
}

/// What the documentation says about an endpoint.
#[derive(Debug, Deserialize)]
pub(super) struct EndpointFacts {
    service: String,
    command: String,
    pub(super) max_calls_per_second: Option<u32>,
    /// Whether each group type is supported.
    pub(super) group_types: Option<BTreeMap<String, bool>>,
    pub(super) batch: Option<BatchFacts>,
    pub(super) pagination: Option<PaginationFacts>,
    pub(super) idempotent: Option<bool>,
    #[serde(flatten)]
    pub(super) common: CommonFacts,
}

/// What the documentation says about a webhook.
#[derive(Debug, Deserialize)]
pub(super) struct WebhookFacts {
    command: String,
    pub(super) phase: Option<String>,
    /// Parameters of the URL.
    #[serde(default)]
    pub(super) query: Vec<String>,
    /// What each response code does.
    #[serde(default)]
    pub(super) answers: Vec<AnswerFacts>,
    #[serde(flatten)]
    pub(super) common: CommonFacts,
}

/// What endpoints and webhooks have in common.
#[derive(Debug, Deserialize)]
pub(super) struct CommonFacts {
    /// Number of the documentation page.
    pub(super) doc_id: Option<u32>,
    #[serde(default)]
    pub(super) request: Vec<FieldFacts>,
    #[serde(default)]
    pub(super) response: Vec<FieldFacts>,
    #[serde(default)]
    pub(super) errors: Vec<ErrorFacts>,
    #[serde(default)]
    pub(super) quirks: Vec<String>,
    #[serde(default)]
    pub(super) unverified: Vec<String>,
}

impl CommonFacts {
    /// The first sentence that contains one of the words.
    pub(super) fn about(&self, words: &[String]) -> Option<&str> {
        let notes = self.quirks.iter().chain(&self.unverified).map(String::as_str);
        let meanings = self.errors.iter().map(|error| error.meaning.as_str());
        sentence_about(notes.chain(meanings), words)
    }
}

/// What the documentation says about a field.
#[derive(Debug, Deserialize)]
pub(super) struct FieldFacts {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) type_: String,
    pub(super) required: Option<bool>,
    #[serde(default)]
    pub(super) desc: String,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    pub(super) max_bytes: Option<i64>,
    pub(super) max_items: Option<i64>,
    /// The listed values.
    #[serde(rename = "enum", default)]
    pub(super) values: Vec<Value>,
    pub(super) default: Option<Value>,
    /// The fields of the object, or of each object in the list.
    #[serde(default)]
    pub(super) fields: Vec<Self>,
}

/// The list whose length is limited per call.
#[derive(Debug, Deserialize)]
pub(super) struct BatchFacts {
    pub(super) field: String,
    pub(super) max: Option<i64>,
}

/// How a list is paged.
#[derive(Debug, Deserialize)]
pub(super) struct PaginationFacts {
    /// The response field with the list.
    pub(super) items: String,
    pub(super) max_page: Option<i64>,
}

/// An error code.
#[derive(Debug, Deserialize)]
pub(super) struct ErrorFacts {
    pub(super) code: i64,
    #[serde(default)]
    pub(super) meaning: String,
}

/// A response code of a webhook, or a range of codes.
#[derive(Debug, Deserialize)]
pub(super) struct AnswerFacts {
    pub(super) code: Option<i64>,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    /// Whether it stands for all other codes.
    #[serde(default)]
    pub(super) otherwise: bool,
}

impl Facts {
    /// Reads the fact files below `folder`: `endpoints/<service>/<command>.json` and
    /// `webhooks/<command>.json`.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let mut endpoints = BTreeMap::new();
        for service in entries(&folder.join("endpoints"))? {
            for path in entries(&service)? {
                let facts: EndpointFacts = read(&path)?;
                let name = format!("{}/{}", facts.service, facts.command);
                ensure_name(&path, &name)?;
                endpoints.insert(name, facts);
            }
        }
        let mut webhooks = BTreeMap::new();
        for path in entries(&folder.join("webhooks"))? {
            let facts: WebhookFacts = read(&path)?;
            ensure_name(&path, &facts.command)?;
            webhooks.insert(facts.command.clone(), facts);
        }
        Ok(Self { endpoints, webhooks })
    }
}

/// A file whose name differs from its content would be compared with the wrong command.
fn ensure_name(path: &Path, name: &str) -> Result<()> {
    ensure!(
        path.with_extension("").ends_with(name) || path.ends_with(format!("{name}.json")),
        "{} describes {name}: a fact file is named after its command",
        path.display()
    );
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot_read = || format!("cannot read the folder {} of fact files", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot_read)? {
        paths.push(entry.with_context(cannot_read)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is not a fact file", path.display()))
}
