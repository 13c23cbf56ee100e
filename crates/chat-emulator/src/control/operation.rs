//! The operations of the control API: what they are called and where.

use hyper::Method;

use super::query::Parameter;

/// What the paths of the control API start with.
pub(crate) const PREFIX: &str = "/_control";

/// The content type of requests and of most responses.
pub(crate) const JSON: &str = "application/json";

/// The content type of seeds and exports.
pub(crate) const JSON_LINES: &str = "application/x-ndjson";

/// An operation of the control API.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// The name of the operation, as functions of generated clients have it.
    pub(crate) id: &'static str,
    /// The path after the prefix. A segment in braces is a parameter.
    pub(crate) path: &'static str,
    /// What the operation does, in one sentence.
    pub(crate) summary: &'static str,
    /// The parameters of the query.
    pub(crate) parameters: &'static [Parameter],
}

impl Operation {
    pub(crate) fn new(
        method: Method,
        id: &'static str,
        path: &'static str,
        summary: &'static str,
    ) -> Self {
        Self { method, id, path, summary, parameters: &[] }
    }

    /// Returns the parameters in a path; `None` if it is another path.
    pub(crate) fn matches<'a>(&self, path: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
        let mut parameters = Vec::new();
        let (mut expected, mut found) = (self.path.split('/'), path.split('/'));
        loop {
            match (expected.next(), found.next()) {
                (None, None) => return Some(parameters),
                (Some(expected), Some(found)) => match parameter_name(expected) {
                    Some(name) if !found.is_empty() => parameters.push((name, found)),
                    None if expected == found => {}
                    _ => return None,
                },
                _ => return None,
            }
        }
    }
}

/// Returns the name of a parameter, if a segment of a route's path is one.
pub(crate) fn parameter_name(segment: &'static str) -> Option<&'static str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}
