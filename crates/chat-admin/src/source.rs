use futures_util::{
    StreamExt,
    stream::{self, BoxStream, Stream},
};

/// A list of any length: anything to iterate over, or a stream. Read as it is needed, never ahead
/// of the calls under way.
///
/// `Via` tells the two kinds apart and is always inferred.
///
/// ```
/// use chat_admin::IntoSource;
/// use chat_types::UserId;
/// use futures_util::stream;
///
/// fn takes_any<'a, Via>(accounts: impl IntoSource<'a, UserId, Via>) {}
///
/// takes_any(["peter", "leckie"]);
/// takes_any((0..1_000_000).map(|number| format!("user{number}")));
/// takes_any(stream::iter(["peter", "leckie"]));
/// ```
pub trait IntoSource<'a, Item, Via>: sealed::Sealed<Via> {
    /// The list as a stream.
    fn into_source(self) -> BoxStream<'a, Item>;
}

/// Marks a source that is iterated over.
#[derive(Debug)]
pub struct Iterated;

/// Marks a source that is a stream.
#[derive(Debug)]
pub struct Streamed;

impl<'a, Item, I> IntoSource<'a, Item, Iterated> for I
where
    I: IntoIterator,
    I::IntoIter: Send + 'a,
    I::Item: Into<Item> + 'a,
    Item: 'a,
{
    fn into_source(self) -> BoxStream<'a, Item> {
        stream::iter(self.into_iter().map(Into::into)).boxed()
    }
}

impl<'a, Item, S> IntoSource<'a, Item, Streamed> for S
where
    S: Stream + Send + 'a,
    S::Item: Into<Item>,
    Item: 'a,
{
    fn into_source(self) -> BoxStream<'a, Item> {
        self.map(Into::into).boxed()
    }
}

mod sealed {
    use futures_util::Stream;

    pub trait Sealed<Via> {}

    impl<I: IntoIterator> Sealed<super::Iterated> for I {}

    impl<S: Stream> Sealed<super::Streamed> for S {}
}
