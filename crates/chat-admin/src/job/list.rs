use std::{borrow::Cow, fmt, io, sync::Arc, time::Duration};

use chat_transport::{Client, Error, Response};
use chat_types::{Batched, check::FieldPath, spec::EndpointSpec};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use serde_json::{Value, json};

use super::source::{Chunk, Delivery, Source, sealed::Sealed};
use crate::{Input, InputError, Outcome, PlannedCalls};

/// A list of any length for a batched endpoint, to one target or to several.
pub struct List<'a, E: Batched> {
    template: E,
    entries: BoxStream<'a, Result<Entry<E::Item>, InputError>>,
    retarget: Option<Retarget<E>>,
    batch_size: usize,
    cap: usize,
    /// How many items there are for each target, where that is known.
    lengths: Option<Vec<u64>>,
}

/// The request for another target.
pub(crate) type Retarget<E> = fn(E, &str) -> E;

/// An item and what it is done to.
pub(crate) struct Entry<Item> {
    pub(crate) target: Option<Arc<str>>,
    pub(crate) item: Item,
    /// What became of it already, so that it is told and not sent.
    pub(crate) known: Option<Outcome>,
}

impl<Item> Entry<Item> {
    pub(crate) fn to(target: Option<Arc<str>>, item: Item) -> Self {
        Self { target, item, known: None }
    }
}

impl<'a, E: Batched> List<'a, E> {
    pub(crate) fn new(template: &E, input: Input<'a, E::Item>) -> Self {
        let lengths = input.length().map(|length| vec![length]);
        let entries = input.into_stream().map(|item| Ok(Entry::to(None, item?)));
        Self::of_entries(template, entries.boxed(), None, lengths)
    }

    /// For several targets, one after the other.
    #[cfg(feature = "group")]
    pub(crate) fn of_targets(
        template: &E,
        entries: BoxStream<'a, Result<Entry<E::Item>, InputError>>,
        retarget: Retarget<E>,
        lengths: Option<Vec<u64>>,
    ) -> Self {
        Self::of_entries(template, entries, Some(retarget), lengths)
    }

    fn of_entries(
        template: &E,
        entries: BoxStream<'a, Result<Entry<E::Item>, InputError>>,
        retarget: Option<Retarget<E>>,
        lengths: Option<Vec<u64>>,
    ) -> Self {
        let cap = E::BATCH.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(UNCAPPED).max(1);
        // The items are replaced, so that the template does not tell one input from another.
        let template = template.with_items(Vec::new());
        Self { template, entries, retarget, batch_size: cap, cap, lengths }
    }

    pub(crate) fn set_items_per_call(&mut self, items: usize) {
        self.batch_size = items.clamp(1, self.cap);
    }

    pub(crate) fn change(mut self, change: impl FnOnce(E) -> E) -> Self {
        self.template = change(self.template).with_items(Vec::new());
        self
    }

    fn calls(&self) -> Option<u64> {
        let per_call = self.batch_size as u64;
        let lengths = self.lengths.as_ref()?;
        Some(lengths.iter().map(|length| length.div_ceil(per_call)).sum())
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

/// What the chunks of a list have in common.
struct Template<E> {
    request: E,
    retarget: Option<Retarget<E>>,
    is_safe_to_repeat: bool,
}

struct Cutter<'a, E: Batched> {
    template: Arc<Template<E>>,
    entries: stream::Fuse<BoxStream<'a, Result<Entry<E::Item>, InputError>>>,
    batch_size: usize,
    /// Read already, and for the next chunk.
    next: Option<Entry<E::Item>>,
}

impl<E: Batched> Cutter<'_, E> {
    /// As many items as fit into a call and have the same target.
    async fn cut(&mut self) -> Option<Result<ListChunk<E>, InputError>> {
        let first = match self.next.take() {
            Some(first) => first,
            None => match self.entries.next().await? {
                Ok(first) => first,
                Err(error) => return Some(Err(error)),
            },
        };
        let target = first.target.clone();
        let mut items = Vec::with_capacity(self.batch_size.min(RESERVED));
        items.push((first.item, first.known));
        while items.len() < self.batch_size {
            match self.entries.next().await {
                Some(Ok(entry)) if entry.target == target => items.push((entry.item, entry.known)),
                // The chunk is not whole, and would be another one once the input is mended.
                Some(Err(error)) => return Some(Err(error)),
                Some(Ok(entry)) => {
                    self.next = Some(entry);
                    break;
                }
                None => break,
            }
        }
        let (items, known): (Vec<_>, Vec<_>) = items.into_iter().unzip();
        // Nothing at all takes no room.
        let known = if known.iter().all(Option::is_none) { Vec::new() } else { known };
        Some(Ok(ListChunk { template: Arc::clone(&self.template), target, items, known }))
    }
}

/// Some items of a list.
pub struct ListChunk<E: Batched> {
    template: Arc<Template<E>>,
    target: Option<Arc<str>>,
    items: Vec<E::Item>,
    known: Vec<Option<Outcome>>,
}

impl<E: Batched> ListChunk<E> {
    fn request(&self, number: u64, places: &[usize]) -> E {
        let Template { request, retarget, .. } = &*self.template;
        let items = places.iter().filter_map(|&index| self.items.get(index).cloned()).collect();
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

    fn known(&self, index: usize) -> Option<Outcome> {
        self.known.get(index).cloned().flatten()
    }

    fn write_items(&self, to: &mut dyn io::Write) -> io::Result<()> {
        Ok(serde_json::to_writer(to, &(self.target.as_deref(), &self.items))?)
    }

    fn item_at(&self, path: &FieldPath) -> Option<usize> {
        path.index_in(E::BATCH.field)
    }

    fn is_safe_to_repeat(&self) -> bool {
        self.template.is_safe_to_repeat
    }

    fn waits_for_all_before(&self) -> bool {
        E::BATCH.sequential
    }

    async fn send(
        &self,
        client: &Client,
        number: u64,
        places: &[usize],
    ) -> Result<Delivery<E::Response>, Error> {
        let request = self.request(number, places);
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

/// Whether the same calls do no harm in another run, however much later.
fn is_safe_to_repeat<E: Batched>(template: &E) -> bool {
    let request = serde_json::to_vec(template).unwrap_or_default();
    E::SPEC.is_safe_to_repeat(&request, Duration::MAX)
}

/// Where no cap is documented: small enough for any body, large enough to save calls.
const UNCAPPED: usize = 100;

/// Room that is made before the items are there.
const RESERVED: usize = 1_000;
