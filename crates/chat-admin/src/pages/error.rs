//! Errors of reading a paged list.

use std::fmt;

use chat_transport::Error;
use chat_types::spec::EndpointSpec;
use thiserror::Error as ThisError;

/// Why a list could not be read to its end, and where to resume.
///
/// `C` is the cursor type of the endpoint. Code that handles errors of many endpoints can drop it
/// with [`into_kind`](Self::into_kind): a [`PageErrorKind`] is an error as well.
///
/// All pages before the error arrived complete. To read the rest later, start at the error's cursor:
///
/// ```no_run
/// use chat_admin::{Admin, types::group::GetGroupBanMember};
///
/// # async fn example(admin: Admin) -> Result<(), Box<dyn std::error::Error>> {
/// let banned = || admin.pages(GetGroupBanMember::new("@TGS#aJRGC4MH6"));
/// let mut entries = Vec::new();
/// if let Err(error) = banned().collect_into(&mut entries).await {
///     eprintln!("{error}; {} entries so far", entries.len());
///     let rest = match error.into_cursor() {
///         Some(cursor) => banned().start_at(cursor),
///         None => banned(),
///     };
///     rest.collect_into(&mut entries).await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct PageError<C> {
    kind: PageErrorKind,
    cursor: Option<C>,
}

/// What kept a list from being read to its end.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum PageErrorKind {
    /// A call failed. The error says why, and whether a retry can help.
    #[error(transparent)]
    Call(#[from] Error),
    /// The service returned a cursor that the run had already visited, so the list would never end.
    #[error(
        "{}/{}: the response points back to an earlier page ({cursor}); the list cannot be read to \
         its end",
        endpoint.service, endpoint.command
    )]
    RepeatedCursor {
        /// The endpoint.
        endpoint: &'static EndpointSpec,
        /// The repeated cursor, in the format of its `Debug` implementation.
        cursor: String,
    },
    /// The list grew or shrank while its pages were fetched in parallel, so that entries may be
    /// missing or repeated. Reading the rest one page after another is no worse than for any list;
    /// reading again from the start is exact if the list does not change again.
    #[error(
        "{}/{}: the list had {before} entries and now has {now}, so its offsets have shifted; read \
         the rest one page after another or start again",
        endpoint.service, endpoint.command
    )]
    ListChanged {
        /// The endpoint.
        endpoint: &'static EndpointSpec,
        /// The length of the list according to the first page.
        before: u64,
        /// The length of the list according to this page.
        now: u64,
    },
    /// The Tokio runtime that fetched the page in the background was shut down before it arrived.
    #[error(
        "{}/{}: the runtime was shut down while the page was being fetched",
        endpoint.service, endpoint.command
    )]
    RuntimeShutDown {
        /// The endpoint.
        endpoint: &'static EndpointSpec,
    },
}

impl<C> PageError<C> {
    pub(super) fn new(kind: PageErrorKind, cursor: Option<C>) -> Self {
        Self { kind, cursor }
    }

    /// Returns what happened.
    pub fn kind(&self) -> &PageErrorKind {
        &self.kind
    }

    /// Returns what happened, without the cursor.
    pub fn into_kind(self) -> PageErrorKind {
        self.kind
    }

    /// Returns the call that failed, if a call failed.
    pub fn call(&self) -> Option<&Error> {
        self.kind.call()
    }

    /// Returns the cursor of the page that could not be fetched, for
    /// [`Pages::start_at`](crate::Pages::start_at). All entries before it have arrived.
    ///
    /// `None` means only one thing: the page was the first of the list, which has no cursor. To
    /// resume, run the same request without one.
    pub fn cursor(&self) -> Option<&C> {
        self.cursor.as_ref()
    }

    /// Returns the same as [`cursor`](Self::cursor) by value.
    pub fn into_cursor(self) -> Option<C> {
        self.cursor
    }
}

impl PageErrorKind {
    /// Returns the call that failed, if a call failed.
    pub fn call(&self) -> Option<&Error> {
        match self {
            Self::Call(error) => Some(error),
            _ => None,
        }
    }
}

impl<C> From<PageError<C>> for PageErrorKind {
    fn from(error: PageError<C>) -> Self {
        error.kind
    }
}

impl<C> fmt::Display for PageError<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl<C: fmt::Debug> std::error::Error for PageError<C> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.kind.source()
    }
}
