//! JSON Schemas of the spec's own format, for editors.

use std::collections::BTreeMap;

use anyhow::Result;
use schemars::{JsonSchema, schema_for};

use super::format::{
    EndpointFile, ErrorsFile, GroupTypesFile, LimitsFile, RegionsFile, ServiceFile, TypesFile,
    WebhookFile, WebhookSharedFile,
};

/// The schemas by their path from the root of the repository.
pub(crate) fn format_schemas() -> Result<BTreeMap<String, String>> {
    Ok(BTreeMap::from([
        schema::<EndpointFile>("endpoint")?,
        schema::<WebhookFile>("webhook_file")?,
        schema::<WebhookSharedFile>("webhook")?,
        schema::<TypesFile>("types")?,
        schema::<ErrorsFile>("errors")?,
        schema::<RegionsFile>("regions")?,
        schema::<GroupTypesFile>("group_types")?,
        schema::<LimitsFile>("limits")?,
        schema::<ServiceFile>("service")?,
    ]))
}

fn schema<T: JsonSchema>(name: &str) -> Result<(String, String)> {
    let text = serde_json::to_string_pretty(&schema_for!(T))? + "\n";
    Ok((format!("{SPEC_SCHEMAS}/{name}.schema.json"), text))
}

/// The folder of the schemas.
pub(crate) const SPEC_SCHEMAS: &str = "spec/schema";
