//! Values that the shell completes: regions, profiles, endpoints and journals.

use std::{ffi::OsStr, fs, path::Path};

use chat_types::{ENDPOINTS, Region, webhook::WEBHOOKS};
use clap_complete::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate};

use crate::{catalog::WEBHOOK_PREFIX, settings::Profiles};

pub(crate) fn regions() -> ArgValueCandidates {
    let candidates = || Region::ALL.iter().map(|region| region.id().into()).collect();
    ArgValueCandidates::new(candidates)
}

pub(crate) fn profiles() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let profiles = Profiles::read().unwrap_or_default().profiles;
        profiles.into_keys().map(CompletionCandidate::new).collect()
    })
}

pub(crate) fn endpoints() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let endpoints = ENDPOINTS.iter().map(|spec| (spec.id().to_string(), spec.title));
        starting_with(current, endpoints)
    })
}

pub(crate) fn endpoints_and_webhooks() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let endpoints = ENDPOINTS.iter().map(|spec| (spec.id().to_string(), spec.title));
        let webhooks = WEBHOOKS.iter();
        let webhooks =
            webhooks.map(|spec| (format!("{WEBHOOK_PREFIX}{}", spec.command), spec.title));
        starting_with(current, endpoints.chain(webhooks))
    })
}

/// Completes the paths of journals, which begin with their own kind of line.
pub(crate) fn journals() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_string_lossy();
        let (directory, name) = current.rsplit_once('/').unwrap_or(("", &current));
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let listed = if directory.is_empty() { Path::new(".") } else { Path::new(directory) };
        let entries = fs::read_dir(listed).into_iter().flatten().flatten();
        let matching = entries.filter_map(|entry| {
            let file =
                entry.file_name().into_string().ok().filter(|file| file.starts_with(name))?;
            let path = entry.path();
            let is_directory = path.is_dir();
            let slash = if is_directory { "/" } else { "" };
            (is_directory || chat_admin::Journal::read(&path).is_ok())
                .then(|| CompletionCandidate::new(format!("{prefix}{file}{slash}")))
        });
        matching.take(MAX_FILES).collect()
    })
}

fn starting_with(
    current: &OsStr,
    names: impl Iterator<Item = (String, &'static str)>,
) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    let matching = names.filter(|(name, _)| name.starts_with(&*current));
    matching.map(|(name, help)| CompletionCandidate::new(name).help(Some(help.into()))).collect()
}

const MAX_FILES: usize = 200;
