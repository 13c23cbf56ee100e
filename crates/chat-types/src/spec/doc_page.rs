//! References to documentation pages.

use std::fmt;

/// Displays as ` (see https://…)` with the URL of a documentation page, or as nothing without one.
///
/// ```
/// use chat_types::spec::SeeDocPage;
///
/// let url = "https://www.tencentcloud.com/document/product/1047/34951";
/// assert_eq!(
///     format!("GroupId is required{}", SeeDocPage(Some(url))),
///     "GroupId is required (see https://www.tencentcloud.com/document/product/1047/34951)"
/// );
/// assert_eq!(format!("GroupId is required{}", SeeDocPage(None)), "GroupId is required");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeeDocPage<'a>(
    /// The URL, as from
    /// [`EndpointSpec::documentation_url`](super::EndpointSpec::documentation_url).
    pub Option<&'a str>,
);

impl fmt::Display for SeeDocPage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(url) => write!(f, " (see {url})"),
            None => Ok(()),
        }
    }
}
