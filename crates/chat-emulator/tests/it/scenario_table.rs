//! The table of endpoints, their documented behavior and codes, and the scenarios that show them.

use std::{collections::BTreeSet, env, fmt::Write as _, fs};

use chat_emulator::Emulator;
use chat_scenarios::{Call, Step, Untested, families, untested};
use chat_types::{
    ENDPOINTS,
    spec::{EndpointSpec, WebhookSpec},
    webhook::WEBHOOKS,
};
use serde_json::Value;

/// A call of a scenario.
struct Shown {
    scenario: String,
    call: Call,
}

fn calls() -> Vec<Shown> {
    let mut calls = Vec::new();
    for family in families().unwrap() {
        for scenario in family.scenarios {
            let name = format!("{}: {}", family.name, scenario.name);
            for step in scenario.steps {
                if let Step::Call(call) = step {
                    calls.push(Shown { scenario: name.clone(), call: *call });
                }
            }
        }
    }
    calls
}

fn spec_of(endpoint: &str) -> &'static EndpointSpec {
    let (service, command) = endpoint.split_once('/').unwrap();
    let spec = EndpointSpec::find(service, command);
    assert!(spec.is_some(), "the catalog does not have {endpoint}");
    spec.unwrap()
}

/// What the table says about one documented sentence or code.
enum Evidence {
    Scenarios(BTreeSet<String>),
    Reason(String),
    Nothing,
}

impl Evidence {
    fn new(scenarios: BTreeSet<String>, reason: Option<&Untested>) -> Self {
        match reason {
            _ if !scenarios.is_empty() => Self::Scenarios(scenarios),
            Some(untested) => Self::Reason(untested.reason.clone()),
            None => Self::Nothing,
        }
    }

    fn cell(&self) -> String {
        match self {
            Self::Scenarios(names) => names.iter().cloned().collect::<Vec<_>>().join("; "),
            Self::Reason(reason) => format!("untested: {reason}"),
            Self::Nothing => "**untested**".to_owned(),
        }
    }
}

/// Counts of documented sentences and codes.
#[derive(Default)]
struct Counts {
    shown: usize,
    explained: usize,
    missing: usize,
}

impl Counts {
    fn add(&mut self, evidence: &Evidence) {
        match evidence {
            Evidence::Scenarios(_) => self.shown += 1,
            Evidence::Reason(_) => self.explained += 1,
            Evidence::Nothing => self.missing += 1,
        }
    }
}

struct Table {
    calls: Vec<Shown>,
    untested: Vec<Untested>,
    text: String,
}

impl Table {
    fn endpoint(&mut self, spec: &EndpointSpec, counts: &mut Counts) {
        let id = spec.id().to_string();
        let of_endpoint = |call: &&Shown| call.call.endpoint == id;
        let calls: Vec<&Shown> = self.calls.iter().filter(of_endpoint).collect();
        let shown_by = |wanted: &dyn Fn(&Call) -> bool| -> BTreeSet<String> {
            let matching = calls.iter().filter(|shown| wanted(&shown.call));
            matching.map(|shown| shown.scenario.clone()).collect()
        };
        let reason = |wanted: &dyn Fn(&Untested) -> bool| {
            let about = |entry: &&Untested| {
                entry.endpoint.as_ref().is_none_or(|endpoint| *endpoint == id) && wanted(entry)
            };
            self.untested.iter().find(about)
        };
        let mut rows = vec![("succeeds".to_owned(), shown_by(&|call| call.code == 0), None)];
        for sentence in spec.behavior {
            let begins = |start: &String| sentence.starts_with(start.as_str());
            let shown = shown_by(&|call| call.shows.iter().any(begins));
            rows.push((
                (*sentence).to_owned(),
                shown,
                reason(&|entry| entry.behavior.iter().any(begins)),
            ));
        }
        for error in spec.errors {
            let code = error.code.get();
            let shown = shown_by(&|call| call.code == code || has_entry_with(&call.response, code));
            rows.push((code.to_string(), shown, reason(&|entry| entry.codes.contains(&code))));
        }
        let mut text = heading(spec);
        text += "\n| documented | scenario |\n| --- | --- |\n";
        for (documented, shown, reason) in rows {
            let evidence = Evidence::new(shown, reason);
            counts.add(&evidence);
            writeln!(text, "| {} | {} |", documented.replace('|', "\\|"), evidence.cell()).unwrap();
        }
        self.text += &text;
    }
}

impl Table {
    /// Returns the table of calls and the webhooks that they cause.
    fn webhooks(&self) -> String {
        let mut text =
            format!("{WEBHOOKS_HEAD}\n| webhook | caused by | scenario |\n| --- | --- | --- |\n");
        for spec in WEBHOOKS {
            let causes = spec.caused_by.iter().map(|cause| Some(*cause));
            let no_cause = spec.caused_by.is_empty().then_some(None);
            for cause in causes.chain(no_cause) {
                let evidence = self.evidence_of_webhook(spec, cause);
                let cause = cause.map_or_else(|| "–".to_owned(), |cause| format!("`{cause}`"));
                writeln!(text, "| `{}` | {cause} | {} |", spec.command, evidence.cell()).unwrap();
            }
        }
        text
    }

    fn evidence_of_webhook(&self, spec: &WebhookSpec, cause: Option<&str>) -> Evidence {
        let shows = |shown: &&Shown| {
            Some(shown.call.endpoint.as_str()) == cause
                && webhooks_of(&shown.call).any(|command| command == spec.command)
        };
        let scenarios = self.calls.iter().filter(shows).map(|shown| shown.scenario.clone());
        let covers = |name: &String| {
            *name == spec.command
                || (name.ends_with('.') && spec.command.starts_with(name.as_str()))
        };
        let reason = self.untested.iter().find(|entry| {
            let is_of_cause = entry.endpoint.is_none() || entry.endpoint.as_deref() == cause;
            is_of_cause && entry.webhooks.iter().any(covers)
        });
        Evidence::new(scenarios.collect(), reason)
    }
}

/// Iterates over the names of the webhooks that a call causes.
fn webhooks_of(call: &Call) -> impl Iterator<Item = &str> {
    call.webhooks.iter().flatten().filter_map(|webhook| webhook["CallbackCommand"].as_str())
}

/// Returns the heading of an endpoint, with a link to its documentation page.
fn heading(spec: &EndpointSpec) -> String {
    let id = spec.id();
    match spec.documentation_url() {
        Some(url) => format!("\n### [`{id}`]({url})\n"),
        None => format!("\n### `{id}`\n"),
    }
}

/// Returns whether an entry of a list has this code as its result.
fn has_entry_with(response: &Value, code: i64) -> bool {
    match response {
        Value::Array(entries) => entries.iter().any(|entry| {
            RESULTS.iter().any(|field| entry[field] == code) || has_entry_with(entry, code)
        }),
        Value::Object(members) => members.values().any(|member| has_entry_with(member, code)),
        _ => false,
    }
}

/// The fields in which entries of lists have their results.
const RESULTS: [&str; 5] = ["Code", "ErrorCode", "Result", "ResultCode", "RetCode"];

#[tokio::test]
async fn table_of_scenarios_is_current() {
    let emulator = Emulator::start().await.unwrap();
    let mut table = Table { calls: calls(), untested: untested().unwrap(), text: String::new() };
    let mut summary = String::from(
        "| area | endpoints | emulated | shown | untested, with a reason | untested |\n| --- | ---: | ---: | ---: | ---: | ---: |\n",
    );
    let areas: BTreeSet<_> = ENDPOINTS.iter().map(|spec| spec.area).collect();
    for area in areas {
        let endpoints: Vec<_> = ENDPOINTS.iter().filter(|spec| spec.area == area).collect();
        let emulated: Vec<_> =
            endpoints.iter().copied().filter(|spec| emulator.emulates(spec)).collect();
        let mut counts = Counts::default();
        if !emulated.is_empty() {
            writeln!(table.text, "\n## {area}").unwrap();
        }
        for spec in &emulated {
            table.endpoint(spec, &mut counts);
        }
        let Counts { shown, explained, missing } = counts;
        let (all, emulated) = (endpoints.len(), emulated.len());
        writeln!(summary, "| {area} | {all} | {emulated} | {shown} | {explained} | {missing} |")
            .unwrap();
    }
    let current = format!("{HEAD}\n{summary}{}\n{}", table.text, table.webhooks());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/SCENARIOS.md");
    if env::var_os("UPDATE_SCENARIOS").is_some() {
        fs::write(path, &current).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == current,
        "SCENARIOS.md is out of date; run the tests with UPDATE_SCENARIOS=1"
    );
}

const HEAD: &str = "\
# What the scenarios show

Generated from the scenarios of [chat-scenarios](../chat-scenarios) by the tests of this crate, which
play them. For each emulated endpoint, with a link to its documentation page: every sentence about its
behavior in `spec/`, every documented error code, of the response or of an entry, and the scenarios that
show it.
";

const WEBHOOKS_HEAD: &str = "\
## Webhooks

Every webhook, the calls and the actions of clients that can cause it, and the scenarios in which they
do; or why nothing that is emulated causes it.
";

#[test]
fn every_webhook_of_every_cause_is_shown_or_has_a_reason() {
    let table = Table { calls: calls(), untested: untested().unwrap(), text: String::new() };
    let unexplained: Vec<_> = table
        .webhooks()
        .lines()
        .filter(|line| line.contains("**untested**"))
        .map(str::to_owned)
        .collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    for Shown { scenario, call } in &table.calls {
        for command in webhooks_of(call) {
            let spec = WebhookSpec::find(command).unwrap();
            let endpoint = call.endpoint.as_str();
            assert!(spec.caused_by.contains(&endpoint), "{scenario}: {endpoint} causes {command}");
        }
    }
}

#[tokio::test]
async fn every_emulated_endpoint_has_a_scenario() {
    let emulator = Emulator::start().await.unwrap();
    let shown: BTreeSet<_> = calls()
        .into_iter()
        .filter(|shown| shown.call.code == 0)
        .map(|shown| shown.call.endpoint)
        .collect();
    let missing: Vec<_> = ENDPOINTS
        .iter()
        .filter(|spec| emulator.emulates(spec) && !shown.contains(&spec.id().to_string()))
        .map(|spec| spec.id().to_string())
        .collect();
    assert!(missing.is_empty(), "no scenario calls {missing:?} with success");
}

#[test]
fn scenarios_show_what_the_catalog_documents() {
    for Shown { scenario, call } in calls().into_iter().filter(|shown| shown.call.client.is_none())
    {
        let spec = spec_of(&call.endpoint);
        for start in &call.shows {
            let matching =
                spec.behavior.iter().filter(|sentence| sentence.starts_with(start.as_str()));
            assert_eq!(matching.count(), 1, "{scenario}, {}: {start:?}", call.endpoint);
        }
    }
    for entry in untested().unwrap() {
        for start in entry.behavior.iter().filter(|_| entry.endpoint.is_none()) {
            let behavior = ENDPOINTS.iter().flat_map(|spec| spec.behavior);
            let is_documented = behavior.into_iter().any(|text| text.starts_with(start.as_str()));
            assert!(is_documented, "no page says {start:?}");
        }
        if let Some(endpoint) = &entry.endpoint {
            let spec = spec_of(endpoint);
            let is_behavior = |start: &String| {
                spec.behavior.iter().any(|sentence| sentence.starts_with(start.as_str()))
            };
            assert!(entry.behavior.iter().all(is_behavior), "{endpoint}: {:?}", entry.behavior);
            let is_documented =
                |code: &i64| spec.errors.iter().any(|error| error.code.get() == *code);
            assert!(entry.codes.iter().all(is_documented), "{endpoint}: {:?}", entry.codes);
        }
    }
}
