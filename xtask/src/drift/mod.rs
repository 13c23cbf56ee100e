//! `cargo xtask drift`: compares the spec with what the documentation says, field by field.
//!
//! | module | subject |
//! | --- | --- |
//! | `facts` | the documentation's side: fact files |
//! | `subject` | the spec's side |
//! | `fields`, `constraints`, `limits` | the comparison of fields, and of their types, values and limits |
//! | `shared` | what several files of the spec share |
//! | `properties` | the comparison of everything else |
//! | `difference`, `notes` | what differs, and the sentences that explain it |
//! | `report` | the output |

mod constraints;
mod difference;
mod facts;
mod fields;
mod limits;
mod notes;
mod properties;
mod report;
mod shared;
mod subject;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context, Result};

use self::{
    difference::{Difference, Kind},
    facts::{CommonFacts, Facts},
    report::Report,
    subject::Subject,
};
use crate::{
    codegen,
    model::{Endpoint, Model, Webhook},
};

/// Compares `spec/` with the fact files in `folder` and prints the report. With `deny`, fails if a
/// difference is not explained.
pub(crate) fn run(root: &Path, folder: &Path, deny: bool) -> Result<ExitCode> {
    let report = compare(&codegen::model(root)?, &Facts::read(folder)?);
    write!(io::stdout(), "{}", report.text()).context("cannot write to standard output")?;
    let failed = deny && report.has_drift();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn compare(model: &Model, facts: &Facts) -> Report {
    let mut report = Report::default();
    endpoints(model, facts, &mut report);
    webhooks(model, facts, &mut report);
    report.fields.finish();
    report
}

fn endpoints(model: &Model, facts: &Facts, report: &mut Report) {
    let all = model.areas.values().flat_map(|area| &area.endpoints);
    let mut endpoints: BTreeMap<String, &Endpoint> =
        all.map(|each| (format!("{}/{}", each.service, each.command), each)).collect();
    for (name, facts) in &facts.endpoints {
        report.endpoints.documented += 1;
        let Some(endpoint) = endpoints.remove(name) else {
            report.missing(name, &facts.common);
            continue;
        };
        report.endpoints.covered += 1;
        let subject = Subject::endpoint(model, endpoint);
        report.fields.add(&facts.common, &subject);
        report.others.extend(properties::of_endpoint(facts, endpoint, &subject));
    }
    endpoints.values().for_each(|endpoint| report.undocumented(&endpoint.origin));
}

fn webhooks(model: &Model, facts: &Facts, report: &mut Report) {
    let all = model.webhooks.modules.values().flatten();
    let mut webhooks: BTreeMap<&str, &Webhook> =
        all.map(|webhook| (webhook.command.as_str(), webhook)).collect();
    for (name, facts) in &facts.webhooks {
        report.webhooks.documented += 1;
        let Some(webhook) = webhooks.remove(name.as_str()) else {
            report.missing(name, &facts.common);
            continue;
        };
        report.webhooks.covered += 1;
        let subject = Subject::webhook(model, webhook);
        report.fields.add(&facts.common, &subject);
        report.others.extend(properties::of_webhook(facts, webhook, &subject));
    }
    webhooks.values().for_each(|webhook| report.undocumented(&webhook.origin));
}

impl Report {
    fn missing(&mut self, name: &str, facts: &CommonFacts) {
        self.fields.add_missing(facts);
        self.command(name, "missing in the spec");
    }

    fn undocumented(&mut self, origin: &str) {
        self.command(origin, "not documented");
    }

    fn command(&mut self, subject: &str, text: &str) {
        self.others.push(Difference {
            subject: subject.to_owned(),
            kind: Kind::Command,
            text: text.to_owned(),
            explanation: None,
        });
    }
}
