//! Reads every file of `spec/` through its format.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;

use super::{
    Diagnostics, Source,
    format::{
        EndpointFile, ErrorsFile, GroupTypesFile, LimitsFile, RegionsFile, ServiceFile, TypesFile,
        WebhookFile, WebhookSharedFile,
    },
};

/// The content of `spec/`, file by file.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) endpoints: Vec<Loaded<EndpointFile>>,
    pub(crate) webhooks: Vec<Loaded<WebhookFile>>,
    pub(crate) webhook: Loaded<WebhookSharedFile>,
    pub(crate) types: Vec<Loaded<TypesFile>>,
    pub(crate) errors: Loaded<ErrorsFile>,
    pub(crate) regions: Loaded<RegionsFile>,
    pub(crate) group_types: Loaded<GroupTypesFile>,
    pub(crate) limits: Loaded<LimitsFile>,
    pub(crate) service: Loaded<ServiceFile>,
}

/// A file with its parsed content.
#[derive(Debug)]
pub(crate) struct Loaded<T> {
    pub(crate) source: Arc<Source>,
    pub(crate) content: T,
}

impl Spec {
    /// Reads the folder `spec` below `root`. Returns `None` if a file is invalid.
    pub(crate) fn load(root: &Path, diagnostics: &mut Diagnostics) -> Result<Option<Self>> {
        let mut reader = Reader { root, diagnostics };
        let endpoints = reader.folder("spec/endpoints")?;
        let webhooks = reader.folder("spec/webhooks")?;
        let webhook = reader.file("spec/webhook.toml")?;
        let types = reader.folder("spec/types")?;
        let errors = reader.file("spec/errors.toml")?;
        let regions = reader.file("spec/regions.toml")?;
        let group_types = reader.file("spec/group_types.toml")?;
        let limits = reader.file("spec/limits.toml")?;
        let service = reader.file("spec/service.toml")?;
        if !diagnostics.is_empty() {
            return Ok(None);
        }
        Ok((|| {
            Some(Self {
                endpoints,
                webhooks,
                webhook: webhook?,
                types,
                errors: errors?,
                regions: regions?,
                group_types: group_types?,
                limits: limits?,
                service: service?,
            })
        })())
    }
}

struct Reader<'a> {
    root: &'a Path,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    /// Every `.toml` file below a folder, in the order of their paths.
    fn folder<T: DeserializeOwned>(&mut self, folder: &str) -> Result<Vec<Loaded<T>>> {
        let mut paths = Vec::new();
        collect(&self.root.join(folder), &mut paths)
            .with_context(|| format!("cannot read the folder {folder}"))?;
        paths.sort();
        let mut files = Vec::new();
        for path in paths {
            let relative = path.strip_prefix(self.root).unwrap_or(&path);
            let relative = relative.to_string_lossy().replace('\\', "/");
            files.extend(self.file(&relative)?);
        }
        Ok(files)
    }

    fn file<T: DeserializeOwned>(&mut self, path: &str) -> Result<Option<Loaded<T>>> {
        let text = fs::read_to_string(self.root.join(path))
            .with_context(|| format!("cannot read {path}"))?
            .replace("\r\n", "\n");
        let source = Arc::new(Source { path: path.to_owned(), text });
        match toml::from_str(&source.text) {
            Ok(content) => Ok(Some(Loaded { source, content })),
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                let title = "invalid spec file";
                let help = "spec/README.md describes every key".to_owned();
                self.diagnostics.error(&source, span, title, error.message(), Some(help));
                Ok(None)
            }
        }
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
    }
    Ok(())
}
