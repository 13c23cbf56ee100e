//! `chatctl check`.

mod shared_fields;
mod unknown_fields;

use std::path::PathBuf;

use chat_types::{
    Envelope, ErrorCode,
    check::Replacement,
    repair_encoding,
    spec::{EndpointSpec, WebhookSpec},
    typed::{self, Mismatch},
};
use clap::Args;
use serde_json::{Value, json};

use self::{
    shared_fields::{SHARED_FIELDS, with_shared_fields},
    unknown_fields::unknown_field,
};
use crate::{
    catalog::{CatalogEntry, NamedEntry},
    commands::args::read_payload,
    error::{Error, Exit},
    output::Output,
};

/// Check a payload against its type and the documented rules
///
/// Reads the JSON as the typed request or response, and also checks a request against the
/// documented rules. A response with an ErrorCode is read as an error response. For a webhook, the
/// request is the body that the service sends, and the response is that of the app's server. A
/// mismatch is reported with its path, what was expected and what was found; the exit code is 4.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl check group_open_http_svc/forbid_send_msg --request body.json"
)]
pub(crate) struct Check {
    /// Endpoint, or webhook/COMMAND
    #[arg(id = "endpoint_name", value_name = "SERVICE/COMMAND", value_parser = NamedEntry::find)]
    named: NamedEntry,

    #[command(flatten)]
    payload: Payload,

    /// Print the payload as the type serializes it
    #[arg(long)]
    print: bool,

    /// Also reject fields that are not in the specification
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Payload {
    /// File with a request, or - for standard input
    #[arg(long, value_name = "FILE")]
    request: Option<PathBuf>,

    /// File with a response, or - for standard input
    #[arg(long, value_name = "FILE")]
    response: Option<PathBuf>,
}

/// A payload that fits.
struct Checked {
    /// `request`, `response` or `error_response`.
    payload: &'static str,
    /// The error of an error response.
    refusal: Option<Refusal>,
    /// The payload as the type serializes it.
    serialized: Vec<u8>,
    /// Older names in a request.
    replaced: Vec<Replacement>,
}

/// The error of an error response.
struct Refusal {
    code: ErrorCode,
    info: String,
    meaning: &'static str,
}

impl Check {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let checked = match (&self.payload.request, &self.payload.response) {
            (Some(path), _) => self.check_request(&read_payload(path)?)?,
            (None, Some(path)) => self.check_response(&repair_encoding(&read_payload(path)?))?,
            (None, None) => return Err(Error::usage("give --request or --response")),
        };
        self.print(&checked, out)?;
        for replacement in &checked.replaced {
            out.note(format_args!("{replacement}; send the current name"));
        }
        if let Some(older) = self.named.older_command {
            out.note(format_args!("{older} is an older name of {}", self.named.entry));
        }
        if let CatalogEntry::Endpoint(EndpointSpec { withdrawn: Some(why), .. }) = self.named.entry
        {
            out.note(format_args!("{} is withdrawn: {why}", self.named.entry));
        }
        Ok(Exit::Done)
    }

    fn check_request(&self, json: &[u8]) -> Result<Checked, Error> {
        let serialized = match self.named.entry {
            CatalogEntry::Endpoint(spec) => {
                let checked = if self.strict {
                    spec.check_json_strictly(json)
                } else {
                    spec.check_json(json)
                };
                checked.map_err(|violation| self.mismatch(violation.to_string()))?;
                endpoint_types(spec)?.read_request(json)
            }
            CatalogEntry::Webhook(spec) => {
                let json = &*repair_encoding(json);
                let checked = spec.check_body_json(json);
                checked.map_err(|violation| self.mismatch(violation.to_string()))?;
                webhook_types(spec)?.read_body(json)
            }
        };
        let serialized = serialized.map_err(|error| self.explain(&error))?;
        if let (CatalogEntry::Webhook(spec), true) = (self.named.entry, self.strict) {
            let json = &repair_encoding(json);
            self.reject_unknown(unknown_field(&self.parse(json)?, spec.body, &[]))?;
        }
        let replaced = match self.named.entry {
            CatalogEntry::Endpoint(spec) => spec.replace_older_names(&mut self.parse(json)?),
            CatalogEntry::Webhook(_) => Vec::new(),
        };
        Ok(Checked { payload: "request", refusal: None, serialized, replaced })
    }

    fn check_response(&self, json: &[u8]) -> Result<Checked, Error> {
        let (serialized, fields) = match self.named.entry {
            CatalogEntry::Endpoint(spec) => {
                let envelope = Envelope::read(json)
                    .map_err(|error| self.mismatch_at("", &error.to_string()))?;
                if !envelope.is_success() {
                    let code = envelope.error_code;
                    let meaning = spec.meaning_of(code).unwrap_or("not documented");
                    let refusal = Refusal { code, info: envelope.info().to_owned(), meaning };
                    return Ok(Checked {
                        payload: "error_response",
                        refusal: Some(refusal),
                        serialized: json.to_vec(),
                        replaced: Vec::new(),
                    });
                }
                (endpoint_types(spec)?.read_response(json), spec.response)
            }
            CatalogEntry::Webhook(spec) => {
                let checked = spec.check_response_json(json);
                checked.map_err(|violation| self.mismatch(violation.to_string()))?;
                (webhook_types(spec)?.read_response(json), spec.response.fields)
            }
        };
        let serialized = serialized.map_err(|error| self.explain(&error))?;
        if self.strict {
            self.reject_unknown(unknown_field(&self.parse(json)?, fields, &SHARED_FIELDS))?;
        }
        let serialized = with_shared_fields(json, &serialized)
            .map_err(|error| self.mismatch_at("", &error.to_string()))?;
        Ok(Checked { payload: "response", refusal: None, serialized, replaced: Vec::new() })
    }

    fn parse(&self, json: &[u8]) -> Result<Value, Error> {
        serde_json::from_slice(json).map_err(|error| self.mismatch_at("", &error.to_string()))
    }

    fn reject_unknown(&self, path: Option<String>) -> Result<(), Error> {
        let reason = "expected a field of the specification, found an unknown one";
        path.map_or(Ok(()), |path| Err(self.mismatch_at(&path, reason)))
    }

    fn explain(&self, mismatch: &Mismatch) -> Error {
        let path = mismatch.path.trim_start_matches('.');
        self.mismatch_at(path, &mismatch.reason)
    }

    fn mismatch_at(&self, path: &str, reason: &str) -> Error {
        let at = if path.is_empty() { String::new() } else { format!("{path}: ") };
        self.mismatch(format!("{}: {at}{reason}", self.named.entry))
    }

    fn mismatch(&self, message: String) -> Error {
        Error::mismatch(message).with_endpoint(self.named.entry)
    }

    fn print(&self, checked: &Checked, out: &mut Output) -> Result<(), Error> {
        if self.print {
            return out.raw_json(&checked.serialized);
        }
        let endpoint = self.named.entry.to_string();
        let Some(Refusal { code, info, meaning }) = &checked.refusal else {
            return if out.is_json() {
                out.json(&json!({ "endpoint": endpoint, "payload": checked.payload }))
            } else {
                out.line(format_args!("{endpoint}: valid {}", checked.payload))
            };
        };
        if out.is_json() {
            out.json(&json!({
                "endpoint": endpoint,
                "payload": checked.payload,
                "code": code,
                "info": info,
                "meaning": meaning,
            }))
        } else {
            out.line(format_args!(
                "{endpoint}: valid error response with code {code} ({info}): {meaning}"
            ))
        }
    }
}

fn endpoint_types(spec: &EndpointSpec) -> Result<&'static typed::TypedEndpoint, Error> {
    typed::find(spec.service, spec.command)
        .ok_or_else(|| Error::usage("this endpoint has no types"))
}

fn webhook_types(spec: &WebhookSpec) -> Result<&'static typed::TypedWebhook, Error> {
    typed::find_webhook(spec.command).ok_or_else(|| Error::usage("this webhook has no types"))
}
