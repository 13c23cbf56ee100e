//! What `cargo xtask codegen` can generate, one kind of file each.

use std::{path::Path, thread};

use anyhow::{Result, anyhow};

use super::rustfmt;
use crate::{
    coverage, manifests,
    model::Model,
    print::{self, Files, GENERATED, OPENAPI, SCHEMAS},
    spec::{SPEC_SCHEMAS, format_schemas},
};

/// A kind of generated file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generator {
    /// The Rust code of chat-types.
    Types,
    /// The JSON Schemas of requests, responses and webhooks.
    Schemas,
    /// The OpenAPI documents.
    OpenApi,
    /// The JSON Schemas of the files in `spec/`.
    SpecSchemas,
    /// The cargo features of the areas.
    Features,
    /// The table of what is covered, in README.md.
    Readme,
}

impl Generator {
    pub(crate) const ALL: &'static [Self] = &[
        Self::Types,
        Self::Schemas,
        Self::OpenApi,
        Self::SpecSchemas,
        Self::Features,
        Self::Readme,
    ];

    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Types => "types",
            Self::Schemas => "schemas",
            Self::OpenApi => "openapi",
            Self::SpecSchemas => "spec-schemas",
            Self::Features => "features",
            Self::Readme => "readme",
        }
    }

    /// The generator of this name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|generator| generator.name() == name)
    }

    /// The folder that holds its files and nothing else.
    pub(super) fn folder(self) -> Option<&'static str> {
        match self {
            Self::Types => Some(GENERATED),
            Self::Schemas => Some(SCHEMAS),
            Self::OpenApi => Some(OPENAPI),
            Self::SpecSchemas => Some(SPEC_SCHEMAS),
            Self::Features | Self::Readme => None,
        }
    }

    fn files(self, root: &Path, model: &Model, coverage: &str) -> Result<Files> {
        match self {
            Self::Types => {
                let mut files = print::types(model);
                rustfmt::format(root, &mut files)?;
                Ok(files)
            }
            Self::Schemas => Ok(print::schemas(model)),
            Self::OpenApi => Ok(print::openapi(model)),
            Self::SpecSchemas => format_schemas(),
            Self::Features => manifests::with_areas(root, model),
            Self::Readme => coverage::readme(root, coverage),
        }
    }
}

/// The files of several generators, made in parallel.
pub(super) fn run(
    root: &Path,
    model: &Model,
    coverage: &str,
    generators: &[Generator],
) -> Result<Files> {
    thread::scope(|scope| {
        let running: Vec<_> = generators
            .iter()
            .map(|generator| scope.spawn(|| generator.files(root, model, coverage)))
            .collect();
        let mut files = Files::new();
        for worker in running {
            files.extend(worker.join().map_err(|_| anyhow!("a generator panicked"))??);
        }
        Ok(files)
    })
}
