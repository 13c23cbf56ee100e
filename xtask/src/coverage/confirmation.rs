//! The oldest pages, and what is not confirmed.

use std::fmt::Write;

use crate::spec::{
    Spec,
    format::{Confidence, PageDate},
};

use super::table::Counts;

/// The endpoints and webhooks with the oldest pages, and those with unverified fields.
pub(super) fn lists(spec: &Spec) -> String {
    let files = files(spec);
    let mut text = String::new();
    oldest(&mut text, &files);
    unconfirmed(&mut text, &files);
    text
}

/// What is known about the pages of an endpoint or a webhook.
struct File<'a> {
    path: &'a str,
    page_date: Option<&'a PageDate>,
    confidence: Confidence,
    fields: usize,
    unverified_fields: usize,
    /// Number of statements that could not be confirmed.
    open_questions: usize,
}

fn files(spec: &Spec) -> Vec<File<'_>> {
    let endpoints = spec.endpoints.iter().map(|file| {
        let content = &file.content;
        let counts = Counts::of_endpoint(content);
        File {
            path: &file.source.path,
            page_date: content.page_date.as_ref(),
            confidence: content.confidence,
            fields: counts.fields,
            unverified_fields: counts.unverified,
            open_questions: content.unverified.len(),
        }
    });
    let webhooks = spec.webhooks.iter().map(|file| {
        let content = &file.content;
        let counts = Counts::of_webhook(content);
        File {
            path: &file.source.path,
            page_date: content.page_date.as_ref(),
            confidence: content.confidence,
            fields: counts.fields,
            unverified_fields: counts.unverified,
            open_questions: content.unverified.len(),
        }
    });
    endpoints.chain(webhooks).collect()
}

fn oldest(text: &mut String, files: &[File<'_>]) {
    let mut dated: Vec<(&PageDate, &str)> =
        files.iter().filter_map(|file| Some((file.page_date?, file.path))).collect();
    dated.sort_unstable();
    let _ = writeln!(
        text,
        "Oldest pages, of {} with a known date ({} without one):",
        dated.len(),
        files.len() - dated.len()
    );
    for (date, path) in dated.iter().take(OLDEST) {
        let _ = writeln!(text, "  {date:<10}  {path}");
    }
}

fn unconfirmed(text: &mut String, files: &[File<'_>]) {
    let is_low = |file: &File<'_>| matches!(file.confidence, Confidence::Low);
    let mut found: Vec<&File<'_>> =
        files.iter().filter(|file| is_low(file) || file.unverified_fields > 0).collect();
    found.sort_by_key(|file| (std::cmp::Reverse(file.unverified_fields), file.path));
    let questions: usize = files.iter().map(|file| file.open_questions).sum();
    let _ = writeln!(
        text,
        "\nUnverified: {} of {} endpoints and webhooks, and {questions} open questions in all:",
        found.len(),
        files.len()
    );
    for File { path, confidence, fields, unverified_fields, open_questions, .. } in found {
        let _ = writeln!(
            text,
            "  {unverified_fields:>3} of {fields:>3} fields  {open_questions:>2} questions  \
             {confidence:<6}  {path}"
        );
    }
}

/// Number of pages in the list of the oldest ones.
const OLDEST: usize = 20;
