//! Families of scenarios: one file each.

use std::fmt;

use serde::Deserialize;
use thiserror::Error;

use crate::scenario::{RawScenario, Scenario};

/// The scenarios of one family of endpoints.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Family {
    /// The name of the family, which is also that of its file.
    pub name: &'static str,
    /// What the family is about.
    pub about: String,
    /// Its scenarios.
    pub scenarios: Vec<Scenario>,
}

/// Lists the files, which the compiler includes.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../families/", $name, ".toml")))),*]
    };
}

/// The name and the text of each file in `families/`.
const FILES: &[(&str, &str)] = files![
    "account_mutes",
    "accounts",
    "audience",
    "audience_roles",
    "bans",
    "blocklists",
    "client_webhooks",
    "conference_members",
    "conference_rooms",
    "conversation_limits",
    "conversations",
    "direct_messages",
    "extensions",
    "follows",
    "friends",
    "group_attributes",
    "group_counters",
    "group_limits",
    "group_message_rules",
    "group_messages",
    "group_pins",
    "group_recall",
    "group_receipts",
    "group_roles",
    "group_webhooks",
    "groups",
    "live_data",
    "live_members",
    "live_messages",
    "live_rooms",
    "members",
    "message_rules",
    "message_webhooks",
    "moderation",
    "mutes",
    "official_accounts",
    "official_messages",
    "official_webhooks",
    "online_status",
    "operation",
    "permission_groups",
    "profiles",
    "push_attributes",
    "push_statistics",
    "push_tags",
    "pushes",
    "relationship_limits",
    "relationship_webhooks",
    "robots",
    "room_seats",
    "room_webhooks",
    "scheduled_pushes",
    "streams",
    "topic_creation",
    "topic_permissions",
    "topics",
];

/// Returns all families, in alphabetical order.
///
/// # Errors
/// When a file does not follow the format. The tests of this crate make sure that none does.
pub fn families() -> Result<Vec<Family>, InvalidFamily> {
    FILES.iter().map(|&(name, text)| Family::parse(name, text)).collect()
}

impl Family {
    pub(crate) fn parse(name: &'static str, text: &str) -> Result<Self, InvalidFamily> {
        let invalid =
            |reason: &dyn fmt::Display| InvalidFamily::new(format!("families/{name}.toml"), reason);
        let raw: RawFamily = toml::from_str(text).map_err(|error| invalid(&error))?;
        let scenarios: Vec<_> = raw
            .scenario
            .into_iter()
            .map(Scenario::try_from)
            .collect::<Result<_, _>>()
            .map_err(|reason| invalid(&reason))?;
        for (index, scenario) in scenarios.iter().enumerate() {
            if scenarios[..index].iter().any(|earlier| earlier.name == scenario.name) {
                return Err(invalid(&format_args!(
                    "two scenarios have the name {:?}",
                    scenario.name
                )));
            }
        }
        Ok(Self { name, about: raw.about, scenarios })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFamily {
    about: String,
    scenario: Vec<RawScenario>,
}

/// The error of a file that does not follow the format.
#[derive(Clone, Debug, Error)]
#[error("{file}: {reason}")]
pub struct InvalidFamily {
    file: String,
    reason: String,
}

impl InvalidFamily {
    pub(crate) fn new(file: impl Into<String>, reason: &dyn fmt::Display) -> Self {
        Self { file: file.into(), reason: reason.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;

    #[test]
    fn every_file_is_listed_and_valid() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/families");
        let files: BTreeSet<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        let listed: Vec<_> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(listed, files.into_iter().collect::<Vec<_>>(), "listed in alphabetical order");
        families().unwrap();
    }

    fn error(scenario: &str) -> String {
        let text = format!("about = \"x\"\n[[scenario]]\nname = \"a\"\n{scenario}");
        Family::parse("x", &text).unwrap_err().to_string()
    }

    #[test]
    fn mistakes_are_found_when_a_file_is_read() {
        let error_of_step =
            |step: &str| error(&format!("accounts = [\"peter\"]\n[[scenario.step]]\n{step}"));
        assert!(error("typo = 1").contains("unknown field `typo`"));
        assert!(error_of_step("call = \"a\"").contains("`call` must be `service/command`"));
        assert!(error_of_step("code = 1").contains("one of `call`, `advance_seconds`"));
        let join = "join = { group = \"${club}\", accounts = [] }";
        assert!(error_of_step(join).contains("unknown variable ${club}"));
        let join = "harmless = true\n[[scenario.step]]\njoin = { group = \"x\", accounts = [] }";
        assert!(error(join).contains("a scenario with clients is not `harmless`"));
        assert!(error_of_step("call = \"a/b\"\nrequest = '{'").contains("`request` is not JSON"));
        let unknown = error_of_step("call = \"a/b\"\nrequest = '{\"A\": \"x${petr}\"}'");
        assert!(unknown.contains("unknown variable ${petr}"), "{unknown}");
        let late =
            error_of_step("call = \"a/b\"\nrequest = '\"${seq}\"'\ncapture = { seq = \"/A\" }");
        assert!(
            late.contains("unknown variable ${seq}"),
            "it is captured after the request: {late}"
        );
        assert!(error("").contains("has no steps"));
    }
}
