//! The report: differences by file, and counts.

use std::{collections::BTreeMap, fmt::Write};

use super::{
    difference::{Difference, Kind},
    fields::FieldComparison,
};

/// What was compared, and what differs.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) endpoints: Coverage,
    pub(super) webhooks: Coverage,
    pub(super) fields: FieldComparison,
    /// Differences apart from those of fields.
    pub(super) others: Vec<Difference>,
}

/// How many documented commands the spec has.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Coverage {
    pub(super) documented: usize,
    pub(super) covered: usize,
}

impl Report {
    /// Whether a difference is left that nothing explains.
    pub(super) fn has_drift(&self) -> bool {
        self.differences().any(|difference| difference.explanation.is_none())
    }

    fn differences(&self) -> impl Iterator<Item = &Difference> {
        self.others.iter().chain(&self.fields.differences)
    }

    /// The report as text. Differences that a sentence explains are listed after the others.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let (explained, open): (Vec<&Difference>, Vec<&Difference>) =
            self.differences().partition(|difference| difference.explanation.is_some());
        commands(&mut text, &open);
        section(&mut text, "Differences", &open);
        section(&mut text, "Explained differences", &explained);
        self.counts(&mut text, &open, &explained);
        text
    }

    fn counts(&self, text: &mut String, open: &[&Difference], explained: &[&Difference]) {
        let mut by_kind: BTreeMap<Kind, [usize; 2]> = BTreeMap::new();
        for (column, differences) in [open, explained].into_iter().enumerate() {
            for difference in differences {
                by_kind.entry(difference.kind).or_default()[column] += 1;
            }
        }
        let _ = writeln!(text, "| differences | open | explained |\n| --- | ---: | ---: |");
        for (kind, [open, explained]) in by_kind {
            let _ = writeln!(text, "| {kind} | {open} | {explained} |");
        }
        let _ = writeln!(text, "| **total** | {} | {} |", open.len(), explained.len());
        let fields = Coverage { documented: self.fields.documented, covered: self.fields.covered };
        let _ = writeln!(
            text,
            "\n| documented | total | in the spec | |\n| --- | ---: | ---: | ---: |"
        );
        for (name, coverage) in
            [("endpoints", self.endpoints), ("webhooks", self.webhooks), ("fields", fields)]
        {
            let Coverage { documented, covered } = coverage;
            let percentage = coverage.percentage();
            let _ = writeln!(text, "| {name} | {documented} | {covered} | {percentage} |");
        }
    }
}

impl Coverage {
    /// Rounded down to a tenth, so that only a complete coverage is 100.0 %.
    fn percentage(self) -> String {
        let Self { documented, covered } = self;
        let tenths = (covered * 1000).checked_div(documented).unwrap_or(1000);
        format!("{}.{} %", tenths / 10, tenths % 10)
    }
}

/// The endpoints and webhooks that only one side has.
fn commands(text: &mut String, differences: &[&Difference]) {
    let mut lines: Vec<String> = differences
        .iter()
        .filter(|difference| difference.kind == Kind::Command)
        .map(|Difference { subject, text, .. }| format!("{subject}: {text}\n"))
        .collect();
    if !lines.is_empty() {
        lines.sort_unstable();
        let _ = writeln!(text, "# Endpoints and webhooks\n\n{}", lines.concat());
    }
}

/// The other differences by file.
fn section(text: &mut String, title: &str, differences: &[&Difference]) {
    let mut by_subject: BTreeMap<&str, Vec<&Difference>> = BTreeMap::new();
    for difference in differences.iter().filter(|difference| difference.kind != Kind::Command) {
        by_subject.entry(&difference.subject).or_default().push(difference);
    }
    if by_subject.is_empty() {
        return;
    }
    let _ = writeln!(text, "# {title}\n");
    for (subject, differences) in by_subject {
        let _ = writeln!(text, "{subject}");
        for Difference { text: what, explanation, .. } in differences {
            let _ = writeln!(text, "  {what}");
            if let Some(explanation) = explanation {
                let _ = writeln!(text, "    {explanation}");
            }
        }
        let _ = writeln!(text);
    }
}
