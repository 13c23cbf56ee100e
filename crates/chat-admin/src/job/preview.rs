//! A preview of the calls of a job.

use std::{sync::Arc, time::Duration};

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
    /// The target of the call, such as the group, if the job has several.
    pub target: Option<Arc<str>>,
    /// The accounts or other IDs that would be sent. If empty, no call would be made.
    pub items: Vec<String>,
    /// The items that would not be sent because a lookup failed, with the reason.
    pub not_sent: Vec<ItemReport>,
    /// Whether the call would be retried if its response was lost.
    pub is_safe_to_repeat: bool,
}

impl<S: Source> Job<S> {
    /// Returns the calls that the job would make, without making them, and reads its input to the end.
    /// Jobs that look up what to do, such as [removing accounts from all their
    /// groups](crate::Accounts::remove_from_all_groups), make the calls to look it up.
    ///
    /// A journal makes no difference. For lists that need no lookup, [`plan`](Self::plan) says the same
    /// without reading them.
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
            match chunk.preset(index) {
                None => items.push(key),
                Some(outcome) => {
                    let target = target.clone();
                    not_sent.push(ItemReport { index: number, target, key, outcome });
                }
            }
        }
        let (endpoint, is_safe_to_repeat) =
            (chunk.endpoint(), chunk.is_safe_to_repeat(Duration::MAX));
        Self { endpoint, target, items, not_sent, is_safe_to_repeat }
    }
}
