//! Arrays that the service sends, entry by entry.

mod read;
mod whole;

use std::{
    iter,
    ops::{Deref, DerefMut},
    slice, vec,
};

use serde::{Serialize, Serializer, ser::SerializeSeq};
use serde_json::Value;

pub(crate) use self::whole::{is_reading_whole, read_whole};

/// An array that the service sends.
///
/// Services of many ages fill these arrays, and one unusual entry must not cost its neighbors. So an
/// entry that does not match its documented type is kept as JSON, apart from the others. The array
/// dereferences to a slice of the recognized entries, in their order;
/// [`unrecognized`](Self::unrecognized) returns the rest.
///
/// ```
/// use chat_types::group::GetGroupMemberInfoResponse;
///
/// let response = br#"{"MemberList":[{"Member_Account":"peter"},"leckie"]}"#;
/// let members = serde_json::from_slice::<GetGroupMemberInfoResponse>(response)?.member_list;
/// assert_eq!(members.len(), 1);
/// assert_eq!(members[0].member_account.as_str(), "peter");
/// assert_eq!(members.unrecognized()[0].index(), Some(1));
/// assert_eq!(members.unrecognized()[0].json(), "leckie");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Entries<T> {
    recognized: Vec<T>,
    unrecognized: Vec<Unrecognized>,
}

/// What the service sent instead of an entry, or instead of an array, as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Unrecognized {
    index: Option<usize>,
    json: Value,
    reason: Box<str>,
}

impl<T> Entries<T> {
    /// Returns what does not match the documented type, in the order of the array.
    pub fn unrecognized(&self) -> &[Unrecognized] {
        &self.unrecognized
    }

    /// Returns the number of entries that the service sent, recognized or not.
    pub fn received(&self) -> usize {
        let entries = self.unrecognized.iter().filter(|entry| entry.index.is_some());
        self.recognized.len() + entries.count()
    }

    /// Splits the array into the recognized entries and the rest.
    pub fn into_parts(self) -> (Vec<T>, Vec<Unrecognized>) {
        (self.recognized, self.unrecognized)
    }

    /// Appends an entry, for a response that a test or a server makes.
    pub fn push(&mut self, entry: T) {
        self.recognized.push(entry);
    }

    /// Keeps only the recognized entries for which `is_kept` returns `true`.
    pub fn retain(&mut self, is_kept: impl FnMut(&T) -> bool) {
        self.recognized.retain(is_kept);
    }

    /// Returns whether the service sent nothing at all.
    #[cfg(feature = "server")]
    pub(crate) fn is_absent(&self) -> bool {
        self.recognized.is_empty() && self.unrecognized.is_empty()
    }

    pub(crate) fn push_unrecognized(&mut self, json: Value, reason: String) {
        let entry = Unrecognized::new(Some(self.received()), json, reason);
        self.unrecognized.push(entry);
    }

    /// What the service sent in the place of the array.
    pub(crate) fn not_an_array(json: Value, reason: String) -> Self {
        Self { recognized: Vec::new(), unrecognized: vec![Unrecognized::new(None, json, reason)] }
    }

    /// Returns the entries as they were sent, each recognized or not.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = Result<&T, &Unrecognized>> {
        let mut recognized = self.recognized.iter();
        let mut unrecognized = self.unrecognized.iter().peekable();
        let mut indices = 0..;
        iter::from_fn(move || {
            let index = indices.next();
            let other = unrecognized.next_if(|entry| entry.index.is_none() || entry.index == index);
            other.map(Err).or_else(|| recognized.next().map(Ok))
        })
    }

    /// Returns an integer field of every entry that has it, recognized or not.
    #[allow(dead_code, reason = "only the areas with cursors of this kind need it")]
    pub(crate) fn integers(
        &self,
        field: &'static str,
        of: impl Fn(&T) -> Option<u64>,
    ) -> impl Iterator<Item = u64> {
        self.in_order().filter_map(move |entry| match entry {
            Ok(entry) => of(entry),
            Err(entry) => match entry.json.get(field)? {
                Value::String(digits) => digits.trim().parse().ok(),
                number => number.as_u64(),
            },
        })
    }
}

impl Unrecognized {
    fn new(index: Option<usize>, json: Value, reason: String) -> Self {
        Self { index, json, reason: reason.into() }
    }

    /// Returns the index in the array that the service sent; `None` if this stands in the place of
    /// the array.
    pub fn index(&self) -> Option<usize> {
        self.index
    }

    /// Returns the JSON as the service sent it.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Returns why it does not match the documented type.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self { recognized: Vec::new(), unrecognized: Vec::new() }
    }
}

impl<T> Deref for Entries<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.recognized
    }
}

impl<T> DerefMut for Entries<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.recognized
    }
}

impl<T> From<Vec<T>> for Entries<T> {
    fn from(recognized: Vec<T>) -> Self {
        Self { recognized, unrecognized: Vec::new() }
    }
}

impl<T> FromIterator<T> for Entries<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        Vec::from_iter(entries).into()
    }
}

impl<T> IntoIterator for Entries<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    /// Returns an iterator over the recognized entries.
    fn into_iter(self) -> vec::IntoIter<T> {
        self.recognized.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Entries<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    /// Returns an iterator over the recognized entries.
    fn into_iter(self) -> slice::Iter<'a, T> {
        self.recognized.iter()
    }
}

impl<T: Serialize> Serialize for Entries<T> {
    /// Writes what was read: entries that were not recognized stay where they were.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let [Unrecognized { index: None, json, .. }] = self.unrecognized.as_slice() {
            return json.serialize(serializer);
        }
        let mut array = serializer.serialize_seq(Some(self.received()))?;
        for entry in self.in_order() {
            match entry {
                Ok(entry) => array.serialize_element(entry)?,
                Err(entry) => array.serialize_element(&entry.json)?,
            }
        }
        array.end()
    }
}
