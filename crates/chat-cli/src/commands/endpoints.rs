//! `chatctl endpoints`.

use chat_types::{ENDPOINTS, spec::EndpointSpec};
use clap::Args;
use serde_json::Value;

use crate::{
    catalog,
    error::{Error, Exit},
    output::{self, Output},
    parsers,
};

/// List the endpoints with their quotas, batch sizes, page sizes, group types and regions
///
/// With --output json, prints everything that the specification states: fields, rules, errors,
/// behavior.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl endpoints")]
pub(crate) struct Endpoints {
    /// List only endpoints whose name or title contains this, in any case
    filter: Option<String>,

    /// Stop after this many endpoints
    #[arg(long, value_name = "N", value_parser = parsers::integer(1, usize::MAX))]
    limit: Option<usize>,
}

impl Endpoints {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let found = ENDPOINTS.iter().copied().filter(|spec| self.matches(spec));
        let found: Vec<_> = found.take(self.limit.unwrap_or(usize::MAX)).collect();
        if found.is_empty() {
            out.note("no endpoint has a name or title that contains the filter");
        }
        if out.is_json() {
            let found: Vec<Value> = found.into_iter().map(catalog::to_json).collect();
            out.json(&found)?;
        } else {
            print_table(&found, out)?;
        }
        Ok(Exit::Done)
    }

    fn matches(&self, spec: &EndpointSpec) -> bool {
        let Some(filter) = &self.filter else { return true };
        let filter = filter.to_lowercase();
        spec.id().to_string().contains(&filter) || spec.title.to_lowercase().contains(&filter)
    }
}

fn print_table(found: &[&EndpointSpec], out: &mut Output) -> Result<(), Error> {
    let mut table =
        output::table(["ENDPOINT", "TITLE", "CALLS/S", "BATCH", "PAGED", "GROUP TYPES", "REGIONS"]);
    for spec in found {
        table.add_row([
            spec.id().to_string(),
            match spec.withdrawn {
                None if spec.irreversible.is_some() => format!("{} (cannot be undone)", spec.title),
                None => spec.title.to_owned(),
                Some(_) => format!("{} (withdrawn for new customers)", spec.title),
            },
            spec.calls_per_second.map_or_else(String::new, |calls| calls.to_string()),
            spec.batch.as_ref().map_or_else(String::new, |batch| {
                batch.max.map_or_else(|| "any".to_owned(), |max| max.to_string())
            }),
            spec.paging.as_ref().map_or_else(String::new, |paging| {
                paging.max_page_size.map_or_else(|| "yes".to_owned(), |size| size.to_string())
            }),
            group_types(spec),
            catalog::regions(spec).unwrap_or_default().join(", "),
        ]);
    }
    out.table(&table)
}

fn group_types(spec: &EndpointSpec) -> String {
    let names: Vec<&str> =
        spec.group_types.unwrap_or_default().iter().map(chat_types::GroupType::as_str).collect();
    names.join(", ")
}
