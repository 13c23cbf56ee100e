//! Lists of any length: iterators, streams, files and standard input.

mod error;
mod lines;
mod reader;

use std::{fmt, path::Path};

use futures_util::{
    StreamExt,
    stream::{self, BoxStream, Stream},
};

use crate::{Fingerprint, fingerprint::FingerprintSource};

pub use self::error::InputError;
#[cfg(feature = "migration")]
pub(crate) use self::lines::LineError;
pub(crate) use self::lines::Lines;

/// A list of any length that is read as it is needed, never far ahead of the calls in flight.
///
/// Methods that take a list take `impl Into<Input<..>>`. Anything that can be iterated over converts:
/// vectors, arrays, slices and iterators of items, or of what converts into items. A stream is
/// wrapped with [`from_stream`](Self::from_stream), a list that can fail to be read with
/// [`new`](Self::new), and a file with [`accounts_file`](Input::accounts_file).
///
/// ```
/// use chat_admin::Input;
/// use chat_types::UserId;
/// use futures_util::stream;
///
/// fn takes_any<'a>(accounts: impl Into<Input<'a, UserId>>) {
///     let accounts: Input<'a, UserId> = accounts.into();
/// }
///
/// takes_any(["peter", "leckie"]);
/// takes_any(vec!["peter".to_owned(), "leckie".to_owned()]);
/// takes_any((0..1_000_000).map(|number| format!("user{number}")));
/// takes_any(Input::from_stream(stream::iter(["peter", "leckie"])));
/// ```
pub struct Input<'a, Item> {
    items: BoxStream<'a, Result<Item, InputError>>,
    length: Option<u64>,
    fingerprint: FingerprintSource,
}

impl<'a, Item: 'a> Input<'a, Item> {
    /// Creates a list from a stream whose items may turn out to be unreadable.
    ///
    /// The first unreadable item ends the job. Neither the items after it are sent nor the items before
    /// it that would share its call, so that the job can resume from its journal once the list is
    /// fixed.
    pub fn new(items: impl Stream<Item = Result<Item, InputError>> + Send + 'a) -> Self {
        let length = exact_length(items.size_hint());
        Self { items: items.boxed(), length, fingerprint: FingerprintSource::Unknown }
    }

    /// Creates a list from anything that can be iterated over. [`From`] does the same.
    #[expect(clippy::should_implement_trait, reason = "the trait cannot ask for `Send`")]
    pub fn from_iter<I>(items: I) -> Self
    where
        I: IntoIterator,
        I::IntoIter: Send + 'a,
        I::Item: Into<Item> + 'a,
    {
        let items = items.into_iter();
        let length = exact_length(items.size_hint());
        let items = stream::iter(items.map(|item| Ok(item.into()))).boxed();
        Self { items, length, fingerprint: FingerprintSource::Unknown }
    }

    /// Creates a list from a stream.
    pub fn from_stream<S>(items: S) -> Self
    where
        S: Stream + Send + 'a,
        S::Item: Into<Item>,
    {
        Self::new(items.map(|item| Ok(item.into())))
    }

    /// Sets the number of items, which plans and the remaining time are computed from. Nothing else
    /// relies on it.
    #[must_use]
    pub fn with_length(self, items: u64) -> Self {
        Self { length: Some(items), ..self }
    }

    /// Sets the fingerprint of the whole list, by which a job that resumes recognizes it.
    ///
    /// [`accounts_file`](Input::accounts_file) sets that of the file.
    #[must_use]
    pub fn with_fingerprint(self, fingerprint: Fingerprint) -> Self {
        Self { fingerprint: FingerprintSource::Known(fingerprint), ..self }
    }

    /// Sets the file that the list is read from, whose fingerprint is made when it is needed.
    pub(crate) fn of_path(self, path: &Path) -> Self {
        Self { fingerprint: FingerprintSource::File(path.to_owned()), ..self }
    }

    /// Returns where the fingerprint of the whole list comes from.
    pub(crate) fn fingerprint(&self) -> FingerprintSource {
        self.fingerprint.clone()
    }

    /// Returns the number of items, if it is known.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Returns the items as a stream, for callers that inspect a list before they send it.
    pub fn into_stream(self) -> BoxStream<'a, Result<Item, InputError>> {
        self.items
    }

    /// Converts each item as it is read, such as an account into an item of a request.
    pub fn map<Other: 'a>(
        self,
        mut convert: impl FnMut(Item) -> Other + Send + 'a,
    ) -> Input<'a, Other> {
        let items = self.items.map(move |item| item.map(&mut convert)).boxed();
        Input { items, length: self.length, fingerprint: self.fingerprint }
    }
}

/// An `Input` is not an iterator itself, so this does not overlap with the conversion into itself.
impl<'a, Item, I> From<I> for Input<'a, Item>
where
    I: IntoIterator,
    I::IntoIter: Send + 'a,
    I::Item: Into<Item> + 'a,
    Item: 'a,
{
    fn from(items: I) -> Self {
        Self::from_iter(items)
    }
}

impl<Item> fmt::Debug for Input<'_, Item> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("length", &self.length).finish_non_exhaustive()
    }
}

/// Returns the length that a size hint guarantees.
fn exact_length((lower, upper): (usize, Option<usize>)) -> Option<u64> {
    upper.filter(|upper| *upper == lower).and_then(|upper| u64::try_from(upper).ok())
}
