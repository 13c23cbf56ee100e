mod shared_fields;
mod unknown_fields;

use std::path::PathBuf;

use chat_types::{
    Envelope, ErrorCode,
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
    catalog::{self, Named},
    commands::read_payload,
    error::{Error, Exit},
    output::Output,
};

/// Check a payload against its type and the documented rules
///
/// The JSON is read through the typed request or response; a request is checked against the
/// documented rules as well. A response with an ErrorCode is read as a refusal. A webhook's body is
/// its request, what the app's server answers its response. What does not fit is named with its
/// path, what was expected and what was found, and the exit code is 4.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl check group_open_http_svc/forbid_send_msg --request body.json"
)]
pub(crate) struct Check {
    /// The endpoint, or webhook/COMMAND
    #[arg(id = "endpoint_name", value_name = "SERVICE/COMMAND", value_parser = catalog::find_any)]
    named: Named,

    #[command(flatten)]
    payload: Payload,

    /// Print the payload as the type writes it back
    #[arg(long)]
    print: bool,

    /// Also refuse fields that the specification does not know
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

/// What was found to fit.
struct Verdict {
    what: &'static str,
    /// Why the service did not carry the call out, where a response says that.
    refusal: Option<Refusal>,
    written_back: Vec<u8>,
}

struct Refusal {
    code: ErrorCode,
    info: String,
    meaning: &'static str,
}

impl Check {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let verdict = match (&self.payload.request, &self.payload.response) {
            (Some(path), _) => self.check_request(&read_payload(path)?)?,
            (None, Some(path)) => self.check_response(&read_payload(path)?)?,
            (None, None) => return Err(Error::usage("give --request or --response")),
        };
        self.print(&verdict, out)?;
        Ok(Exit::Done)
    }

    fn check_request(&self, json: &[u8]) -> Result<Verdict, Error> {
        let written_back = match self.named {
            Named::Endpoint(spec) => {
                let checked = if self.strict {
                    spec.check_json_strictly(json)
                } else {
                    spec.check_json(json)
                };
                checked.map_err(|violation| self.mismatch(violation.to_string()))?;
                endpoint_types(spec)?.read_request(json)
            }
            Named::Webhook(spec) => webhook_types(spec)?.read_body(json),
        };
        let written_back = written_back.map_err(|error| self.explain(&error))?;
        if let (Named::Webhook(spec), true) = (self.named, self.strict) {
            self.refuse_unknown(unknown_field(&self.parse(json)?, spec.body, &[]))?;
        }
        Ok(Verdict { what: "request", refusal: None, written_back })
    }

    fn check_response(&self, json: &[u8]) -> Result<Verdict, Error> {
        let (written, fields) = match self.named {
            Named::Endpoint(spec) => {
                let envelope = Envelope::read(json)
                    .map_err(|error| self.mismatch_at("", &error.to_string()))?;
                if !envelope.is_success() {
                    let code = envelope.error_code;
                    let meaning = spec.meaning_of(code).unwrap_or("not documented");
                    let refusal = Refusal { code, info: envelope.info().to_owned(), meaning };
                    return Ok(Verdict {
                        what: "refusal",
                        refusal: Some(refusal),
                        written_back: json.to_vec(),
                    });
                }
                (endpoint_types(spec)?.read_response(json), spec.response)
            }
            Named::Webhook(spec) => {
                (webhook_types(spec)?.read_response(json), spec.response.fields)
            }
        };
        let written = written.map_err(|error| self.explain(&error))?;
        if self.strict {
            self.refuse_unknown(unknown_field(&self.parse(json)?, fields, &SHARED_FIELDS))?;
        }
        let written_back = with_shared_fields(json, &written)
            .map_err(|error| self.mismatch_at("", &error.to_string()))?;
        Ok(Verdict { what: "response", refusal: None, written_back })
    }

    fn parse(&self, json: &[u8]) -> Result<Value, Error> {
        serde_json::from_slice(json).map_err(|error| self.mismatch_at("", &error.to_string()))
    }

    fn refuse_unknown(&self, path: Option<String>) -> Result<(), Error> {
        let reason = "expected a field that the specification knows, found another one";
        path.map_or(Ok(()), |path| Err(self.mismatch_at(&path, reason)))
    }

    fn explain(&self, mismatch: &Mismatch) -> Error {
        let path = mismatch.path.trim_start_matches('.');
        self.mismatch_at(path, &mismatch.reason)
    }

    fn mismatch_at(&self, path: &str, reason: &str) -> Error {
        let at = if path.is_empty() { String::new() } else { format!("{path}: ") };
        self.mismatch(format!("{}: {at}{reason}", self.named))
    }

    fn mismatch(&self, message: String) -> Error {
        Error::mismatch(message).with_endpoint(self.named)
    }

    fn print(&self, verdict: &Verdict, out: &mut Output) -> Result<(), Error> {
        if self.print {
            out.bytes(&verdict.written_back)?;
            return out.line("");
        }
        let endpoint = self.named.to_string();
        let Some(Refusal { code, info, meaning }) = &verdict.refusal else {
            return if out.is_json() {
                out.json(&json!({ "endpoint": endpoint, "fits": verdict.what }))
            } else {
                out.line(format_args!("{endpoint}: the {} fits", verdict.what))
            };
        };
        if out.is_json() {
            out.json(&json!({
                "endpoint": endpoint,
                "fits": verdict.what,
                "code": code,
                "info": info,
                "meaning": meaning,
            }))
        } else {
            out.line(format_args!("{endpoint}: a refusal with code {code} ({info}): {meaning}"))
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
