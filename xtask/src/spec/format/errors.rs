//! The error codes: `spec/errors.toml`.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::located::Located;

/// The error codes: `spec/errors.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorsFile {
    /// Number of the page with the tables of codes.
    pub(crate) doc_page: u32,
    /// The classes.
    pub(crate) classes: ErrorClasses,
    /// Ranges of codes with one meaning.
    #[serde(default)]
    pub(crate) ranges: Vec<ErrorRange>,
    /// The codes.
    pub(crate) codes: IndexMap<Located<String>, ErrorCode>,
}

/// What is true of the codes of each class.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorClasses {
    /// The request is wrong.
    pub(crate) caller_bug: ClassFacts,
    /// Something that the request names does not exist.
    pub(crate) not_found: ClassFacts,
    /// Not allowed.
    pub(crate) permission: ClassFacts,
    /// The signature or its inputs are wrong.
    pub(crate) signature: ClassFacts,
    /// Too many calls.
    pub(crate) rate_limited: ClassFacts,
    /// A temporary failure of the service.
    pub(crate) transient: ClassFacts,
    /// The state does not allow it.
    pub(crate) conflict: ClassFacts,
    /// A limit of the plan or the group is reached.
    pub(crate) quota: ClassFacts,
    /// The content was refused.
    pub(crate) content_blocked: ClassFacts,
    /// Not known.
    pub(crate) unknown: ClassFacts,
}

/// What is true of the codes of one class.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClassFacts {
    /// Why calls fail with such a code, in one sentence.
    pub(crate) cause: String,
    /// What to do about such a code, in one sentence, if the code does not state it.
    pub(crate) remedy: String,
    /// The same two sentences in Chinese.
    pub(crate) zh: ClassTexts,
}

/// What is true of the codes of one class, in another language.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClassTexts {
    /// Why calls fail with such a code.
    pub(crate) cause: String,
    /// What to do about it.
    pub(crate) remedy: String,
}

/// What a code means, in another language.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeTexts {
    /// What it means.
    pub(crate) meaning: String,
    /// What to do about it; omitted if its class states it.
    pub(crate) remedy: Option<String>,
}

/// A range of codes with one meaning.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorRange {
    /// First code.
    pub(crate) from: i32,
    /// Last code.
    pub(crate) to: i32,
    /// What they mean.
    pub(crate) meaning: String,
    /// What kind of failure they are.
    pub(crate) class: ErrorClass,
    /// Whether a retry can help.
    pub(crate) retry: RetryAdvice,
    /// What to do about them, in one sentence.
    pub(crate) remedy: String,
}

/// An error code.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorCode {
    /// Name of its constant, such as `GROUP_NOT_FOUND`.
    pub(crate) name: Located<String>,
    /// The part of the service that it comes from.
    pub(crate) area: String,
    /// What it means, in one or two sentences.
    pub(crate) meaning: String,
    /// What kind of failure it is.
    pub(crate) class: ErrorClass,
    /// What to do about it, in one sentence; omitted if its class states it.
    pub(crate) remedy: Option<String>,
    /// Whether a retry can help.
    pub(crate) retry: RetryAdvice,
    /// Whether the documentation itself advises a retry.
    #[serde(default)]
    pub(crate) documented_retry: bool,
    /// Whether the tables of codes list it, and not only the pages of endpoints.
    #[serde(default = "yes")]
    pub(crate) in_tables: bool,
    /// Whether it reports a state that the caller wanted.
    #[serde(default)]
    pub(crate) success_like: bool,
    /// Its meaning in services that use it differently.
    #[serde(default)]
    pub(crate) other_meanings: IndexMap<String, String>,
    /// Names of further constants, for services with another meaning.
    #[serde(default)]
    pub(crate) other_names: IndexMap<Located<String>, String>,
    /// What else is known.
    pub(crate) note: Option<String>,
    /// What it means and what to do about it in Chinese, for common codes.
    pub(crate) zh: Option<CodeTexts>,
}

/// What kind of failure a code reports.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorClass {
    /// The request is wrong.
    CallerBug,
    /// Something that the request names does not exist.
    NotFound,
    /// Not allowed.
    Permission,
    /// The signature or its inputs are wrong.
    Signature,
    /// Too many calls.
    RateLimited,
    /// A temporary failure of the service.
    Transient,
    /// The state does not allow it.
    Conflict,
    /// A limit of the plan or the group is reached.
    Quota,
    /// The content was refused.
    ContentBlocked,
    /// Not known.
    Unknown,
}

/// Whether retrying a failed call can help.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RetryAdvice {
    /// It cannot.
    Never,
    /// After a while.
    AfterBackoff,
    /// With a new signature.
    AfterNewSignature,
    /// At the domain of another region, which the app belongs to.
    InAnotherRegion,
}

fn yes() -> bool {
    true
}
