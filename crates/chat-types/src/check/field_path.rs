//! The location of a field in a request.

use std::fmt;

/// The location of a field in a request, such as `MemberList[3].Role`; empty for the request itself.
///
/// ```
/// use chat_types::{Endpoint, group::CreateGroup};
///
/// let request = br#"{"Type":"Public","Name":"n","MemberList":[{"Role":"Admin"}]}"#;
/// let violation = CreateGroup::SPEC.check_json(request).unwrap_err();
/// assert_eq!(violation.path.as_str(), "MemberList[0].Member_Account");
/// assert_eq!(violation.path.root_field(), Some("MemberList"));
/// assert_eq!(violation.path.index_in("MemberList"), Some(0));
/// assert_eq!(violation.path.to_json_pointer(), "/MemberList/0/Member_Account");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldPath(Box<Parts>);

/// The path in two forms. They are boxed to keep [`Violation`](super::Violation) small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Parts {
    text: String,
    /// Kept next to the text, in which a custom key could look like an index.
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Field(String),
    Index(usize),
}

impl FieldPath {
    pub(super) fn push_field(&mut self, name: &str) {
        if !self.is_empty() {
            self.0.text.push('.');
        }
        self.0.text.push_str(name);
        self.0.segments.push(Segment::Field(name.to_owned()));
    }

    pub(super) fn push_index(&mut self, index: usize) {
        self.0.text += &format!("[{index}]");
        self.0.segments.push(Segment::Index(index));
    }

    /// Returns the path as text, such as `MemberList[3].Role`.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Returns whether this is the request itself rather than one of its fields.
    pub fn is_empty(&self) -> bool {
        self.0.segments.is_empty()
    }

    /// Returns the field of the request that the path leads to or into, such as `MemberList` for
    /// `MemberList[3].Role`; `None` for the request itself.
    pub fn root_field(&self) -> Option<&str> {
        match self.0.segments.first() {
            Some(Segment::Field(name)) => Some(name),
            _ => None,
        }
    }

    /// Returns the index of the array item that the path leads to or into, if the array is this
    /// field of the request.
    ///
    /// It is 3 in the field `MemberList` for `MemberList[3]` and for `MemberList[3].Role`, and
    /// `None` for `MemberList` and for any other field.
    pub fn index_in(&self, field: &str) -> Option<usize> {
        match self.0.segments.as_slice() {
            [Segment::Field(name), Segment::Index(index), ..] if name == field => Some(*index),
            _ => None,
        }
    }

    /// Returns the path as a JSON Pointer (RFC 6901), such as `/MemberList/3/Role`, as
    /// [`serde_json::Value::pointer`] takes it.
    pub fn to_json_pointer(&self) -> String {
        let mut pointer = String::new();
        for segment in &self.0.segments {
            pointer.push('/');
            match segment {
                Segment::Field(name) => pointer += &name.replace('~', "~0").replace('/', "~1"),
                Segment::Index(index) => pointer += &index.to_string(),
            }
        }
        pointer
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::FieldPath;

    #[test]
    fn empty_path_is_the_whole_request() {
        check(&FieldPath::default(), "", "");
        assert!(FieldPath::default().is_empty());
        assert_eq!(FieldPath::default().root_field(), None);
    }

    #[test]
    fn fields_and_indices_are_joined() {
        let mut path = FieldPath::default();
        path.push_field("MemberList");
        check(&path, "MemberList", "/MemberList");
        assert_eq!(path.index_in("MemberList"), None);
        path.push_index(3);
        check(&path, "MemberList[3]", "/MemberList/3");
        path.push_field("Tags");
        path.push_index(12);
        check(&path, "MemberList[3].Tags[12]", "/MemberList/3/Tags/12");
        assert_eq!(path.index_in("MemberList"), Some(3));
        assert_eq!(path.root_field(), Some("MemberList"));
        assert_eq!(path.index_in("Member"), None);
        assert_eq!(path.index_in("Tags"), None);
    }

    #[test]
    fn custom_keys_are_not_mistaken_for_indices() {
        let mut path = FieldPath::default();
        path.push_field("Attr[7]");
        path.push_field("a/b~c.d");
        check(&path, "Attr[7].a/b~c.d", "/Attr[7]/a~1b~0c.d");
        assert_eq!(path.index_in("Attr"), None);
        let request = json!({ "Attr[7]": { "a/b~c.d": 1 } });
        assert_eq!(request.pointer(&path.to_json_pointer()), Some(&json!(1)));
    }

    fn check(path: &FieldPath, text: &str, pointer: &str) {
        assert_eq!(path.as_str(), text);
        assert_eq!(path.to_string(), text);
        assert_eq!(path.to_json_pointer(), pointer);
    }
}
