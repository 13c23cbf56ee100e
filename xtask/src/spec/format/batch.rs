//! The capped list of a request, and the outcomes of its items.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{located::Located, max_items::MaxItems};

/// A list whose length is capped per call.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Batch {
    /// The request field that holds the list.
    pub(crate) field: Located<String>,
    /// Maximum number of items per call; omitted if no limit is documented.
    pub(crate) max: Option<MaxItems>,
    /// The field that identifies an item that is an object; the whole item by default.
    pub(crate) key: Option<Located<String>>,
    /// Documented code for too many items.
    pub(crate) too_many_code: Option<Located<i32>>,
    /// Whether the calls for one list must run sequentially.
    #[serde(default)]
    pub(crate) sequential: bool,
    /// Where the response reports each item's own outcome.
    pub(crate) outcome: Option<Located<Outcome>>,
}

/// Where a response reports each item's own outcome.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outcome {
    /// The response list.
    pub(crate) list: Located<String>,
    /// The field of its entries that identifies the item, such as `To_Account` or, in an object
    /// within, `Extension.Key`; omitted if entries are strings, or if they are in the order of the
    /// request.
    pub(crate) key: Option<Located<String>>,
    /// A list within each entry whose results decide: the entry is done when all of it is. `code`
    /// and `info` are then fields of that list.
    pub(crate) parts: Option<Located<String>>,
    /// What it means that the list names an item, if entries have no `code`.
    pub(crate) listed: Option<Located<Listed>>,
    /// The field of its entries that holds the result.
    pub(crate) code: Option<Located<String>>,
    /// Results that mean done.
    #[serde(default)]
    pub(crate) done: Vec<i64>,
    /// Results that mean that a person has to approve the item.
    #[serde(default)]
    pub(crate) pending: Vec<i64>,
    /// What results mean, except for those that mean done. Required for the failures of a result that
    /// is not an error code; for error codes only where the general meaning is too vague.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) results: Vec<ResultMeaning>,
    /// What a failure without a result means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failed: Option<String>,
    /// The field of its entries that explains a failure.
    pub(crate) info: Option<Located<String>>,
    /// What it means that the list does not name an item.
    pub(crate) missing: Missing,
}

/// What a result of an item means.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResultMeaning {
    /// The result.
    pub(crate) value: i64,
    /// What it means, in one sentence.
    pub(crate) meaning: String,
    /// Whether it may mean that the time of the item has not come yet, so that a retry can help.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) too_early: bool,
}

/// What it means that a list of outcomes names an item without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Listed {
    /// The list names the items that are done.
    Done,
    /// The list names failures.
    Failed,
}

/// What it means that a list of outcomes does not name an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Missing {
    /// The list names failures only.
    Done,
    /// The list names successes only.
    Failed,
    /// The list should have named it.
    Unknown,
}
