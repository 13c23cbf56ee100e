//! Replaces the older names and values in a request.

use std::fmt;

use serde_json::{Map, Value};

use super::FieldPath;
use crate::spec::{EndpointSpec, FieldKind, FieldSpec};

/// An older name or value in a request, and what replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replacement {
    /// The location of the field or the value.
    pub path: FieldPath,
    /// The older name or value.
    pub older: &'static str,
    /// The current one.
    pub current: &'static str,
}

impl fmt::Display for Replacement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, older, current } = self;
        write!(f, "{path}: {older} is an older name of {current}")
    }
}

impl EndpointSpec {
    /// Replaces the older names of fields, and the older values, by the current ones, and returns what
    /// was replaced.
    ///
    /// The request stays valid: a check accepts both. A field that also has its current name keeps the
    /// value that it has there.
    ///
    /// ```
    /// use chat_types::{Endpoint, group::GetGroupMemberInfo};
    /// use serde_json::json;
    ///
    /// let mut request = json!({ "GroupId": "fans", "MemberInfoFilter": ["Role", "ShutUpUntil"] });
    /// let replaced = GetGroupMemberInfo::SPEC.replace_older_names(&mut request);
    /// assert_eq!(request["MemberInfoFilter"], json!(["Role", "MuteUntil"]));
    /// assert_eq!(
    ///     replaced[0].to_string(),
    ///     "MemberInfoFilter[1]: ShutUpUntil is an older name of MuteUntil"
    /// );
    /// ```
    pub fn replace_older_names(&self, request: &mut Value) -> Vec<Replacement> {
        let mut replaced = Vec::new();
        if let Value::Object(members) = request {
            in_object(members, self.request, &FieldPath::default(), &mut replaced);
        }
        replaced
    }
}

fn in_object(
    members: &mut Map<String, Value>,
    fields: &'static [FieldSpec],
    path: &FieldPath,
    replaced: &mut Vec<Replacement>,
) {
    for field in fields {
        let names =
            field.aliases.iter().filter_map(|older| Some((*older, members.remove(*older)?)));
        let older: Vec<(&'static str, Value)> = names.collect();
        for (older, value) in older {
            let mut path = path.clone();
            path.push_field(older);
            replaced.push(Replacement { path, older, current: field.name });
            members.entry(field.name).or_insert(value);
        }
        if let Some(value) = members.get_mut(field.name) {
            let mut path = path.clone();
            path.push_field(field.name);
            in_value(value, field, &field.kind, &path, replaced);
        }
    }
}

fn in_value(
    value: &mut Value,
    field: &'static FieldSpec,
    kind: &'static FieldKind,
    path: &FieldPath,
    replaced: &mut Vec<Replacement>,
) {
    match (value, kind) {
        (Value::Object(members), FieldKind::Object(fields)) => {
            in_object(members, fields, path, replaced);
        }
        (Value::Array(items), FieldKind::Array(kind)) => {
            for (index, item) in items.iter_mut().enumerate() {
                let mut path = path.clone();
                path.push_index(index);
                in_value(item, field, kind, &path, replaced);
            }
        }
        (Value::String(value), _) => {
            let pair = field.older_values.iter().find(|(older, _)| older == value);
            if let Some(&(older, current)) = pair {
                value.clear();
                value.push_str(current);
                replaced.push(Replacement { path: path.clone(), older, current });
            }
        }
        _ => {}
    }
}
