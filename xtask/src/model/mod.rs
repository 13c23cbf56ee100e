//! The model of the generated code. Every name, type and sentence is decided here; the printers only
//! print.

mod build;
mod check;
mod docs;
mod example;
mod example_fit;
pub(crate) mod names;
mod resolve;
mod uses;
mod webhooks;

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use crate::spec::{Source, format};

pub(crate) use self::{
    build::{build, json},
    docs::{Docs, markdown},
    example::{Examples, Expression, RustExample},
};

/// The whole API.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) documentation_url: String,
    pub(crate) assigned_group_id_prefix: String,
    pub(crate) max_message_bytes: u32,
    /// Modules by name, each with its shared types and endpoints.
    pub(crate) areas: BTreeMap<String, Area>,
    /// Types at the root of the crate.
    pub(crate) shared: SharedTypes,
    pub(crate) webhooks: Webhooks,
    pub(crate) regions: Vec<Region>,
    pub(crate) services: Vec<(String, format::Service)>,
    pub(crate) group_types: Vec<(String, format::GroupType)>,
    pub(crate) errors: Vec<(i32, format::ErrorCode)>,
    pub(crate) error_ranges: Vec<format::ErrorRange>,
}

impl Model {
    /// The shared types of an area, of the webhooks, or of the root of the crate.
    pub(crate) fn shared_types(&self, area: Option<&str>) -> Option<&SharedTypes> {
        match area {
            None => Some(&self.shared),
            Some(WEBHOOK) => Some(&self.webhooks.shared),
            Some(area) => self.areas.get(area).map(|area| &area.shared),
        }
    }
}

/// The module of all webhooks.
pub(crate) const WEBHOOK: &str = "webhook";

/// All webhooks and what they share.
#[derive(Debug, Default)]
pub(crate) struct Webhooks {
    pub(crate) shared: SharedTypes,
    /// Parameters of the URL.
    pub(crate) parameters: Option<Struct>,
    pub(crate) response_types: Vec<ResponseType>,
    /// Modules by name.
    pub(crate) modules: BTreeMap<String, Vec<Webhook>>,
}

impl Webhooks {
    /// A response that several webhooks share.
    pub(crate) fn response_type(&self, name: &str) -> Option<&ResponseType> {
        self.response_types.iter().find(|response| response.name == name)
    }

    /// What can be answered to a webhook.
    pub(crate) fn response_to<'a>(&'a self, webhook: &'a Webhook) -> Option<&'a ResponseType> {
        match &webhook.response {
            WebhookResponse::Own(own) => Some(own),
            WebhookResponse::Shared(name) => self.response_type(name),
        }
    }
}

/// One webhook with all that its module holds.
#[derive(Debug)]
pub(crate) struct Webhook {
    /// Path of its spec file.
    pub(crate) origin: String,
    /// The module within that of all webhooks: what stands before the point of its command.
    pub(crate) area: String,
    /// Its module and file.
    pub(crate) module: String,
    pub(crate) command: String,
    /// The type of its body.
    pub(crate) name: String,
    pub(crate) docs: Docs,
    pub(crate) payload: Struct,
    pub(crate) response: WebhookResponse,
    pub(crate) structs: Vec<Struct>,
    /// A body as JSON.
    pub(crate) example: serde_json::Value,
    pub(crate) facts: WebhookFacts,
}

impl Webhook {
    /// Names of the types of its module, sorted.
    pub(crate) fn type_names(&self) -> Vec<&str> {
        let mut names = vec![self.name.as_str()];
        names.extend(self.structs.iter().map(|object| object.name.as_str()));
        if let WebhookResponse::Own(response) = &self.response {
            names.push(&response.name);
            names.extend(response.content.as_ref().map(|content| content.name.as_str()));
        }
        names.sort_unstable();
        names
    }
}

/// The type of the response to a webhook.
#[derive(Debug)]
pub(crate) enum WebhookResponse {
    /// One that several webhooks share.
    Shared(String),
    Own(ResponseType),
}

/// What can be answered to a webhook.
#[derive(Debug)]
pub(crate) struct ResponseType {
    pub(crate) name: String,
    pub(crate) doc: String,
    /// The fields that go with some of the responses.
    pub(crate) content: Option<Struct>,
    pub(crate) variants: Vec<ResponseVariant>,
}

#[derive(Debug)]
pub(crate) struct ResponseVariant {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) first: i64,
    /// Equal to the first where it is one code.
    pub(crate) last: i64,
    pub(crate) has_content: bool,
}

impl ResponseVariant {
    pub(crate) fn is_range(&self) -> bool {
        self.first < self.last
    }
}

/// What goes into the table of webhooks as it is.
#[derive(Debug)]
pub(crate) struct WebhookFacts {
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) doc_page: Option<u32>,
    pub(crate) phase: format::Phase,
    pub(crate) query: Vec<String>,
    pub(crate) requirement: Option<String>,
    pub(crate) behavior: Vec<String>,
    pub(crate) quirks: Vec<String>,
    pub(crate) confidence: format::Confidence,
    pub(crate) unverified: Vec<String>,
}

/// A module of endpoints that are about the same thing.
#[derive(Debug, Default)]
pub(crate) struct Area {
    /// What its endpoints are about.
    pub(crate) doc: String,
    pub(crate) shared: SharedTypes,
    pub(crate) endpoints: Vec<Endpoint>,
}

/// Types that several endpoints use.
#[derive(Debug, Default)]
pub(crate) struct SharedTypes {
    pub(crate) ids: Vec<Id>,
    pub(crate) string_enums: Vec<StringEnum>,
    pub(crate) integer_enums: Vec<IntegerEnum>,
    pub(crate) structs: Vec<Struct>,
    pub(crate) unions: Vec<Union>,
}

/// An object with a tag and a content that depends on it.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) tag: String,
    pub(crate) content: String,
    pub(crate) variants: Vec<UnionVariant>,
}

#[derive(Debug)]
pub(crate) struct UnionVariant {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) doc: String,
    /// The struct of its content.
    pub(crate) content: TypePath,
}

impl SharedTypes {
    /// Names of the types, sorted.
    pub(crate) fn type_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.ids.iter().map(|id| id.name.as_str()).collect();
        names.extend(self.string_enums.iter().map(|list| list.name.as_str()));
        names.extend(self.integer_enums.iter().map(|list| list.name.as_str()));
        names.extend(self.structs.iter().map(|object| object.name.as_str()));
        names.extend(self.unions.iter().map(|union| union.name.as_str()));
        names.sort_unstable();
        names
    }
}

#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) id: String,
    /// The enumeration's variant.
    pub(crate) variant: String,
    pub(crate) facts: format::Region,
}

#[derive(Debug)]
pub(crate) struct Id {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) max_bytes: Option<u32>,
    pub(crate) printable_ascii: bool,
    pub(crate) examples: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct StringEnum {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) values: Vec<Variant<String>>,
}

#[derive(Debug)]
pub(crate) struct IntegerEnum {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) values: Vec<Variant<i64>>,
}

#[derive(Debug)]
pub(crate) struct Variant<T> {
    pub(crate) name: String,
    pub(crate) value: T,
    pub(crate) doc: String,
}

/// One endpoint with all that its module holds.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// Path of its spec file.
    pub(crate) origin: String,
    pub(crate) area: String,
    /// Its module and file.
    pub(crate) module: String,
    pub(crate) service: String,
    pub(crate) command: String,
    /// The request type.
    pub(crate) name: String,
    pub(crate) response_name: String,
    pub(crate) docs: Docs,
    pub(crate) request: Struct,
    pub(crate) response: Struct,
    pub(crate) structs: Vec<Struct>,
    pub(crate) batch: Option<Batch>,
    pub(crate) paging: Option<Paging>,
    pub(crate) facts: EndpointFacts,
    pub(crate) examples: Examples,
}

impl Endpoint {
    /// Names of the types of its module, sorted.
    pub(crate) fn type_names(&self) -> Vec<&str> {
        let mut names = vec![self.name.as_str(), self.response_name.as_str()];
        names.extend(self.structs.iter().map(|object| object.name.as_str()));
        names.extend(self.paging.iter().filter_map(|paging| paging.cursor_name.as_deref()));
        names.sort_unstable();
        names
    }
}

/// What goes into the catalog as it is.
#[derive(Debug)]
pub(crate) struct EndpointFacts {
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) doc_page: Option<u32>,
    pub(crate) calls_per_second: Option<u32>,
    pub(crate) long_term_limits: Vec<format::RateLimit>,
    /// Variants of `GroupType`.
    pub(crate) group_types: Option<Vec<String>>,
    pub(crate) unsupported_group_type_code: Option<i32>,
    pub(crate) requirement: Option<String>,
    pub(crate) exactly_one_of: Vec<Vec<String>>,
    pub(crate) at_least_one_of: Vec<Vec<String>>,
    pub(crate) repeat: format::Repeat,
    pub(crate) errors: Vec<DocumentedError>,
    pub(crate) behavior: Vec<String>,
    pub(crate) quirks: Vec<String>,
    pub(crate) unverified: Vec<String>,
    pub(crate) confidence: format::Confidence,
}

/// An error code that an endpoint's page lists.
#[derive(Debug)]
pub(crate) struct DocumentedError {
    pub(crate) code: i32,
    /// What the page says, where it differs from the general meaning.
    pub(crate) own: Option<String>,
    /// What the code means on this endpoint.
    pub(crate) meaning: String,
}

/// A block of documentation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DocBlock {
    /// Text that is wrapped; line feeds in it are kept.
    Paragraph(String),
    Heading(String),
    /// An item of a list.
    Item(String),
    /// A line that is not wrapped, such as a row of a table or a line of an example.
    Line(String),
}

/// Which way an object travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Direction {
    Sent,
    #[default]
    Received,
    Both,
}

impl Direction {
    pub(crate) fn is_sent(self) -> bool {
        self != Self::Received
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Struct {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) direction: Direction,
    pub(crate) fields: Vec<Field>,
}

impl Struct {
    /// Name of the constant with the facts of its fields.
    pub(crate) fn fields_const(&self) -> String {
        names::screaming(&self.name)
    }

    pub(crate) fn field(&self, wire: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.wire == wire)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) rust: String,
    pub(crate) ty: Type,
    pub(crate) required: bool,
    /// Set where `new` fills it in: marks of where a page starts.
    pub(crate) preset: bool,
    /// Set where it is a parameter of the URL and no part of the body.
    pub(crate) in_query: bool,
    /// Other names on the wire.
    pub(crate) aliases: Vec<String>,
    /// What it holds, in the words of the spec.
    pub(crate) doc: String,
    /// What it holds and its bounds, in Markdown.
    pub(crate) long_doc: String,
    pub(crate) default: Option<String>,
    pub(crate) bounds: Bounds,
    pub(crate) quirk: Option<format::Quirk>,
    /// Set where the documentation does not confirm it.
    pub(crate) unverified: bool,
    pub(crate) example: Option<Example>,
    pub(crate) location: Location,
}

/// A value that the spec gives for examples.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) value: serde_json::Value,
    pub(crate) location: Location,
}

/// Where something stands in the spec, for a mistake that only shows later.
#[derive(Clone, Debug)]
pub(crate) struct Location {
    pub(crate) source: Arc<Source>,
    pub(crate) span: Range<usize>,
}

/// What a value has to keep to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) max_bytes: Option<u32>,
    pub(crate) max_items: Option<u32>,
    pub(crate) values: Values,
}

/// The listed values of a field.
#[derive(Clone, Debug, Default)]
pub(crate) enum Values {
    #[default]
    Any,
    /// All values of an enumeration.
    Listed(EnumRef),
    Texts(Vec<String>),
    Numbers(Vec<i64>),
}

/// An enumeration and all its values.
#[derive(Clone, Debug)]
pub(crate) struct EnumRef {
    pub(crate) path: TypePath,
    pub(crate) strings: Vec<String>,
    pub(crate) integers: Vec<i64>,
}

/// Where a named type lives: in an area's module or at the root of the crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TypePath {
    pub(crate) area: Option<String>,
    /// The endpoint's module where the type belongs to one endpoint.
    pub(crate) local: bool,
    pub(crate) name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    String,
    Boolean,
    Flag,
    U32,
    U64,
    I64,
    F64,
    Json,
    UnixSeconds,
    UnixMillis,
    Seconds,
    MuteTime,
    ErrorCode,
    TagValue,
    /// 0, or a code between these bounds.
    Verdict(i64, i64),
    Id(TypePath),
    StringEnum(TypePath),
    IntegerEnum(TypePath),
    Struct(TypePath),
    Union(TypePath),
    Array(Box<Type>),
    Map(Box<Type>),
}

impl Type {
    /// The type of its items where it is a list or a map, else itself.
    pub(crate) fn item(&self) -> &Self {
        match self {
            Self::Array(item) | Self::Map(item) => item.item(),
            other => other,
        }
    }

    pub(crate) fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    /// Whether it is empty rather than absent when there is nothing in it.
    pub(crate) fn is_collection(&self) -> bool {
        matches!(self, Self::Array(_) | Self::Map(_))
    }

    /// Whether the JSON is a whole number.
    pub(crate) fn is_integer(&self) -> bool {
        matches!(
            self,
            Self::Flag
                | Self::U32
                | Self::U64
                | Self::I64
                | Self::UnixSeconds
                | Self::UnixMillis
                | Self::Seconds
                | Self::MuteTime
                | Self::ErrorCode
                | Self::Verdict(..)
                | Self::IntegerEnum(_)
        )
    }
}

/// How a request is split.
#[derive(Debug)]
pub(crate) struct Batch {
    /// Wire name of the list.
    pub(crate) field: String,
    pub(crate) max: Option<u32>,
    pub(crate) too_many_code: Option<i32>,
    pub(crate) sequential: bool,
    /// Wire name of the identifying field of an item that is an object.
    pub(crate) key: Option<String>,
    pub(crate) outcome: Option<format::Outcome>,
}

/// How a response is paged.
#[derive(Debug)]
pub(crate) struct Paging {
    /// Wire name of the list.
    pub(crate) items: String,
    pub(crate) page_size: Option<(String, u32)>,
    pub(crate) total: Option<String>,
    /// Type of the cursor, where it is more than the value of one field.
    pub(crate) cursor_name: Option<String>,
    /// One way of paging, or several of which all but the last have a condition.
    pub(crate) modes: Vec<PagingMode>,
    /// How the last page is recognized, in words.
    pub(crate) end: String,
}

#[derive(Debug)]
pub(crate) struct PagingMode {
    /// Variant of the cursor, where there are several modes.
    pub(crate) name: Option<String>,
    pub(crate) when: Option<format::When>,
    /// Wire name of the list, where it is not the one of the other modes.
    pub(crate) items: Option<String>,
    pub(crate) advance: Vec<format::Advance>,
    pub(crate) end: Vec<format::End>,
}
