//! Objects and their fields.

use std::{ops::Range, sync::Arc};

use super::{
    names,
    types::{Bounds, Type},
};
use crate::spec::{Source, format::Quirk};

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

/// The direction in which an object is sent.
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

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) rust: String,
    pub(crate) ty: Type,
    pub(crate) required: bool,
    /// Set if every source shows it in every payload of the service.
    pub(crate) always: bool,
    /// Set if only older pages have it.
    pub(crate) older: bool,
    /// Set if `new` fills it in: fields that say where a page starts, and those with a default.
    pub(crate) preset: bool,
    /// Set if it is a parameter of the URL and not part of the body.
    pub(crate) in_query: bool,
    /// Other names on the wire.
    pub(crate) aliases: Vec<String>,
    /// Older values, each with the current one.
    pub(crate) older_values: Vec<(String, String)>,
    /// What it holds, in the words of the spec.
    pub(crate) doc: String,
    /// What it holds and its bounds, in Markdown.
    pub(crate) long_doc: String,
    pub(crate) default: Option<String>,
    pub(crate) bounds: Bounds,
    pub(crate) quirk: Option<Quirk>,
    /// Set if the documentation does not confirm it.
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

/// A location in the spec, for an error that is found later.
#[derive(Clone, Debug)]
pub(crate) struct Location {
    pub(crate) source: Arc<Source>,
    pub(crate) span: Range<usize>,
}
