//! The parameters in the query of a URL.

use super::error::ControlError;

/// A parameter of the query. All are optional.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) kind: ParameterKind,
    pub(crate) doc: &'static str,
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParameterKind {
    String,
    Integer,
    Boolean,
}

/// The parameters of the query, whose types have been checked.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(&'static str, String)>);

impl Parameter {
    pub(crate) const fn new(name: &'static str, kind: ParameterKind, doc: &'static str) -> Self {
        Self { name, kind, doc }
    }
}

impl Query {
    /// Reads the query of a URL.
    ///
    /// # Errors
    /// When a parameter is unknown, is given twice, or has a value of another type.
    pub(crate) fn parse(
        query: Option<&str>,
        parameters: &'static [Parameter],
    ) -> Result<Self, ControlError> {
        let mut values: Vec<(&'static str, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let known = parameters.iter().find(|parameter| parameter.name == name);
            let Some(&Parameter { name, kind, .. }) = known else {
                let names: Vec<_> = parameters.iter().map(|parameter| parameter.name).collect();
                return Err(ControlError::invalid(format!(
                    "unknown parameter {name:?} in the URL; expected one of {names:?}"
                )));
            };
            let (is_valid, expected) = match kind {
                ParameterKind::String => (true, "a string"),
                ParameterKind::Integer => (value.parse::<u64>().is_ok(), "an integer"),
                ParameterKind::Boolean => (value.parse::<bool>().is_ok(), "true or false"),
            };
            if !is_valid {
                return Err(ControlError::invalid(format!(
                    "{name}: expected {expected}, found {value:?}"
                )));
            }
            if values.iter().any(|(earlier, _)| *earlier == name) {
                return Err(ControlError::invalid(format!("{name}: given twice in the URL")));
            }
            values.push((name, value.into_owned()));
        }
        Ok(Self(values))
    }

    pub(crate) fn string(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(parameter, _)| *parameter == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn integer(&self, name: &str) -> Option<u64> {
        self.string(name)?.parse().ok()
    }

    /// Returns a flag; `false` if it is missing.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.string(name).is_some_and(|value| value == "true")
    }
}
