//! How responses with long arrays are paged.

/// How the array of a response is paged.
#[derive(Debug)]
#[non_exhaustive]
pub struct PagingSpec {
    /// The response array, or the path to it through objects: `Response.RoomList`.
    pub items: &'static str,
    /// The request field that sets the page size.
    pub page_size_field: Option<&'static str>,
    /// The largest page size that is safe to request.
    pub max_page_size: Option<u32>,
    /// The request fields that determine where a page starts.
    pub cursor_fields: &'static [&'static str],
    /// How to recognize the last page, in words.
    pub end: &'static str,
}
