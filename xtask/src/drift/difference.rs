//! A difference between the documentation and the spec.

use std::fmt;

/// A difference between the documentation and the spec.
#[derive(Debug)]
pub(super) struct Difference {
    /// The file of the spec, or the command if it has none.
    pub(super) subject: String,
    pub(super) kind: Kind,
    /// What differs, such as `request.Items[].Name: required, but optional in the spec`.
    pub(super) text: String,
    /// The sentence that explains it, if the spec or the documentation has one.
    pub(super) explanation: Option<String>,
}

/// What a difference is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Command,
    MissingField,
    ExtraField,
    Type,
    Required,
    Limit,
    Values,
    Default,
    DocPage,
    Quota,
    ErrorCodes,
    GroupTypes,
    Batch,
    Paging,
    Repeat,
    Phase,
    Query,
    ResponseCodes,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Command => "endpoints and webhooks",
            Self::MissingField => "missing fields",
            Self::ExtraField => "additional fields",
            Self::Type => "types",
            Self::Required => "required fields",
            Self::Limit => "limits",
            Self::Values => "listed values",
            Self::Default => "defaults",
            Self::DocPage => "documentation pages",
            Self::Quota => "quotas",
            Self::ErrorCodes => "error codes",
            Self::GroupTypes => "group types",
            Self::Batch => "batches",
            Self::Paging => "paging",
            Self::Repeat => "repeats",
            Self::Phase => "phases",
            Self::Query => "URL parameters",
            Self::ResponseCodes => "response codes",
        })
    }
}
