//! References to documentation pages.

use std::fmt;

use crate::DOCUMENTATION_URL;

/// Displays as ` (see https://…)` with the URL of a documentation page, or as nothing without one.
///
/// ```
/// use chat_types::spec::SeeDocPage;
///
/// assert_eq!(
///     format!("GroupId is required{}", SeeDocPage(Some(34951))),
///     "GroupId is required (see https://www.tencentcloud.com/document/product/1047/34951)"
/// );
/// assert_eq!(format!("GroupId is required{}", SeeDocPage(None)), "GroupId is required");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeeDocPage(
    /// The number of the page, as in [`EndpointSpec::doc_page`](super::EndpointSpec::doc_page).
    pub Option<u32>,
);

impl fmt::Display for SeeDocPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(page) => write!(f, " (see {DOCUMENTATION_URL}{page})"),
            None => Ok(()),
        }
    }
}
