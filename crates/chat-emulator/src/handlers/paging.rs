//! Page sizes.

use chat_types::Paged;

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
