//! Checks a request against the documented constraints, as the JSON that is sent.
//!
//! One table-driven pass serves typed requests, hand-written JSON, and the receiving side. It copies
//! almost nothing unless a constraint is violated, or the content of a tagged object precedes the
//! tag that determines its form.

mod constraint;
mod context;
mod custom_group_id;
mod field_path;
mod field_set;
mod object;
mod replacement;
mod tagged;
mod value;
#[cfg(feature = "webhook")]
mod webhook;

use std::fmt;

use serde::{Deserializer, Serialize, de::DeserializeSeed};
use serde_json::Value;

pub use self::{constraint::Constraint, field_path::FieldPath, replacement::Replacement};
use self::{context::Context, field_set::FieldSet, object::ObjectSeed};
use crate::spec::{EndpointSpec, SeeDocPage, Site};

/// A request that violates a documented constraint.
///
/// A client that checks first has not sent anything yet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The service of the endpoint, or `webhook`.
    pub service: &'static str,
    /// The command of the endpoint, or of the webhook.
    pub command: &'static str,
    /// The location of the field, such as `MemberList[3].Role`; empty for the request as a whole.
    pub path: FieldPath,
    /// The constraint, and the value that violates it.
    pub constraint: Constraint,
    /// The URL of the documentation page that states the constraint.
    pub documentation_url: Option<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { service, command, path, constraint, documentation_url } = self;
        write!(f, "{service}/{command}: ")?;
        if !path.as_str().is_empty() {
            write!(f, "{path} ")?;
        }
        write!(f, "{constraint}{}", SeeDocPage(documentation_url.as_deref()))
    }
}

impl std::error::Error for Violation {}

impl EndpointSpec {
    /// Checks a typed request.
    ///
    /// # Errors
    /// Returns the first constraint that the request violates.
    pub fn check_value<T: Serialize + ?Sized>(&self, request: &T) -> Result<(), Violation> {
        match serde_json::to_vec(request) {
            Ok(json) => self.check_json(&json),
            Err(error) => Err(self.invalid_json(&error)),
        }
    }

    /// Checks a request as JSON.
    ///
    /// Fields that the specification does not know are accepted, as the service does.
    ///
    /// # Errors
    /// Returns the first constraint that the request violates.
    pub fn check_json(&self, request: &[u8]) -> Result<(), Violation> {
        self.check(request, false, None)
    }

    /// Checks a request as JSON for an app of a site. Where sites differ, the other checks reject
    /// only what no site accepts.
    ///
    /// # Errors
    /// Returns the first constraint that the request violates.
    ///
    /// ```
    /// use chat_types::{Endpoint, group::{AddGroupMember, MemberToAdd}, spec::Site};
    ///
    /// let users = (0..21).map(|number| MemberToAdd::new(format!("user{number}")));
    /// let request = AddGroupMember::new("@TGS#1", users);
    /// let json = serde_json::to_vec(&request)?;
    /// assert!(AddGroupMember::SPEC.check_json(&json).is_ok());
    /// assert!(AddGroupMember::SPEC.check_json_on(Some(Site::China), &json).is_err());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn check_json_on(&self, site: Option<Site>, request: &[u8]) -> Result<(), Violation> {
        self.check(request, false, site)
    }

    /// Checks a request as JSON, and rejects fields that the specification does not know.
    ///
    /// # Errors
    /// Returns the first constraint that the request violates.
    pub fn check_json_strictly(&self, request: &[u8]) -> Result<(), Violation> {
        self.check(request, true, None)
    }

    /// Checks a request that is already parsed, as [`check_json_on`](Self::check_json_on) does.
    ///
    /// # Errors
    /// Returns the first constraint that the request violates.
    pub fn check_parsed_on(&self, site: Option<Site>, request: &Value) -> Result<(), Violation> {
        self.check_with(false, site, request)?;
        self.check_custom_group_id(request)
    }

    fn check(&self, request: &[u8], strict: bool, site: Option<Site>) -> Result<(), Violation> {
        let mut json = serde_json::Deserializer::from_slice(request);
        self.check_with(strict, site, &mut json)?;
        json.end().map_err(|error| self.invalid_json(&error))?;
        self.check_custom_group_id(&mut serde_json::Deserializer::from_slice(request))
    }

    fn check_with<'de>(
        &self,
        strict: bool,
        site: Option<Site>,
        request: impl Deserializer<'de, Error = serde_json::Error>,
    ) -> Result<(), Violation> {
        let context = Context::new(strict, site);
        let root = ObjectSeed { context: &context, fields: self.request, at: None };
        let outcome = root.deserialize(request);
        match (context.into_violated(), outcome) {
            (Some((path, constraint)), _) => Err(self.violation(path, constraint)),
            (None, Err(error)) => Err(self.invalid_json(&error)),
            (None, Ok(present)) => self.check_alternatives(&present),
        }
    }

    fn check_alternatives(&self, present: &FieldSet) -> Result<(), Violation> {
        let count = |fields: &[&str]| {
            let request = self.request.iter().enumerate();
            request
                .filter(|(index, field)| fields.contains(&field.name) && present.contains(*index))
                .count()
        };
        let exactly = self.exactly_one_of.iter().find(|fields| count(fields) != 1);
        let at_least = self.at_least_one_of.iter().find(|fields| count(fields) == 0);
        let constraint = match (exactly, at_least) {
            (Some(&fields), _) => Constraint::ExactlyOneOf { fields },
            (None, Some(&fields)) => Constraint::AtLeastOneOf { fields },
            (None, None) => return Ok(()),
        };
        Err(self.violation(FieldPath::default(), constraint))
    }

    fn invalid_json(&self, error: &serde_json::Error) -> Violation {
        self.violation(FieldPath::default(), Constraint::Json(error.to_string()))
    }

    fn violation(&self, path: FieldPath, constraint: Constraint) -> Violation {
        Violation {
            service: self.service,
            command: self.command,
            path,
            constraint,
            documentation_url: self.documentation_url(),
        }
    }
}
