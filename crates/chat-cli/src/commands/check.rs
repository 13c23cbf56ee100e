use std::{collections::BTreeSet, path::PathBuf};

use chat_types::{
    Envelope, ErrorCode,
    spec::{EndpointSpec, FieldKind, FieldSpec},
    typed::{self, Mismatch},
};
use clap::Args;
use serde_json::{Value, json};

use crate::{
    catalogue,
    commands::read_payload,
    error::{Error, Exit},
    output::Output,
};

/// Check a payload against its type and the documented rules
///
/// The JSON is read through the typed request or response; a request is checked against the
/// documented rules as well. An answer with an ErrorCode is read as a refusal. What does not fit is
/// named with its path, what was expected and what was found, and the exit code is 4.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The endpoint
    #[arg(id = "endpoint_name", value_name = "SERVICE/COMMAND", value_parser = catalogue::find)]
    endpoint: &'static EndpointSpec,

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

    /// File with an answer, or - for standard input
    #[arg(long, value_name = "FILE")]
    response: Option<PathBuf>,
}

/// What was found to fit.
struct Verdict {
    what: &'static str,
    /// Why the service did not carry the call out, where an answer says that.
    refusal: Option<(ErrorCode, String)>,
    written_back: Vec<u8>,
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
        let checked = if self.strict {
            self.endpoint.check_json_strictly(json)
        } else {
            self.endpoint.check_json(json)
        };
        checked.map_err(|violation| self.mismatch(violation.to_string()))?;
        let written_back =
            self.typed()?.read_request(json).map_err(|error| self.explain(&error))?;
        Ok(Verdict { what: "request", refusal: None, written_back })
    }

    fn check_response(&self, json: &[u8]) -> Result<Verdict, Error> {
        let envelope =
            Envelope::read(json).map_err(|error| self.mismatch_at("", &error.to_string()))?;
        if !envelope.is_success() {
            let refusal = Some((envelope.error_code, envelope.info().to_owned()));
            return Ok(Verdict { what: "refusal", refusal, written_back: json.to_vec() });
        }
        let written_back =
            self.typed()?.read_response(json).map_err(|error| self.explain(&error))?;
        if self.strict {
            self.check_fields(json)?;
        }
        Ok(Verdict { what: "response", refusal: None, written_back })
    }

    fn typed(&self) -> Result<&'static typed::TypedEndpoint, Error> {
        typed::find(self.endpoint.service, self.endpoint.command)
            .ok_or_else(|| Error::usage("this endpoint has no types"))
    }

    fn check_fields(&self, json: &[u8]) -> Result<(), Error> {
        let answer: Value = serde_json::from_slice(json)
            .map_err(|error| self.mismatch_at("", &error.to_string()))?;
        let mut unknown = BTreeSet::new();
        if let Value::Object(members) = &answer {
            let own = members.iter().filter(|(name, _)| !ENVELOPE.contains(&name.as_str()));
            collect_unknown(own, self.endpoint.response, "", &mut unknown);
        }
        match unknown.first() {
            None => Ok(()),
            Some(path) => {
                Err(self.mismatch_at(path, "expected a field of this answer, found an unknown one"))
            }
        }
    }

    fn explain(&self, mismatch: &Mismatch) -> Error {
        let path = mismatch.path.trim_start_matches('.');
        self.mismatch_at(path, &mismatch.reason)
    }

    fn mismatch_at(&self, path: &str, reason: &str) -> Error {
        let at = if path.is_empty() { String::new() } else { format!("{path}: ") };
        self.mismatch(format!("{}: {at}{reason}", self.endpoint.id()))
    }

    fn mismatch(&self, message: String) -> Error {
        Error::mismatch(message).with_endpoint(self.endpoint.id())
    }

    fn print(&self, verdict: &Verdict, out: &mut Output) -> Result<(), Error> {
        if self.print {
            out.bytes(&verdict.written_back)?;
            return out.line("");
        }
        let endpoint = self.endpoint.id().to_string();
        let Some((code, info)) = &verdict.refusal else {
            return if out.is_json() {
                out.json(&json!({ "endpoint": endpoint, "fits": verdict.what }))
            } else {
                out.line(format_args!("{endpoint}: the {} fits", verdict.what))
            };
        };
        let meaning = self.endpoint.meaning_of(*code).unwrap_or("not documented");
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

/// The paths of members that no field describes. Items of a list share one path.
fn collect_unknown<'a>(
    members: impl Iterator<Item = (&'a String, &'a Value)>,
    fields: &'static [FieldSpec],
    parent: &str,
    unknown: &mut BTreeSet<String>,
) {
    for (name, value) in members {
        let path = if parent.is_empty() { name.clone() } else { format!("{parent}.{name}") };
        match fields.iter().find(|field| field.name == name) {
            Some(field) => collect_unknown_in(value, &field.kind, &path, unknown),
            None => {
                unknown.insert(path);
            }
        }
    }
}

fn collect_unknown_in(value: &Value, kind: &FieldKind, path: &str, unknown: &mut BTreeSet<String>) {
    match (value, kind) {
        (Value::Object(members), FieldKind::Object(fields)) => {
            collect_unknown(members.iter(), fields, path, unknown);
        }
        (Value::Array(items), FieldKind::Array(kind)) => {
            for (place, item) in items.iter().enumerate() {
                collect_unknown_in(item, kind, &format!("{path}[{place}]"), unknown);
            }
        }
        _ => {}
    }
}

/// The fields that every answer shares.
const ENVELOPE: [&str; 4] = ["ActionStatus", "ErrorCode", "ErrorInfo", "ErrorDisplay"];
