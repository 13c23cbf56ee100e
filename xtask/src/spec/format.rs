//! The format of the files in `spec/`, as serde reads them. `spec/README.md` is its legend; the
//! JSON Schemas beside it are derived from these types.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// One endpoint: `spec/endpoints/<area>/<command>.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndpointFile {
    /// First path segment after the version, such as `group_open_http_svc`.
    #[schemars(with = "String")]
    pub(crate) service: Spanned<String>,
    /// Last path segment, such as `forbid_send_msg`. Also the name of the file.
    #[schemars(with = "String")]
    pub(crate) command: Spanned<String>,
    /// Name of the request type, where the command in upper camel case would not do.
    #[schemars(with = "Option<String>")]
    pub(crate) name: Option<Spanned<String>>,
    /// What it does, in a few words and without a full stop.
    pub(crate) title: String,
    /// What it does, in one to three sentences.
    pub(crate) summary: String,
    /// Number of its public documentation page.
    pub(crate) doc_page: Option<u32>,
    /// Documented calls per second and app.
    pub(crate) calls_per_second: Option<u32>,
    /// Limits over longer periods, such as 2 calls in 3600 seconds.
    #[serde(default)]
    pub(crate) long_term_limits: Vec<RateLimit>,
    /// Group types that it works on; left out where it is not about groups.
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) group_types: Option<Vec<Spanned<String>>>,
    /// Documented code for a group of another type.
    #[schemars(with = "Option<i32>")]
    pub(crate) unsupported_group_type_code: Option<Spanned<i32>>,
    /// Edition or console switch that it needs.
    pub(crate) requirement: Option<String>,
    /// How well the facts are confirmed.
    pub(crate) confidence: Confidence,
    /// What the service does, one documented statement each.
    #[serde(default)]
    pub(crate) behavior: Vec<String>,
    /// What a caller would trip over.
    #[serde(default)]
    pub(crate) quirks: Vec<String>,
    /// What could not be confirmed.
    #[serde(default)]
    pub(crate) unverified: Vec<String>,
    /// Groups of request fields of which exactly one is sent.
    #[serde(default)]
    #[schemars(with = "Vec<Vec<String>>")]
    pub(crate) exactly_one_of: Vec<Vec<Spanned<String>>>,
    /// Groups of request fields of which at least one is sent.
    #[serde(default)]
    #[schemars(with = "Vec<Vec<String>>")]
    pub(crate) at_least_one_of: Vec<Vec<Spanned<String>>>,
    /// What happens when the same request is sent again.
    pub(crate) repeat: Repeat,
    /// The capped list of the request.
    #[schemars(with = "Option<Batch>")]
    pub(crate) batch: Option<Spanned<Batch>>,
    /// How the list of the response is paged.
    #[schemars(with = "Option<Paging>")]
    pub(crate) paging: Option<Spanned<Paging>>,
    /// Parameters of the URL beside those of every call.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Field>")]
    pub(crate) query: IndexMap<Spanned<String>, Field>,
    /// Request fields by their name on the wire, in the order of the documentation.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Field>")]
    pub(crate) request: IndexMap<Spanned<String>, Field>,
    /// Response fields, without `ActionStatus`, `ErrorCode`, `ErrorInfo` and `ErrorDisplay`.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Field>")]
    pub(crate) response: IndexMap<Spanned<String>, Field>,
    /// Objects that only this endpoint uses.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Struct>")]
    pub(crate) structs: IndexMap<Spanned<String>, Struct>,
    /// Error codes that its page lists.
    #[serde(default)]
    pub(crate) errors: DocumentedErrors,
}

/// The error codes that an endpoint's page lists. Their meanings are in `spec/errors.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentedErrors {
    /// The codes, in ascending order.
    #[schemars(with = "Vec<i32>")]
    pub(crate) codes: Vec<Spanned<i32>>,
    /// What a code means on this endpoint, only where its page says something else than
    /// `spec/errors.toml`.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, String>")]
    pub(crate) meanings: IndexMap<Spanned<String>, String>,
}

/// One webhook: `spec/webhooks/<area>/<name>.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookFile {
    /// Its name on the wire, such as `Group.CallbackAfterSendMsg`. What stands before the point is
    /// the folder in lower case, what stands behind it the file.
    #[schemars(with = "String")]
    pub(crate) command: Spanned<String>,
    /// What it tells or asks, in a few words and without a full stop.
    pub(crate) title: String,
    /// What it tells or asks, in one to three sentences.
    pub(crate) summary: String,
    /// Number of its public documentation page.
    pub(crate) doc_page: Option<u32>,
    /// Whether it comes before something happens or after.
    pub(crate) phase: Phase,
    /// Parameters of the URL that it has beside those of every webhook, from `spec/webhook.toml`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) query: Vec<Spanned<String>>,
    /// Whether the body repeats the command as `CallbackCommand`.
    #[serde(default = "yes")]
    pub(crate) command_in_body: bool,
    /// Edition or console switch that it needs.
    pub(crate) requirement: Option<String>,
    /// How well the facts are confirmed.
    pub(crate) confidence: Confidence,
    /// When it comes and what follows from it, one documented statement each.
    #[serde(default)]
    pub(crate) behavior: Vec<String>,
    /// What a receiver would trip over.
    #[serde(default)]
    pub(crate) quirks: Vec<String>,
    /// What could not be confirmed.
    #[serde(default)]
    pub(crate) unverified: Vec<String>,
    /// The response's type in `spec/webhook.toml`, where it has none of its own.
    #[schemars(with = "Option<String>")]
    pub(crate) response_type: Option<Spanned<String>>,
    /// Fields of the body, in the order of the documentation, without `CallbackCommand`.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Field>")]
    pub(crate) request: IndexMap<Spanned<String>, Field>,
    /// Fields of the response, without `ActionStatus`, `ErrorCode` and `ErrorInfo`.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Field>")]
    pub(crate) response: IndexMap<Spanned<String>, Field>,
    /// What can be answered, where `answer` does not say it.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, ResponseVariant>")]
    pub(crate) variants: IndexMap<Spanned<String>, ResponseVariant>,
    /// Objects that only this webhook uses.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Struct>")]
    pub(crate) structs: IndexMap<Spanned<String>, Struct>,
}

fn yes() -> bool {
    true
}

/// Whether a webhook comes before something happens or after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Phase {
    /// Before: the response decides.
    Before,
    /// After: the response changes nothing.
    After,
}

/// One thing that can be answered to a webhook: exactly one of `code`, and `from` with `to`. The
/// `ErrorInfo` of a response out of a range is handed on.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResponseVariant {
    /// Its `ErrorCode`.
    pub(crate) code: Option<i64>,
    /// The smallest `ErrorCode` of a range.
    pub(crate) from: Option<i64>,
    /// The largest `ErrorCode` of a range.
    pub(crate) to: Option<i64>,
    /// What it does.
    pub(crate) doc: String,
    /// Fields of the response that count with it.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) fields: Vec<Spanned<String>>,
}

/// What all webhooks share: `spec/webhook.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookSharedFile {
    /// Parameters of the URL.
    #[schemars(with = "IndexMap<String, Field>")]
    pub(crate) query: IndexMap<Spanned<String>, Field>,
    /// Answers that several webhooks share.
    #[schemars(with = "IndexMap<String, ResponseType>")]
    pub(crate) response_types: IndexMap<Spanned<String>, ResponseType>,
}

/// A response that several webhooks share.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResponseType {
    /// What it is.
    pub(crate) doc: String,
    /// What can be answered.
    #[schemars(with = "IndexMap<String, ResponseVariant>")]
    pub(crate) variants: IndexMap<Spanned<String>, ResponseVariant>,
}

/// So many calls in so many seconds.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimit {
    /// Calls allowed.
    pub(crate) calls: u32,
    /// Length of the period.
    pub(crate) per_seconds: u32,
}

/// How well facts are confirmed.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Confidence {
    /// From client code alone.
    Low,
    /// From client code and part of a documentation page.
    Medium,
    /// Read in full from a documentation page.
    High,
}

/// A field of a request, a response or an object.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    /// `String`, `Boolean`, `Flag` (0 or 1), `u32`, `u64`, `i64`, `f64`, `UnixSeconds`, `UnixMillis`,
    /// `Seconds`, `MuteTime`, `ErrorCode`, `TagValue`, `Verdict`, `Json`, a name from `spec/types/`, an object of
    /// this file, or `Array<…>` or `Map<…>` of one.
    #[serde(rename = "type")]
    #[schemars(with = "String")]
    pub(crate) type_: Spanned<String>,
    /// Whether it must be there. In a response only where the response means nothing without it.
    #[serde(default)]
    pub(crate) required: bool,
    /// What it holds.
    pub(crate) doc: String,
    /// Its name in Rust, where the name on the wire is misspelt or misleading.
    #[schemars(with = "Option<String>")]
    pub(crate) name: Option<Spanned<String>>,
    /// Other names that the service gives it now and then.
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    /// What its absence means.
    #[schemars(with = "Option<serde_json::Value>")]
    pub(crate) default: Option<toml::Value>,
    /// Smallest number.
    pub(crate) min: Option<i64>,
    /// Largest number.
    pub(crate) max: Option<i64>,
    /// Longest text in bytes of UTF-8; of each item where it is a list.
    pub(crate) max_bytes: Option<u32>,
    /// Longest list.
    pub(crate) max_items: Option<u32>,
    /// The listed values, where they are not those of its type.
    #[schemars(with = "Option<Vec<serde_json::Value>>")]
    pub(crate) values: Option<Spanned<Vec<toml::Value>>>,
    /// An oddity of the service that reading has to put up with.
    #[schemars(with = "Option<Quirk>")]
    pub(crate) quirk: Option<Spanned<Quirk>>,
    /// Set where the documentation does not confirm the field.
    #[serde(default)]
    pub(crate) unverified: bool,
    /// A value for examples, where one made from its type would mislead. An optional field with one
    /// is part of the example of a request.
    #[schemars(with = "Option<serde_json::Value>")]
    pub(crate) example: Option<Spanned<toml::Value>>,
}

/// An oddity of the service that reading has to put up with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Quirk {
    /// A number comes as a text of digits now and then.
    NumberAsString,
    /// White space stands around the text now and then.
    PaddedString,
}

/// An object.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Struct {
    /// What one such object is.
    pub(crate) doc: String,
    /// Its fields by their name on the wire.
    #[schemars(with = "IndexMap<String, Field>")]
    pub(crate) fields: IndexMap<Spanned<String>, Field>,
}

/// What happens when the same request is sent again after a lost response.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Repeat {
    /// Whether twice leaves the same state as once.
    pub(crate) safe: RepeatSafety,
    /// The request field on which that depends, with `with_field` and `when_field`.
    #[schemars(with = "Option<String>")]
    pub(crate) field: Option<Spanned<String>>,
    /// How long the service remembers the field's value, with `with_field`.
    pub(crate) window_seconds: Option<u32>,
    /// The value that makes it safe, with `when_field`.
    #[schemars(with = "Option<serde_json::Value>")]
    pub(crate) equals: Option<toml::Value>,
    /// Whether each call costs money.
    #[serde(default)]
    pub(crate) billed: bool,
    /// Codes that mean that the first attempt had been carried out.
    #[serde(default)]
    #[schemars(with = "Vec<i32>")]
    pub(crate) already_done: Vec<Spanned<i32>>,
    /// What a caller should know about repeats.
    pub(crate) note: Option<String>,
}

/// Whether sending a request twice leaves the same state as sending it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RepeatSafety {
    /// It does.
    Always,
    /// It does while `field`, set by the caller, keeps its value.
    WithField,
    /// It does when `field` has the value of `equals`.
    WhenField,
    /// It does not.
    Never,
    /// Nobody knows.
    Unclear,
}

/// A list whose length is capped per call.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Batch {
    /// The request field that holds the list.
    #[schemars(with = "String")]
    pub(crate) field: Spanned<String>,
    /// Most items per call; left out where no cap is documented.
    pub(crate) max: Option<u32>,
    /// The item's field that identifies it, where items are objects; the whole item without one.
    #[schemars(with = "Option<String>")]
    pub(crate) key: Option<Spanned<String>>,
    /// Documented code for too many items.
    #[schemars(with = "Option<i32>")]
    pub(crate) too_many_code: Option<Spanned<i32>>,
    /// Whether the calls for one list have to run one after the other.
    #[serde(default)]
    pub(crate) sequential: bool,
    /// Where the response reports each item's own outcome.
    #[schemars(with = "Option<Outcome>")]
    pub(crate) outcome: Option<Spanned<Outcome>>,
}

/// Where a response reports each item's own outcome.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outcome {
    /// The response list.
    #[schemars(with = "String")]
    pub(crate) list: Spanned<String>,
    /// The field of its entries that identifies the item, such as `To_Account` or, in an object
    /// within, `Extension.Key`; left out where entries are texts, or where they come in the order
    /// of the request.
    #[schemars(with = "Option<String>")]
    pub(crate) key: Option<Spanned<String>>,
    /// A list within each entry whose results decide: the entry is done when all of it is. `code`
    /// and `info` are then fields of that list.
    #[schemars(with = "Option<String>")]
    pub(crate) parts: Option<Spanned<String>>,
    /// What it means when the list names an item, where no `code` tells.
    #[schemars(with = "Option<Listed>")]
    pub(crate) listed: Option<Spanned<Listed>>,
    /// The field of its entries that holds the result.
    #[schemars(with = "Option<String>")]
    pub(crate) code: Option<Spanned<String>>,
    /// Results that mean done.
    #[serde(default)]
    pub(crate) done: Vec<i64>,
    /// Results that mean that somebody has to approve.
    #[serde(default)]
    pub(crate) pending: Vec<i64>,
    /// The field of its entries that explains a failure.
    #[schemars(with = "Option<String>")]
    pub(crate) info: Option<Spanned<String>>,
    /// What it means when the list does not name an item.
    pub(crate) missing: Missing,
}

/// What it means when a list of outcomes names an item without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Listed {
    /// The list names what was done.
    Done,
    /// The list names failures.
    Failed,
}

/// What it means when a list of outcomes does not name an item.
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

/// How a list is paged.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paging {
    /// The response list.
    #[schemars(with = "String")]
    pub(crate) items: Spanned<String>,
    /// The request field that chooses the page size.
    pub(crate) page_size: Option<PageSize>,
    /// The response field with the length of the whole list.
    #[schemars(with = "Option<String>")]
    pub(crate) total: Option<Spanned<String>>,
    /// How the request for the next page is made.
    #[serde(default)]
    pub(crate) advance: Vec<Advance>,
    /// What marks the last page; any one of these is enough.
    #[serde(default)]
    pub(crate) end: Vec<End>,
    /// Instead of `advance` and `end`, where one command pages in more than one way.
    #[serde(default)]
    pub(crate) modes: Vec<PagingMode>,
}

/// The request field that chooses the page size.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageSize {
    /// Its name.
    #[schemars(with = "String")]
    pub(crate) field: Spanned<String>,
    /// The largest value that is safe to send.
    pub(crate) max: u32,
}

/// One way of paging among several.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PagingMode {
    /// Name of the cursor's variant, such as `Offset`.
    #[schemars(with = "String")]
    pub(crate) name: Spanned<String>,
    /// The request to which it applies; the last mode has none and takes the rest.
    pub(crate) when: Option<When>,
    /// The response list, where it is another one than the others'.
    #[schemars(with = "Option<String>")]
    pub(crate) items: Option<Spanned<String>>,
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
    #[schemars(with = "String")]
    pub(crate) field: Spanned<String>,
    /// How its text starts.
    pub(crate) starts_with: Option<String>,
    /// Its number.
    pub(crate) equals: Option<i64>,
}

/// One step from a page to the next: a request field and where its value comes from, which is
/// exactly one of `to`, `add_items`, `smallest` and `largest`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advance {
    /// The request field.
    #[schemars(with = "String")]
    pub(crate) set: Spanned<String>,
    /// The response field to copy.
    #[schemars(with = "Option<String>")]
    pub(crate) to: Option<Spanned<String>>,
    /// Set to add the number of items that came.
    #[serde(default)]
    pub(crate) add_items: bool,
    /// The item field whose smallest value counts.
    #[schemars(with = "Option<String>")]
    pub(crate) smallest: Option<Spanned<String>>,
    /// The item field whose largest value counts.
    #[schemars(with = "Option<String>")]
    pub(crate) largest: Option<Spanned<String>>,
    /// Added to the smallest or largest value.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) plus: i64,
    /// Value that the first page must send, where leaving it out would not do.
    #[schemars(with = "Option<serde_json::Value>")]
    pub(crate) first: Option<toml::Value>,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// A mark of the last page: exactly one of `field` or `smallest` with `equals`, `no_items`, and
/// `total`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    /// A response field.
    #[schemars(with = "Option<String>")]
    pub(crate) field: Option<Spanned<String>>,
    /// The item field whose smallest value counts.
    #[schemars(with = "Option<String>")]
    pub(crate) smallest: Option<Spanned<String>>,
    /// The values on the last page.
    #[serde(default)]
    #[schemars(with = "Vec<serde_json::Value>")]
    pub(crate) equals: Vec<toml::Value>,
    /// Set where an empty page is the last one.
    #[serde(default)]
    pub(crate) no_items: bool,
    /// The response field with the length of the list, which the items so far have reached.
    #[schemars(with = "Option<String>")]
    pub(crate) total: Option<Spanned<String>>,
    /// A request field under which `total` does not count the list.
    #[schemars(with = "Option<String>")]
    pub(crate) unless_sent: Option<Spanned<String>>,
}

/// Types that several endpoints share: `spec/types/*.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypesFile {
    /// Ids: texts that must not be mixed up.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Id>")]
    pub(crate) ids: IndexMap<Spanned<String>, Id>,
    /// Open enumerations of texts.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, StringEnum>")]
    pub(crate) string_enums: IndexMap<Spanned<String>, StringEnum>,
    /// Open enumerations of numbers.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, IntegerEnum>")]
    pub(crate) integer_enums: IndexMap<Spanned<String>, IntegerEnum>,
    /// Objects.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Struct>")]
    pub(crate) structs: IndexMap<Spanned<String>, Struct>,
    /// Objects whose content depends on a tag beside it.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Union>")]
    pub(crate) unions: IndexMap<Spanned<String>, Union>,
}

/// An object with two fields: a tag, and a content whose form depends on it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Union {
    /// What one such object is.
    pub(crate) doc: String,
    /// The field that holds the tag.
    pub(crate) tag: String,
    /// The field that holds the content.
    pub(crate) content: String,
    /// The listed tags.
    pub(crate) variants: Vec<UnionVariant>,
}

/// A listed tag and the form of its content.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnionVariant {
    /// The tag on the wire.
    #[schemars(with = "String")]
    pub(crate) value: Spanned<String>,
    /// Name of the variant.
    pub(crate) name: String,
    /// A struct.
    #[serde(rename = "type")]
    #[schemars(with = "String")]
    pub(crate) type_: Spanned<String>,
    /// What it means.
    pub(crate) doc: String,
}

/// An id.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Id {
    /// What it identifies.
    pub(crate) doc: String,
    /// Longest id in bytes.
    pub(crate) max_bytes: Option<u32>,
    /// Whether only the characters from space to tilde are allowed.
    #[serde(default)]
    pub(crate) printable_ascii: bool,
    /// Some for examples. A list shows two of them.
    #[schemars(with = "Vec<String>")]
    pub(crate) examples: Spanned<Vec<String>>,
}

/// An open enumeration of texts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StringEnum {
    /// What it says.
    pub(crate) doc: String,
    /// Set where an app has values of its own, so that a request may hold unlisted ones.
    #[serde(default)]
    pub(crate) open: bool,
    /// The listed values.
    pub(crate) values: Vec<TextValue>,
}

/// A listed text.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextValue {
    /// The text on the wire.
    #[schemars(with = "String")]
    pub(crate) value: Spanned<String>,
    /// Name of the variant, where the text in upper camel case would not do.
    pub(crate) name: Option<String>,
    /// What it means.
    pub(crate) doc: String,
}

/// An open enumeration of numbers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntegerEnum {
    /// What it says.
    pub(crate) doc: String,
    /// The listed values.
    pub(crate) values: Vec<NumberValue>,
}

/// A listed number.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberValue {
    /// The number on the wire.
    #[schemars(with = "i64")]
    pub(crate) value: Spanned<i64>,
    /// Name of the variant.
    pub(crate) name: String,
    /// What it means.
    pub(crate) doc: String,
}

/// What all endpoints share: `spec/service.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceFile {
    /// Address of a documentation page without its number.
    pub(crate) documentation_url: String,
    /// How the group ids begin that the service assigns.
    pub(crate) assigned_group_id_prefix: String,
    /// The largest content of a message, in bytes of JSON.
    pub(crate) max_message_bytes: u32,
    /// What the endpoints of each area are about.
    #[schemars(with = "IndexMap<String, String>")]
    pub(crate) areas: IndexMap<Spanned<String>, String>,
    /// The services: the first path segment after the version.
    #[schemars(with = "IndexMap<String, Service>")]
    pub(crate) services: IndexMap<Spanned<String>, Service>,
}

/// Codes that the endpoints of one service share.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    /// Response to a command that it does not have.
    #[schemars(with = "i32")]
    pub(crate) unknown_command_code: Spanned<i32>,
    /// Response to a body that is no JSON.
    #[schemars(with = "i32")]
    pub(crate) invalid_json_code: Spanned<i32>,
    /// Response to a field that breaks a rule.
    #[schemars(with = "i32")]
    pub(crate) invalid_parameter_code: Spanned<i32>,
    /// Response to a caller who is no admin of the app.
    #[schemars(with = "i32")]
    pub(crate) not_admin_code: Spanned<i32>,
    /// Response to a group type that the endpoint does not support, where the page names none.
    #[schemars(with = "Option<i32>")]
    pub(crate) unsupported_group_type_code: Option<Spanned<i32>>,
}

/// The regions: `spec/regions.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegionsFile {
    /// The regions by id.
    #[schemars(with = "IndexMap<String, Region>")]
    pub(crate) regions: IndexMap<Spanned<String>, Region>,
}

/// A region.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Region {
    /// Its name.
    pub(crate) name: String,
    /// Domain of the server API.
    pub(crate) domain: String,
    /// Domain for when the first one cannot be reached.
    pub(crate) backup_domain: String,
    /// Whether it is offered.
    pub(crate) status: RegionStatus,
    /// What else is known.
    pub(crate) note: Option<String>,
}

/// Whether a region is offered.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RegionStatus {
    /// It is.
    Current,
    /// It was once.
    Withdrawn,
    /// Only third-party code names it.
    Unconfirmed,
}

/// The error codes: `spec/errors.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorsFile {
    /// Ranges of codes with one meaning.
    #[serde(default)]
    pub(crate) ranges: Vec<ErrorRange>,
    /// The codes.
    #[schemars(with = "IndexMap<String, ErrorCode>")]
    pub(crate) codes: IndexMap<Spanned<String>, ErrorCode>,
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
}

/// An error code.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorCode {
    /// Name of its constant, such as `GROUP_NOT_FOUND`.
    #[schemars(with = "String")]
    pub(crate) name: Spanned<String>,
    /// The part of the service that it comes from.
    pub(crate) area: String,
    /// What it means, in one or two sentences.
    pub(crate) meaning: String,
    /// What kind of failure it is.
    pub(crate) class: ErrorClass,
    /// Whether trying again can help.
    pub(crate) retry: RetryAdvice,
    /// Whether the tables themselves say to try again.
    #[serde(default)]
    pub(crate) documented_retry: bool,
    /// Whether it reports a state that the caller wanted.
    #[serde(default)]
    pub(crate) success_like: bool,
    /// What it means in services that use it for something else.
    #[serde(default)]
    pub(crate) other_meanings: IndexMap<String, String>,
    /// What else is known.
    pub(crate) note: Option<String>,
}

/// What kind of failure a code reports.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorClass {
    /// The request is wrong.
    CallerBug,
    /// What the request names is not there.
    NotFound,
    /// Not allowed.
    Permission,
    /// The signature or its inputs are wrong.
    Signature,
    /// Too many calls.
    RateLimited,
    /// The service failed in passing.
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

/// Whether sending a refused call again can help.
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

/// The group types: `spec/group_types.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupTypesFile {
    /// The group types by their value in the API.
    #[schemars(with = "IndexMap<String, GroupType>")]
    pub(crate) group_types: IndexMap<Spanned<String>, GroupType>,
}

/// A group type.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupType {
    /// Its name in guides and the console.
    pub(crate) guide_name: String,
    /// What it is for.
    pub(crate) summary: String,
    /// Most members in the highest plan; left out where there is no cap.
    pub(crate) max_members: Option<u32>,
    /// Whether single members can be muted.
    pub(crate) muting: bool,
    /// Whether members can be banned.
    pub(crate) banning: bool,
    /// Whether members can be removed.
    pub(crate) removal: bool,
    /// Whether members can be added or imported by the app.
    pub(crate) adding: bool,
    /// Whether the service keeps a list of members with their profiles.
    pub(crate) stores_members: bool,
    /// Whether it can be divided into topics.
    pub(crate) topics: bool,
    /// How an id of one's own must start; left out where only `@TGS#` is forbidden.
    pub(crate) id_prefix: Option<String>,
    /// What else is known, one fact each.
    #[serde(default)]
    pub(crate) notes: Vec<String>,
}
