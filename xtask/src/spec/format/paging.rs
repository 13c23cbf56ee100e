//! How the list of a response is paged.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::located::Located;

/// How a list is paged.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paging {
    /// The response list.
    pub(crate) items: Located<String>,
    /// The request field that chooses the page size.
    pub(crate) page_size: Option<PageSize>,
    /// The response field with the length of the whole list.
    pub(crate) total: Option<Located<String>>,
    /// How the request for the next page is made.
    #[serde(default)]
    pub(crate) advance: Vec<Advance>,
    /// What marks the last page; any one of these is enough.
    #[serde(default)]
    pub(crate) end: Vec<End>,
    /// Instead of `advance` and `end`, if one command has several ways of paging.
    #[serde(default)]
    pub(crate) modes: Vec<PagingMode>,
}

/// The request field that chooses the page size.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageSize {
    /// Its name.
    pub(crate) field: Located<String>,
    /// The largest value that is safe to send.
    pub(crate) max: u32,
}

/// One way of paging among several.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PagingMode {
    /// Name of the cursor's variant, such as `Offset`.
    pub(crate) name: Located<String>,
    /// The request to which it applies; the last mode has none and takes the rest.
    pub(crate) when: Option<When>,
    /// The response list, if it differs from that of the other modes.
    pub(crate) items: Option<Located<String>>,
    /// How the request for the next page is made.
    pub(crate) advance: Vec<Advance>,
    /// What marks the last page; any one of these is enough.
    pub(crate) end: Vec<End>,
}

/// A condition on a request: exactly one of `starts_with` and `equals`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    /// A request field.
    pub(crate) field: Located<String>,
    /// How its value starts.
    pub(crate) starts_with: Option<String>,
    /// Its value.
    pub(crate) equals: Option<i64>,
}

/// One step from a page to the next: a request field and where its value comes from, which is
/// exactly one of `to`, `add_items`, `next_number`, `smallest` and `largest`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advance {
    /// The request field.
    pub(crate) set: Located<String>,
    /// The response field to copy.
    pub(crate) to: Option<Located<String>>,
    /// Set to add the number of received items.
    #[serde(default)]
    pub(crate) add_items: bool,
    /// Set if pages are numbered; `first` is the number of the first one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) next_number: bool,
    /// The item field whose smallest value is used.
    pub(crate) smallest: Option<Located<String>>,
    /// The item field whose largest value is used.
    pub(crate) largest: Option<Located<String>>,
    /// Added to the smallest or largest value.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) plus: i64,
    /// Value that the request for the first page must send.
    #[schemars(with = "Option<serde_json::Value>")]
    pub(crate) first: Option<toml::Value>,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// A mark of the last page: exactly one of `field` or `smallest` with `equals`, `no_items`, and
/// `total`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    /// A response field.
    pub(crate) field: Option<Located<String>>,
    /// The item field whose smallest value is used.
    pub(crate) smallest: Option<Located<String>>,
    /// The values on the last page.
    #[serde(default)]
    #[schemars(with = "Vec<serde_json::Value>")]
    pub(crate) equals: Vec<toml::Value>,
    /// Set if an empty page is the last one.
    #[serde(default)]
    pub(crate) no_items: bool,
    /// The response field with the length of the list, which the items so far have reached.
    pub(crate) total: Option<Located<String>>,
    /// A request field that makes `total` count something else when it is sent.
    pub(crate) unless_sent: Option<Located<String>>,
    /// The request field with the page size, where pages are numbered: together with the number of
    /// the page it says how many items precede the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) per_page: Option<Located<String>>,
}
