use chat_types::{
    schemas::{self, EndpointSchemas},
    spec::EndpointSpec,
};
use clap::Args;
use serde_json::{Map, Value, json};

use crate::{
    catalogue,
    error::{Error, Exit},
    output::Output,
};

/// Print the JSON Schemas of one endpoint, or of all
///
/// For one endpoint {"request": …, "response": …}; for all an object with one of these per endpoint.
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// The endpoint; all of them when left out
    #[arg(id = "endpoint_name", value_name = "SERVICE/COMMAND", value_parser = catalogue::find)]
    endpoint: Option<&'static EndpointSpec>,
}

impl Schema {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let document = match self.endpoint {
            Some(spec) => schemas::find(spec.service, spec.command).map_or(Value::Null, both),
            None => schemas::all()
                .iter()
                .map(|schemas| (format!("{}/{}", schemas.service, schemas.command), both(schemas)))
                .collect::<Map<_, _>>()
                .into(),
        };
        out.json(&document)?;
        Ok(Exit::Done)
    }
}

fn both(schemas: &EndpointSchemas) -> Value {
    json!({ "request": parse(schemas.request), "response": parse(schemas.response) })
}

/// They are JSON by construction, which a test of chat-types makes sure of.
fn parse(schema: &str) -> Value {
    serde_json::from_str(schema).unwrap_or_default()
}
