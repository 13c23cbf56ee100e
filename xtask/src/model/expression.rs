//! Examples as data.

use std::collections::BTreeSet;

use serde_json::Value;

/// Examples of one endpoint.
#[derive(Debug, Default)]
pub(crate) struct Examples {
    /// The body of a request as JSON.
    pub(crate) request: Value,
    /// The same request in Rust.
    pub(crate) code: RustExample,
    /// What the response holds besides the fields that all responses share, as JSON.
    pub(crate) response: Value,
}

/// A request in Rust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RustExample {
    pub(crate) request: Expression,
    /// The types that it names: a module below the root of the crate, if any, and a type in it.
    pub(crate) uses: BTreeSet<(Option<String>, String)>,
}

/// A value in Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    /// Text that is never split over lines.
    Atom(String),
    Number(i64),
    Text(String),
    List(Vec<Expression>),
    Tuple(Vec<Expression>),
    /// A function, or a macro with its exclamation mark, and its arguments.
    Call(String, Vec<Expression>),
    /// A value and the methods that are called on it.
    Chain(Box<Expression>, Vec<(String, Expression)>),
}

impl Default for Expression {
    fn default() -> Self {
        Self::Atom("()".to_owned())
    }
}
