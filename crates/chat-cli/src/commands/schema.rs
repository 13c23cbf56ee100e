use chat_types::schemas;
use clap::Args;
use serde_json::{Map, Value, json};

use crate::{
    catalog::{self, Named, WEBHOOK},
    error::{Error, Exit},
    output::Output,
};

/// Print the JSON Schemas of one endpoint or webhook, or of all
///
/// For one {"request": …, "response": …}; for all an object with one of these for each. A webhook's
/// body is its request, what the app's server answers its response.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl schema group_open_http_svc/forbid_send_msg")]
pub(crate) struct Schema {
    /// The endpoint, or webhook/COMMAND; all of them when left out
    #[arg(id = "endpoint_name", value_name = "SERVICE/COMMAND", value_parser = catalog::find_any)]
    named: Option<Named>,
}

impl Schema {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let document = match self.named {
            Some(Named::Endpoint(spec)) => schemas::find(spec.service, spec.command)
                .map(|schemas| both(schemas.request, schemas.response)),
            Some(Named::Webhook(spec)) => schemas::find_webhook(spec.command)
                .map(|schemas| both(schemas.request, schemas.response)),
            None => Some(all()),
        };
        out.json(&document.unwrap_or_default())?;
        Ok(Exit::Done)
    }
}

fn all() -> Value {
    let endpoints = schemas::all().iter().map(|schemas| {
        let name = format!("{}/{}", schemas.service, schemas.command);
        (name, both(schemas.request, schemas.response))
    });
    let webhooks = schemas::webhooks().iter().map(|schemas| {
        (format!("{WEBHOOK}{}", schemas.command), both(schemas.request, schemas.response))
    });
    endpoints.chain(webhooks).collect::<Map<_, _>>().into()
}

fn both(request: &str, response: &str) -> Value {
    json!({ "request": parse(request), "response": parse(response) })
}

/// They are JSON by construction, which a test of chat-types makes sure of.
fn parse(schema: &str) -> Value {
    serde_json::from_str(schema).unwrap_or_default()
}
