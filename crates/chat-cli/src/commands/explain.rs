//! `chatctl explain`.

use chat_types::{
    ENDPOINTS, ErrorCode,
    spec::{EndpointSpec, RetryAdvice},
};
use clap::Args;
use serde_json::{Value, json};

use crate::{
    error::{Error, Exit},
    output::{self, Output},
};

/// Explain an error code: its meaning, its class, whether a retry helps, which endpoints return it
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl explain 10007")]
pub(crate) struct Explain {
    /// Error code
    #[arg(allow_negative_numbers = true)]
    code: i32,
}

impl Explain {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let explanation = Explanation::of(ErrorCode::from(self.code))?;
        if out.is_json() {
            out.json(&explanation.to_json())?;
        } else {
            explanation.print(out)?;
        }
        Ok(Exit::Done)
    }
}

/// What the specification states about a code.
struct Explanation {
    code: ErrorCode,
    meaning: &'static str,
    /// Endpoints that document the code, with its meaning there.
    endpoints: Vec<(&'static EndpointSpec, &'static str)>,
}

impl Explanation {
    fn of(code: ErrorCode) -> Result<Self, Error> {
        let endpoints: Vec<_> = ENDPOINTS
            .iter()
            .flat_map(|spec| spec.errors.iter().map(move |error| (*spec, error)))
            .filter(|(_, error)| error.code == code)
            .map(|(spec, _)| (spec, spec.meaning_of(code).unwrap_or_default()))
            .collect();
        let success = (code == ErrorCode::OK).then_some("Success.");
        let of_endpoint = endpoints.first().map(|(_, meaning)| *meaning);
        let meaning = success.or(code.meaning()).or(of_endpoint).ok_or_else(|| {
            Error::usage(format!("error code {code} is not documented"))
                .with_code(code.get())
                .with_hint("see the ErrorInfo that the response has next to it")
        })?;
        Ok(Self { code, meaning, endpoints })
    }

    fn to_json(&self) -> Value {
        let spec = self.code.spec();
        let mut document = json!({
            "code": self.code,
            "name": spec.map(|spec| spec.name),
            "area": spec.map(|spec| spec.area),
            "meaning": self.meaning,
            "class": self.code.class().as_str(),
            "retry": self.code.retry_advice().as_str(),
            "retry_documented": spec.map(|spec| spec.documented_retry),
            "success_like": spec.map(|spec| spec.success_like),
            "other_meanings": self.other_meanings()
                .map(|(service, meaning)| json!({ "service": service, "meaning": meaning }))
                .collect::<Value>(),
            "note": spec.and_then(|spec| spec.note),
            "endpoints": self.endpoints.iter()
                .map(|(spec, meaning)| json!({
                    "endpoint": spec.id().to_string(),
                    "meaning": meaning,
                }))
                .collect::<Value>(),
        });
        if let Some(members) = document.as_object_mut() {
            members.retain(|_, value| !value.is_null());
        }
        document
    }

    fn print(&self, out: &mut Output) -> Result<(), Error> {
        let mut table = output::table([self.code.to_string().as_str(), self.meaning]);
        if let Some(spec) = self.code.spec() {
            table.add_row(["name", spec.name]);
            table.add_row(["area", spec.area]);
        }
        if self.code != ErrorCode::OK {
            table.add_row(["class", self.code.class().as_str()]);
            table.add_row(["retry", self.retry_in_words()]);
        }
        for (service, meaning) in self.other_meanings() {
            table.add_row([format!("in {service}"), meaning.to_owned()]);
        }
        if let Some(note) = self.code.spec().and_then(|spec| spec.note) {
            table.add_row(["note", note]);
        }
        out.table(&table)?;
        if self.endpoints.is_empty() {
            return Ok(());
        }
        out.line("")?;
        let mut table = output::table(["ENDPOINT", "MEANING THERE"]);
        for (spec, meaning) in &self.endpoints {
            table.add_row([spec.id().to_string().as_str(), meaning]);
        }
        out.table(&table)
    }

    fn other_meanings(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let others = self.code.spec().map_or(&[][..], |spec| spec.other_meanings);
        others.iter().map(|other| (other.service, other.meaning))
    }

    fn retry_in_words(&self) -> &'static str {
        match self.code.retry_advice() {
            RetryAdvice::AfterBackoff => "helps, after a delay",
            RetryAdvice::AfterNewSignature => "helps, with a new signature",
            RetryAdvice::InAnotherRegion => "helps, at the domain of the app's region",
            _ => "does not help",
        }
    }
}
