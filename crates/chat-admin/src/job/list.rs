//! A list of items for a batched endpoint, as the source of a job.

use std::{borrow::Cow, fmt, io, sync::Arc, time::Duration};

use chat_transport::{Client, Error, Response};
use chat_types::{
    Batched,
    check::FieldPath,
    spec::{EndpointSpec, Site},
};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use serde_json::{Value, json};

use super::{
    chunk_task::MAX_BATCH_SIZE,
    source::{Chunk, Delivery, Source, sealed::Sealed},
};
use crate::{
    Fingerprint, Input, InputError, Outcome, PlannedCalls, fingerprint::FingerprintSource,
};

/// A list of any length for a batched endpoint, with one target or several.
pub struct List<'a, E: Batched> {
    template: E,
    entries: BoxStream<'a, Result<Entry<E::Item>, InputError>>,
    retarget: Option<Retarget<E>>,
    batch_size: usize,
    max_batch_size: usize,
    /// The number of items for each target, if it is known.
    lengths: Option<Vec<u64>>,
    fingerprint: FingerprintSource,
}

/// Changes the target of a request.
pub(crate) type Retarget<E> = fn(E, &str) -> E;

/// An item and its target.
pub(crate) struct Entry<Item> {
    pub(crate) target: Option<Arc<str>>,
    pub(crate) item: Item,
    /// The outcome of an item that is reported and not sent.
    pub(crate) preset: Option<Outcome>,
}

impl<Item> Entry<Item> {
    pub(crate) fn to(target: Option<Arc<str>>, item: Item) -> Self {
        Self { target, item, preset: None }
    }
}

impl<'a, E: Batched> List<'a, E> {
    pub(crate) fn new(template: &E, input: Input<'a, E::Item>, site: Option<Site>) -> Self {
        let lengths = input.length().map(|length| vec![length]);
        let fingerprint = input.fingerprint();
        let entries = input.into_stream().map(|item| Ok(Entry::to(None, item?)));
        Self { fingerprint, ..Self::of_entries(template, entries.boxed(), None, lengths, site) }
    }

    /// Creates a list with several targets, one after another.
    #[cfg(feature = "group")]
    pub(crate) fn of_targets(
        template: &E,
        entries: BoxStream<'a, Result<Entry<E::Item>, InputError>>,
        retarget: Retarget<E>,
        lengths: Option<Vec<u64>>,
        site: Option<Site>,
    ) -> Self {
        Self::of_entries(template, entries, Some(retarget), lengths, site)
    }

    fn of_entries(
        template: &E,
        entries: BoxStream<'a, Result<Entry<E::Item>, InputError>>,
        retarget: Option<Retarget<E>>,
        lengths: Option<Vec<u64>>,
        site: Option<Site>,
    ) -> Self {
        let max_batch_size = max_batch_size(E::BATCH.max_on(site));
        // The items are removed, because the template must not depend on the input.
        let template = template.with_items(Vec::new());
        let fingerprint = FingerprintSource::Unknown;
        let batch_size = max_batch_size;
        Self { template, entries, retarget, batch_size, max_batch_size, lengths, fingerprint }
    }

    pub(crate) fn set_batch_size(&mut self, items: usize) {
        self.batch_size = items.clamp(1, self.max_batch_size);
    }

    pub(crate) fn change(mut self, change: impl FnOnce(E) -> E) -> Self {
        self.template = change(self.template).with_items(Vec::new());
        self
    }

    fn calls(&self) -> Option<u64> {
        let lengths = self.lengths.as_ref()?;
        Some(lengths.iter().map(|length| length.div_ceil(self.batch_size as u64)).sum())
    }
}

impl<E: Batched> Sealed for List<'_, E> {}

impl<E: Batched> Source for List<'_, E> {
    type Chunk = ListChunk<E>;

    fn identity(&self) -> Value {
        json!({ "endpoint": E::SPEC.id().to_string(), "request": self.template })
    }

    fn batch_size(&self) -> usize {
        self.batch_size
    }

    fn length(&self) -> Option<u64> {
        self.lengths.as_ref().map(|lengths| lengths.iter().sum())
    }

    fn fingerprint(&self) -> Result<Option<Fingerprint>, InputError> {
        self.fingerprint.read()
    }

    fn planned(&self) -> Vec<PlannedCalls> {
        vec![PlannedCalls {
            endpoint: E::SPEC,
            items: self.length(),
            calls: self.calls(),
            is_safe_to_repeat: is_safe_to_repeat(&self.template),
        }]
    }

    fn into_chunks<'s>(self) -> BoxStream<'s, Result<ListChunk<E>, InputError>>
    where
        Self: 's,
    {
        let Self { template, entries, retarget, batch_size, .. } = self;
        let is_safe_to_repeat = is_safe_to_repeat(&template);
        let template = Arc::new(Template { request: template, retarget, is_safe_to_repeat });
        let cutter = Cutter { template, entries: entries.fuse(), batch_size, next: None };
        stream::unfold(cutter, |mut cutter| async {
            cutter.cut().await.map(|chunk| (chunk, cutter))
        })
        .boxed()
    }
}

impl<E: Batched> fmt::Debug for List<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("endpoint", &format_args!("{}", E::SPEC.id()))
            .field("batch_size", &self.batch_size)
            .finish_non_exhaustive()
    }
}

/// What the chunks of a list share.
struct Template<E> {
    request: E,
    retarget: Option<Retarget<E>>,
    is_safe_to_repeat: bool,
}

/// Cuts entries into chunks.
struct Cutter<'a, E: Batched> {
    template: Arc<Template<E>>,
    entries: stream::Fuse<BoxStream<'a, Result<Entry<E::Item>, InputError>>>,
    batch_size: usize,
    /// The first entry of the next chunk, if it was read already.
    next: Option<Entry<E::Item>>,
}

impl<E: Batched> Cutter<'_, E> {
    /// Returns the next items that fit into a call and have the same target.
    async fn cut(&mut self) -> Option<Result<ListChunk<E>, InputError>> {
        let first = match self.next.take() {
            Some(first) => first,
            None => match self.entries.next().await? {
                Ok(first) => first,
                Err(error) => return Some(Err(error)),
            },
        };
        let target = first.target.clone();
        let mut items = Vec::with_capacity(self.batch_size.min(MAX_RESERVED));
        items.push((first.item, first.preset));
        while items.len() < self.batch_size {
            match self.entries.next().await {
                Some(Ok(entry)) if entry.target == target => items.push((entry.item, entry.preset)),
                // The chunk is incomplete, and would have other items once the input is fixed.
                Some(Err(error)) => return Some(Err(error)),
                Some(Ok(entry)) => {
                    self.next = Some(entry);
                    break;
                }
                None => break,
            }
        }
        let (items, preset): (Vec<_>, Vec<_>) = items.into_iter().unzip();
        // Usually there is none, which takes no memory.
        let preset = if preset.iter().all(Option::is_none) { Vec::new() } else { preset };
        Some(Ok(ListChunk { template: Arc::clone(&self.template), target, items, preset }))
    }
}

/// Some items of a list.
pub struct ListChunk<E: Batched> {
    template: Arc<Template<E>>,
    target: Option<Arc<str>>,
    items: Vec<E::Item>,
    preset: Vec<Option<Outcome>>,
}

impl<E: Batched> ListChunk<E> {
    fn request(&self, number: u64, indices: &[usize]) -> E {
        let Template { request, retarget, .. } = &*self.template;
        let items = indices.iter().filter_map(|&index| self.items.get(index).cloned()).collect();
        let request = request.for_part(number, items);
        match (retarget, &self.target) {
            (Some(retarget), Some(target)) => retarget(request, target),
            _ => request,
        }
    }
}

impl<E: Batched> Sealed for ListChunk<E> {}

impl<E: Batched> Chunk for ListChunk<E> {
    type Response = E::Response;

    fn endpoint(&self) -> &'static EndpointSpec {
        E::SPEC
    }

    fn target(&self) -> Option<&Arc<str>> {
        self.target.as_ref()
    }

    fn length(&self) -> usize {
        self.items.len()
    }

    fn key(&self, index: usize) -> Cow<'_, str> {
        self.items.get(index).map_or(Cow::Borrowed(""), E::key)
    }

    fn preset(&self, index: usize) -> Option<Outcome> {
        self.preset.get(index).cloned().flatten()
    }

    fn write_items(&self, to: &mut dyn io::Write) -> io::Result<()> {
        Ok(serde_json::to_writer(to, &(self.target.as_deref(), &self.items))?)
    }

    fn item_at(&self, path: &FieldPath) -> Option<usize> {
        path.index_in(E::BATCH.field)
    }

    fn is_safe_to_repeat(&self, within: Duration) -> bool {
        if self.template.is_safe_to_repeat || within == Duration::MAX {
            return self.template.is_safe_to_repeat;
        }
        let all: Vec<usize> = (0..self.items.len()).collect();
        let request = serde_json::to_vec(&self.request(0, &all)).unwrap_or_default();
        E::SPEC.is_safe_to_repeat(&request, within)
    }

    fn waits_for_earlier(&self) -> bool {
        E::BATCH.sequential
    }

    async fn send(
        &self,
        client: &Client,
        number: u64,
        indices: &[usize],
    ) -> Result<Delivery<E::Response>, Error> {
        let request = self.request(number, indices);
        let Response { body, waited, .. } = client.call(&request).await?;
        Ok(Delivery { outcomes: request.outcomes(&body), response: body, waited })
    }
}

impl<E: Batched> fmt::Debug for ListChunk<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListChunk")
            .field("target", &self.target)
            .field("items", &self.items.len())
            .finish_non_exhaustive()
    }
}

/// Returns whether the same calls do no harm in another run, at any later time.
fn is_safe_to_repeat<E: Batched>(template: &E) -> bool {
    let request = serde_json::to_vec(template).unwrap_or_default();
    E::SPEC.is_safe_to_repeat(&request, Duration::MAX)
}

/// Returns the most items per call for a documented maximum. No call has more items than can be
/// [distinguished](super::chunk_task) by a number when the chunk is sent in parts.
fn max_batch_size(documented: Option<u32>) -> usize {
    let documented = documented.map(|max| usize::try_from(max).unwrap_or(usize::MAX));
    documented.unwrap_or(UNCAPPED_BATCH_SIZE).clamp(1, MAX_BATCH_SIZE)
}

/// Used where no maximum is documented: small enough for any limit on a body, large enough to save
/// calls.
const UNCAPPED_BATCH_SIZE: usize = 100;

/// The most items for which memory is allocated before they are read.
const MAX_RESERVED: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batch_size_is_at_most_what_part_numbers_distinguish() {
        assert_eq!(max_batch_size(Some(500)), 500);
        assert_eq!(max_batch_size(Some(u32::MAX)), MAX_BATCH_SIZE);
        assert_eq!(max_batch_size(Some(0)), 1);
        assert_eq!(max_batch_size(None), UNCAPPED_BATCH_SIZE);
    }

    #[test]
    fn documented_batch_sizes_need_no_limit() {
        for max in chat_types::ENDPOINTS.iter().filter_map(|spec| spec.batch.as_ref()?.max) {
            assert_eq!(max_batch_size(Some(max)), max as usize);
        }
    }
}
