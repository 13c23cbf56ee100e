//! A value with its location in a file, for diagnostics.

use std::{
    borrow::{Borrow, Cow},
    ops::Range,
};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// A value with its location. Its schema is that of the value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Located<T>(Spanned<T>);

impl<T> Located<T> {
    pub(crate) fn new(span: Range<usize>, value: T) -> Self {
        Self(Spanned::new(span, value))
    }

    /// The bytes of the file that hold the value.
    pub(crate) fn span(&self) -> Range<usize> {
        self.0.span()
    }

    pub(crate) fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T> AsRef<T> for Located<T> {
    fn as_ref(&self) -> &T {
        self.0.get_ref()
    }
}

/// The location counts for neither equality nor hashing, so that a map is searched by the value.
impl Borrow<str> for Located<String> {
    fn borrow(&self) -> &str {
        self.as_ref()
    }
}

impl<T: JsonSchema> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
