//! Limits that are not those of a field or of one endpoint: `spec/limits.toml`.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

/// The limits by the name of their constant, in snake case.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct LimitsFile(pub(crate) IndexMap<String, ServiceLimit>);

/// A limit of the service.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceLimit {
    pub(crate) value: u32,
    pub(crate) unit: LimitUnit,
    /// What it limits, in Markdown.
    pub(crate) doc: String,
    /// Number of the documentation page that states it.
    pub(crate) doc_page: Option<u32>,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LimitUnit {
    /// Entries of a list, or other things that are counted.
    Items,
    /// What is compared with numbers, such as the values of a field.
    Number,
    Bytes,
    Seconds,
    Days,
}
