//! `chatctl explain`.

mod language;
mod undocumented;

use std::collections::BTreeMap;

use chat_types::{
    ENDPOINTS, ErrorCode, SERVICES,
    spec::{EndpointSpec, ErrorClass, ErrorCodeRange, RetryAdvice, WebhookSpec},
    webhook::WEBHOOKS,
};
use clap::Args;
use serde_json::{Value, json};

use self::{
    language::{Language, Row},
    undocumented::undocumented,
};
use crate::{
    catalog::without_nulls,
    error::{Error, Exit},
    output::{self, Output, counted},
    parsers,
    similar::similar_names,
};

/// Explain an error code: its meaning, cause and remedy, whether a retry helps, and which endpoints
/// document it
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl explain 10007 --service group_open_http_svc")]
pub(crate) struct Explain {
    /// Error code
    #[arg(allow_negative_numbers = true, value_parser = parsers::integer(i32::MIN, i32::MAX))]
    code: i32,

    /// Restrict meanings and endpoints to this service, the first part of SERVICE/COMMAND
    #[arg(long, value_name = "SERVICE", value_parser = service)]
    service: Option<&'static str>,

    /// Language of the explanation [default: that of the locale for a table, en otherwise]
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    language: Option<Language>,
}

impl Explain {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        // Programs get the same whatever the locale is.
        let default = || if out.is_json() { Language::En } else { Language::of_locale() };
        let language = self.language.unwrap_or_else(default);
        let explanation = Explanation::of(ErrorCode::from(self.code), self.service, language)?;
        if out.is_json() {
            out.json(&explanation.to_json())?;
        } else {
            explanation.print(out)?;
        }
        Ok(Exit::Done)
    }
}

/// Parses the name of a service.
fn service(text: &str) -> Result<&'static str, String> {
    let names = || SERVICES.iter().map(|spec| spec.service);
    names().find(|name| *name == text).ok_or_else(|| {
        match similar_names(names().map(|name| (name, name)), text).as_slice() {
            [] => "unknown service; `chatctl endpoints` lists them".to_owned(),
            similar => format!("unknown service; similar ones: {}", similar.join(", ")),
        }
    })
}

/// What the specification states about a code.
struct Explanation {
    code: ErrorCode,
    language: Language,
    /// The meaning in the requested service, or else in general.
    meaning: &'static str,
    /// Whether that service uses the code for something else, so that nothing more is known of it.
    is_other_meaning: bool,
    service: Option<&'static str>,
    /// The endpoints that document the code.
    endpoints: Vec<&'static EndpointSpec>,
}

impl Explanation {
    fn of(
        code: ErrorCode,
        service: Option<&'static str>,
        language: Language,
    ) -> Result<Self, Error> {
        let general = Language::En.meaning(code).ok_or_else(|| undocumented(code))?;
        let meaning = service.and_then(|service| code.meaning_in(service)).unwrap_or(general);
        let endpoints = ENDPOINTS
            .iter()
            .copied()
            .filter(|spec| spec.documents(code) && service.is_none_or(|name| spec.service == name))
            .collect();
        let is_other_meaning = meaning != general;
        let translated = language.meaning(code).filter(|_| !is_other_meaning);
        let meaning = translated.unwrap_or(meaning);
        Ok(Self { code, language, meaning, is_other_meaning, service, endpoints })
    }

    fn class(&self) -> ErrorClass {
        if self.is_other_meaning { ErrorClass::Unknown } else { self.code.class() }
    }

    fn remedy(&self) -> &'static str {
        if self.is_other_meaning {
            self.language.remedy_of_class(self.class())
        } else {
            self.language.remedy(self.code)
        }
    }

    fn retry(&self) -> RetryAdvice {
        if self.is_other_meaning { RetryAdvice::Never } else { self.code.retry_advice() }
    }

    /// Returns the page of the code itself, or else those of the endpoints that document it.
    fn documentation_urls(&self) -> Vec<String> {
        if let Some(url) = self.code.documentation_url() {
            return vec![url];
        }
        let pages = self.endpoints.iter().filter_map(|spec| spec.documentation_url());
        let pages = pages.chain(self.webhooks().filter_map(WebhookSpec::documentation_url));
        let mut urls: Vec<String> = Vec::new();
        for url in pages {
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
        urls
    }

    /// Returns the range that explains the code, if nothing else does.
    fn range(&self) -> Option<&'static ErrorCodeRange> {
        self.code.range().filter(|_| self.code.spec().is_none())
    }

    /// Returns the webhooks that can refuse with this code, if it is a custom one.
    fn webhooks(&self) -> impl Iterator<Item = &'static WebhookSpec> {
        let (code, is_custom) = (self.code, self.range().is_some());
        let can_refuse = move |spec: &&WebhookSpec| {
            let mut codes = spec.response.codes.iter();
            codes.any(|codes| {
                codes.first < codes.last && (codes.first..=codes.last).contains(&code.get())
            })
        };
        WEBHOOKS.iter().copied().filter(move |spec| is_custom && can_refuse(spec))
    }

    /// Returns the meanings in other services, unless one service was requested.
    fn other_meanings(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let is_general = self.service.is_none();
        let others = self.code.spec().filter(|_| is_general).map(|spec| spec.other_meanings);
        others.unwrap_or_default().iter().map(|other| (other.service, other.meaning))
    }

    /// Returns what an endpoint says about the code, if that is not its meaning in the service.
    fn own_meaning(&self, spec: &EndpointSpec) -> Option<&'static str> {
        let general = self.code.meaning_in(spec.service);
        spec.meaning_of(self.code).filter(|meaning| Some(*meaning) != general)
    }

    fn to_json(&self) -> Value {
        let spec = self.code.spec();
        let endpoint = |endpoint: &&EndpointSpec| {
            without_nulls(json!({
                "endpoint": endpoint.id().to_string(),
                "meaning": self.own_meaning(endpoint),
                "documentation_url": endpoint.documentation_url(),
            }))
        };
        let is_failure = self.code != ErrorCode::OK;
        let webhooks: Vec<&str> = self.webhooks().map(|spec| spec.command).collect();
        without_nulls(json!({
            "code": self.code,
            "name": spec.map(|spec| spec.name),
            "area": spec.map(|spec| spec.area),
            "service": self.service,
            "meaning": self.meaning,
            "cause": is_failure.then(|| self.language.cause(self.class())),
            "remedy": is_failure.then(|| self.remedy()),
            "class": is_failure.then(|| self.class().as_str()),
            "retry": is_failure.then(|| self.retry().as_str()),
            "retry_documented": spec.map(|spec| spec.documented_retry),
            "success_like": spec.map(|spec| spec.success_like),
            "range": self.range().map(|range| json!({ "from": range.from, "to": range.to })),
            "documentation_urls": self.documentation_urls(),
            "other_meanings": self.other_meanings()
                .map(|(service, meaning)| json!({ "service": service, "meaning": meaning }))
                .collect::<Value>(),
            "note": spec.and_then(|spec| spec.note),
            "webhooks": Some(webhooks).filter(|webhooks| !webhooks.is_empty()),
            "endpoints": self.endpoints.iter().map(endpoint).collect::<Value>(),
        }))
    }

    fn print(&self, out: &mut Output) -> Result<(), Error> {
        let mut facts = output::table([self.code.to_string().as_str(), self.meaning]);
        let label = |row| self.language.label(row);
        if self.code != ErrorCode::OK {
            facts.add_row([label(Row::Cause), self.language.cause(self.class())]);
            facts.add_row([label(Row::Remedy), self.remedy()]);
            facts.add_row([label(Row::Retry), self.language.retry(self.retry())]);
            facts.add_row([label(Row::Class), self.class().as_str()]);
        }
        if let Some(spec) = self.code.spec() {
            facts.add_row([label(Row::Name), spec.name]);
            facts.add_row([label(Row::Area), spec.area]);
        }
        if let Some(range) = self.range() {
            let range = format!("{} to {}", range.from, range.to);
            facts.add_row([label(Row::Range), &range]);
        }
        for (service, meaning) in self.other_meanings() {
            facts.add_row([format!("in {service}"), meaning.to_owned()]);
        }
        if let Some(note) = self.code.spec().and_then(|spec| spec.note) {
            facts.add_row([label(Row::Note), note]);
        }
        let webhooks: Vec<&str> = self.webhooks().map(|spec| spec.command).collect();
        if !webhooks.is_empty() {
            facts.add_row([label(Row::Webhooks), &webhooks.join(", ")]);
        }
        let urls = self.documentation_urls();
        if !urls.is_empty() {
            facts.add_row([label(Row::Pages), &urls.join("\n")]);
        }
        out.table(&facts)?;
        self.print_endpoints(out)
    }

    /// Names each endpoint once, and states only what differs from the meaning in general.
    fn print_endpoints(&self, out: &mut Output) -> Result<(), Error> {
        let mut services: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut meanings: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for spec in &self.endpoints {
            services.entry(spec.service).or_default().push(spec.command);
            if let Some(meaning) = self.own_meaning(spec) {
                meanings.entry(meaning).or_default().push(spec.id().to_string());
            }
        }
        let count = counted(self.endpoints.len() as u64, "endpoint");
        match (self.service, self.endpoints.len()) {
            (Some(service), 0) => {
                return out.line(format_args!("\nno endpoint of {service} documents it"));
            }
            (None, 0) => return Ok(()),
            (_, 1) => out.line(format_args!("\n{count} documents it:"))?,
            _ => out.line(format_args!("\n{count} document it:"))?,
        }
        let mut table = output::table(["SERVICE", "COMMANDS"]);
        for (service, commands) in services {
            table.add_row([service, &commands.join(", ")]);
        }
        out.table(&table)?;
        if meanings.is_empty() {
            return Ok(());
        }
        out.line("")?;
        let mut table = output::table(["MEANING THERE", "ENDPOINTS"]);
        for (meaning, endpoints) in meanings {
            table.add_row([meaning, &endpoints.join("\n")]);
        }
        out.table(&table)
    }
}
