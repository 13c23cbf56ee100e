//! What the layers above know of an endpoint without knowing which one it is: one trait per fact.

use std::{borrow::Cow, collections::HashMap, fmt};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    check::Violation,
    spec::{BatchSpec, EndpointSpec},
};

/// A request of the server API, tied to what the specification says of it and to its response.
///
/// ```
/// use chat_types::{Endpoint, MuteTime, group::ForbidSendMsg};
///
/// let mute = ForbidSendMsg::new("@TGS#2C5SZEAEF", ["peter", "leckie"], MuteTime::Forever);
/// assert_eq!(ForbidSendMsg::SPEC.calls_per_second, Some(200));
/// mute.check()?;
/// # Ok::<(), chat_types::check::Violation>(())
/// ```
pub trait Endpoint: Serialize + Send + Sync {
    /// Everything that the specification says of this endpoint.
    const SPEC: &'static EndpointSpec;

    /// What a successful call answers.
    type Response: DeserializeOwned + Send;

    /// Parameters of the URL beside those of every call. Few endpoints have any.
    fn query(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Checks the request against the documented rules: lengths, bounds, caps, values.
    ///
    /// # Errors
    /// The first rule that the request breaks, with the field and the documentation page.
    fn check(&self) -> Result<(), Violation> {
        Self::SPEC.check_value(self)
    }
}

/// A request whose response is one page of a longer list.
pub trait Paged: Endpoint + Clone {
    /// One entry of the list.
    type Item: Send;

    /// Where a page starts. It can be stored and used again to go on later.
    type Cursor: Clone + PartialEq + fmt::Debug + Serialize + DeserializeOwned + Send;

    /// The largest page that is safe to ask for, where the page size can be chosen.
    const MAX_PAGE_SIZE: Option<u32>;

    /// Prepares the request for the first page.
    fn start(&mut self) {}

    /// Asks for the page that starts here.
    fn set_cursor(&mut self, cursor: Self::Cursor);

    /// Asks for pages of this many items; without effect where the service decides.
    fn set_page_size(&mut self, size: u32);

    /// Splits a response to this request into its items and the way to the next page.
    fn page(&self, response: Self::Response) -> Page<Self::Item, Self::Cursor>;
}

/// A request that can be paged by counting: its pages start at any place, and the response tells how
/// long the list is. So they can be fetched side by side.
pub trait PagedByOffset: Paged {
    /// How many entries stand before the page that this request asks for. `None` where this very
    /// request is paged in another way, or where the total of the response is that of a longer list.
    fn start_offset(&self) -> Option<u64>;

    /// Where the page starts that has so many entries before it.
    fn cursor_at(offset: u64) -> Self::Cursor;
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<Item, Cursor> {
    /// The entries, in the order of the response.
    pub items: Vec<Item>,
    /// Where the next page starts; `None` after the last one.
    pub next: Option<Cursor>,
    /// Length of the whole list, where the response tells it.
    pub total: Option<u64>,
}

/// A request that carries a list whose length is capped per call.
pub trait Batched: Endpoint + Clone + 'static {
    /// One entry of the list.
    type Item: Serialize + Clone + Send + Sync;

    /// The capped list and its cap.
    const BATCH: &'static BatchSpec;

    /// The entries of this request.
    fn items(&self) -> &[Self::Item];

    /// The same request with other entries.
    #[must_use]
    fn with_items(&self, items: Vec<Self::Item>) -> Self;

    /// The request for one part of a longer list: as [`with_items`](Self::with_items), but not to be
    /// taken for a repeat of the other parts.
    ///
    /// Where the service drops what has the same random number or sequence number as an earlier call
    /// ([`RepeatSafety::SafeWith`](crate::spec::RepeatSafety::SafeWith)), each part gets a number of
    /// its own. It follows from that of this request and the part's `number`, counted from 0, so that
    /// making the same part again gives the same request. Part 0 keeps the number as it is.
    #[must_use]
    #[allow(unused_variables, reason = "most endpoints need no number")]
    fn for_part(&self, number: u64, items: Vec<Self::Item>) -> Self {
        self.with_items(items)
    }

    /// The account, group or other id that an entry is about, as the response names it.
    fn key(item: &Self::Item) -> Cow<'_, str>;

    /// What a successful response says of each entry, in the order of [`items`](Self::items).
    fn outcomes(&self, response: &Self::Response) -> Vec<ItemOutcome>;
}

/// What happened to one entry of a batch for which a response came.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ItemOutcome {
    /// The service did it, or it had been done before.
    Done,
    /// The service took it and waits for somebody's approval.
    Pending,
    /// The service refused this entry.
    Failed {
        /// The entry's own code, in the numbering of this endpoint's answer; `None` where it has none.
        code: Option<i64>,
        /// What the service said about it, if anything.
        info: String,
    },
    /// The response does not mention this entry.
    Unknown,
}

impl ItemOutcome {
    /// An entry that the service refused without a code.
    pub(crate) fn failed(info: &str) -> Self {
        Self::Failed { code: None, info: info.to_owned() }
    }

    /// An entry with several results is done when all of them are; else the first that is not counts.
    #[allow(dead_code, reason = "for endpoints whose entries have lists of results")]
    pub(crate) fn of_parts(mut parts: impl Iterator<Item = Self>) -> Self {
        parts.find(|part| *part != Self::Done).unwrap_or(Self::Done)
    }

    /// What an entry's own code says; without one nothing is known.
    pub(crate) fn by_code(code: Option<i64>, done: &[i64], pending: &[i64], info: &str) -> Self {
        match code {
            None => Self::Unknown,
            Some(code) if done.contains(&code) => Self::Done,
            Some(code) if pending.contains(&code) => Self::Pending,
            Some(code) => Self::Failed { code: Some(code), info: info.to_owned() },
        }
    }
}

/// The number by which the service knows repeats, for one part of a split list.
///
/// Different parts get different numbers, as the factor is odd; and neighboring numbers of one
/// caller do not meet, as the factor spreads the parts evenly.
#[allow(dead_code, reason = "for endpoints that drop repeats by a number")]
pub(crate) fn derive_part_id(number: u32, part: u64) -> u32 {
    const SPREAD: u32 = 0x9E37_79B9;
    let part = u32::try_from(part & u64::from(u32::MAX)).unwrap_or_default();
    number.wrapping_add(part.wrapping_mul(SPREAD))
}

/// An object as a key: its JSON.
#[allow(dead_code, reason = "for endpoints whose items have no single id")]
pub(crate) fn json_key<T: Serialize>(object: &T) -> Cow<'static, str> {
    serde_json::to_string(object).unwrap_or_default().into()
}

/// Reads per-item results that come in the order of the request; a missing one is unknown.
#[allow(dead_code, reason = "for endpoints that response in order")]
pub(crate) fn outcomes_in_order(
    length: usize,
    rows: impl Iterator<Item = ItemOutcome>,
) -> Vec<ItemOutcome> {
    rows.chain(std::iter::repeat(ItemOutcome::Unknown)).take(length).collect()
}

/// Reads per-item results: one row per reported entry, looked up by key.
///
/// `missing` is what silence about an entry means on this endpoint.
pub(crate) fn match_outcomes<'a>(
    keys: impl Iterator<Item = Cow<'a, str>>,
    rows: impl Iterator<Item = (Cow<'a, str>, ItemOutcome)>,
    missing: &ItemOutcome,
) -> Vec<ItemOutcome> {
    let rows: HashMap<Cow<'a, str>, ItemOutcome> = rows.collect();
    keys.map(|key| rows.get(&key).unwrap_or(missing).clone()).collect()
}
