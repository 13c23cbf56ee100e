use std::sync::Arc;

use chat_types::spec::EndpointSpec;
use futures_util::stream::{Stream, StreamExt};

use super::{Chunk, Job, Source};
use crate::{InputError, ItemReport};

/// A call that a job would make.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallPreview {
    /// The endpoint.
    pub endpoint: &'static EndpointSpec,
    /// What it would be done to where the job is about several, such as the group.
    pub target: Option<Arc<str>>,
    /// The accounts or other ids that would be sent. Where there are none, no call would be made.
    pub items: Vec<String>,
    /// What would not be sent, and why: what the job has to know of it could not be looked up.
    pub not_sent: Vec<ItemReport>,
    /// Whether it would be made again where its response was lost.
    pub is_safe_to_repeat: bool,
}

impl<S: Source> Job<S> {
    /// The calls that it would make, of which none is made: its input is read to the end. For jobs
    /// that look up what is to be done, such as [removing accounts from all their
    /// groups](crate::Accounts::remove_from_all_groups), that takes the calls to look it up.
    ///
    /// A journal makes no difference. For lists that need not be looked up, [`plan`](Self::plan)
    /// tells the same without reading.
    ///
    /// ```no_run
    /// use futures_util::TryStreamExt;
    ///
    /// # async fn example(admin: chat_admin::Admin) -> Result<(), chat_admin::InputError> {
    /// let job = admin.accounts().remove_from_all_groups(["tommy", "jared"]);
    /// let mut calls = std::pin::pin!(job.preview());
    /// while let Some(call) = calls.try_next().await? {
    ///     println!("{:?} from {:?}", call.items, call.target);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn preview<'s>(self) -> impl Stream<Item = Result<CallPreview, InputError>> + Send
    where
        S: 's,
    {
        let mut read = 0;
        self.source.into_chunks().map(move |chunk| {
            let chunk = chunk?;
            let first = read;
            read += chunk.length() as u64;
            Ok(CallPreview::of(&chunk, first))
        })
    }
}

impl CallPreview {
    fn of(chunk: &impl Chunk, first: u64) -> Self {
        let target = chunk.target().cloned();
        let (mut items, mut not_sent) = (Vec::new(), Vec::new());
        for (index, number) in (0..chunk.length()).zip(first..) {
            let key = chunk.key(index).into_owned();
            match chunk.known(index) {
                None => items.push(key),
                Some(outcome) => {
                    let target = target.clone();
                    not_sent.push(ItemReport { index: number, target, key, outcome });
                }
            }
        }
        let (endpoint, is_safe_to_repeat) = (chunk.endpoint(), chunk.is_safe_to_repeat());
        Self { endpoint, target, items, not_sent, is_safe_to_repeat }
    }
}
