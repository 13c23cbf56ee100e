//! `chatctl schema`.

use chat_types::schemas;
use clap::Args;
use serde_json::{Map, Value, json};

use crate::{
    catalog::{self, CatalogEntry, WEBHOOK_PREFIX},
    complete,
    error::{Error, Exit},
    output::Output,
};

/// Print the JSON Schemas of one endpoint or webhook, or of all
///
/// For one, prints {"request": …, "response": …}; for all, an object with one of these per name.
/// For a webhook, the request is the body that the service sends, and the response is that of the
/// app's server.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl schema group_open_http_svc/forbid_send_msg")]
pub(crate) struct Schema {
    /// Endpoint, or webhook/COMMAND [default: all]
    #[arg(id = "endpoint_name", value_name = "SERVICE/COMMAND", value_parser = catalog::find_entry,
          add = complete::endpoints_and_webhooks())]
    entry: Option<CatalogEntry>,
}

impl Schema {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let document = match self.entry {
            Some(CatalogEntry::Endpoint(spec)) => schemas::find(spec.service, spec.command)
                .map(|schemas| both(schemas.request, schemas.response)),
            Some(CatalogEntry::Webhook(spec)) => schemas::find_webhook(spec.command)
                .map(|schemas| both(schemas.request, schemas.response)),
            None => Some(all()),
        };
        out.json(&document.unwrap_or_default())?;
        Ok(Exit::Done)
    }
}

fn all() -> Value {
    let endpoints = schemas::all().iter().map(|schemas| {
        let name = format!("{}/{}", schemas.spec.service, schemas.spec.command);
        (name, both(schemas.request, schemas.response))
    });
    let webhooks = schemas::webhooks().iter().map(|schemas| {
        let name = format!("{WEBHOOK_PREFIX}{}", schemas.spec.command);
        (name, both(schemas.request, schemas.response))
    });
    endpoints.chain(webhooks).collect::<Map<_, _>>().into()
}

fn both(request: &str, response: &str) -> Value {
    json!({ "request": parse(request), "response": parse(response) })
}

/// Parses a schema, which is always valid JSON, as a test of chat-types ensures.
fn parse(schema: &str) -> Value {
    serde_json::from_str(schema).unwrap_or_default()
}
