//! Lists of any length: iterators, streams, files, standard input.

mod error;
mod lines;
mod reader;

use futures_util::{
    StreamExt,
    stream::{self, BoxStream, Stream},
};

pub use self::error::InputError;
#[cfg(feature = "migration")]
pub(crate) use self::lines::LineError;
pub(crate) use self::lines::Lines;

/// A list of any length that is read as it is needed, never far ahead of the calls under way.
///
/// Most lists need none: whatever takes an [`IntoInput`] takes iterators and streams as they are.
/// This is for lists that can fail to be read, such as files.
pub struct Input<'a, Item> {
    items: BoxStream<'a, Result<Item, InputError>>,
    length: Option<u64>,
}

impl<'a, Item: 'a> Input<'a, Item> {
    /// A list whose items may turn out to be unreadable. The first one that is ends the job: what
    /// comes after it is not sent, and neither is what would go into the same call before it, so that
    /// the job can go on from a journal once the list is mended.
    pub fn new(items: impl Stream<Item = Result<Item, InputError>> + Send + 'a) -> Self {
        let length = length(items.size_hint());
        Self { items: items.boxed(), length }
    }

    /// How many items there are, for plans and for the time left. Only told, never relied on.
    #[must_use]
    pub fn with_length(self, items: u64) -> Self {
        Self { length: Some(items), ..self }
    }

    /// How many items there are, where that is known.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The items as they are read, for those who look through a list before they send it.
    pub fn into_stream(self) -> BoxStream<'a, Result<Item, InputError>> {
        self.items
    }

    /// The same list of something else, as of requests' items made of accounts.
    pub fn map<Other: 'a>(
        self,
        mut change: impl FnMut(Item) -> Other + Send + 'a,
    ) -> Input<'a, Other> {
        let items = self.items.map(move |item| item.map(&mut change)).boxed();
        Input { items, length: self.length }
    }
}

impl<Item> std::fmt::Debug for Input<'_, Item> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("length", &self.length).finish_non_exhaustive()
    }
}

/// Whatever makes a list: anything to iterate over, a stream, or an [`Input`].
///
/// `Via` tells the kinds apart and is always inferred.
///
/// ```
/// use chat_admin::IntoInput;
/// use chat_types::UserId;
/// use futures_util::stream;
///
/// fn takes_any<'a, Via>(accounts: impl IntoInput<'a, UserId, Via>) {}
///
/// takes_any(["peter", "leckie"]);
/// takes_any((0..1_000_000).map(|number| format!("user{number}")));
/// takes_any(stream::iter(["peter", "leckie"]));
/// ```
pub trait IntoInput<'a, Item, Via>: sealed::Sealed<Via> {
    /// The list.
    fn into_input(self) -> Input<'a, Item>;
}

/// Marks a list that is iterated over.
#[derive(Debug)]
pub struct Iterated;

/// Marks a list that is a stream.
#[derive(Debug)]
pub struct Streamed;

/// Marks a list that is an [`Input`].
#[derive(Debug)]
pub struct Given;

impl<'a, Item, I> IntoInput<'a, Item, Iterated> for I
where
    I: IntoIterator,
    I::IntoIter: Send + 'a,
    I::Item: Into<Item> + 'a,
    Item: 'a,
{
    fn into_input(self) -> Input<'a, Item> {
        let items = self.into_iter();
        let length = length(items.size_hint());
        Input { items: stream::iter(items.map(|item| Ok(item.into()))).boxed(), length }
    }
}

impl<'a, Item, S> IntoInput<'a, Item, Streamed> for S
where
    S: Stream + Send + 'a,
    S::Item: Into<Item>,
    Item: 'a,
{
    fn into_input(self) -> Input<'a, Item> {
        Input::new(self.map(|item| Ok(item.into())))
    }
}

impl<'a, Item> IntoInput<'a, Item, Given> for Input<'a, Item> {
    fn into_input(self) -> Self {
        self
    }
}

/// A length that is certain.
fn length((least, most): (usize, Option<usize>)) -> Option<u64> {
    most.filter(|most| *most == least).and_then(|most| u64::try_from(most).ok())
}

mod sealed {
    use futures_util::Stream;

    pub trait Sealed<Via> {}

    impl<I: IntoIterator> Sealed<super::Iterated> for I {}

    impl<S: Stream> Sealed<super::Streamed> for S {}

    impl<Item> Sealed<super::Given> for super::Input<'_, Item> {}
}
