//! Page sizes, and pages of lists whose cursor is a string.

use std::sync::Arc;

use chat_types::{Paged, spec::EndpointSpec};

use crate::{LastPage, response::ApiError, state::ordered_map::OrderedMap};

/// Returns the page size that a request asks for. A `Limit` of 0 counts as missing.
pub(super) fn requested_size(limit: Option<u32>) -> Option<usize> {
    limit.filter(|&limit| limit > 0).map(|limit| limit as usize)
}

/// Returns the page size that a request asks for, or the documented maximum of the endpoint.
pub(super) fn page_size<E: Paged>(limit: Option<u32>) -> usize {
    requested_size(limit).unwrap_or_else(max_page_size::<E>)
}

/// Returns the documented maximum page size of the endpoint.
pub(super) fn max_page_size<E: Paged>() -> usize {
    E::MAX_PAGE_SIZE.map_or(usize::MAX, |max| max as usize)
}

/// A page of a list, and the cursor of the next page; it is empty after the last.
pub(super) struct CursorPage<'a, V> {
    pub(super) items: Vec<(&'a str, &'a V)>,
    pub(super) next: String,
}

/// Returns the page at a cursor.
///
/// # Errors
/// When the cursor is not from a response.
pub(super) fn page_by_cursor<'a, V>(
    list: &'a OrderedMap<V>,
    cursor: &Option<String>,
    size: usize,
) -> Result<CursorPage<'a, V>, ApiError> {
    let start = match cursor.as_deref().unwrap_or_default() {
        "" => 0,
        cursor => cursor.parse().map_err(|_| {
            ApiError::invalid_parameter(format!("Next: {cursor:?} is not from a response"))
        })?,
    };
    let mut rest = list.starting_at_serial(start);
    let items = rest.by_ref().take(size).map(|(_, key, value)| (&**key, value)).collect();
    let next = rest.next().map(|(serial, ..)| serial.to_string());
    Ok(CursorPage { items, next: next.unwrap_or_default() })
}

/// A page of a list, and the offset of the next page; it is 0 after the last.
pub(super) struct OffsetPage<I> {
    pub(super) items: I,
    pub(super) next: u64,
}

/// Returns the page that starts after the first `offset` entries.
pub(super) fn page_by_offset<V>(
    list: &OrderedMap<V>,
    offset: u64,
    size: usize,
    last_page: LastPage,
) -> OffsetPage<impl Iterator<Item = (&Arc<str>, &V)>> {
    let rest = (list.len() as u64).saturating_sub(offset);
    let returned = rest.min(size as u64);
    let more = match last_page {
        LastPage::Marked => returned < rest,
        LastPage::FollowedByEmpty => returned > 0,
    };
    let items = list.starting_at(offset).take(size);
    OffsetPage { items, next: if more { offset.saturating_add(returned) } else { 0 } }
}

/// Returns the documented maximum length of a list in responses of an endpoint.
pub(super) fn max_items(spec: &EndpointSpec, list: &str) -> usize {
    let field = spec.response.iter().find(|field| field.name == list);
    field.and_then(|field| field.max_items).map_or(usize::MAX, |max| max as usize)
}
