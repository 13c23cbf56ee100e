use std::fmt;

use chat_transport::Error;
use chat_types::spec::EndpointSpec;
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error as ThisError;

/// Why a list could not be read to its end, and where to go on.
///
/// The pages before the error came whole. To read on later, start where it says:
///
/// ```no_run
/// use chat_admin::{Admin, types::group::GetGroupBanMember};
///
/// # async fn example(admin: Admin) -> Result<(), chat_admin::PageError> {
/// let banned = || admin.pages(GetGroupBanMember::new("@TGS#aJRGC4MH6"));
/// let mut entries = Vec::new();
/// if let Err(error) = banned().collect_into(&mut entries).await {
///     eprintln!("{error}; {} entries so far", entries.len());
///     let rest = match error.cursor() {
///         Some(cursor) => banned().start_at(cursor),
///         None => banned(),
///     };
///     rest.collect_into(&mut entries).await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct PageError {
    kind: PageErrorKind,
    cursor: Option<String>,
}

/// What kept a list from being read to its end.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum PageErrorKind {
    /// A call failed. The error says why and whether another try can help.
    #[error(transparent)]
    Call(#[from] Error),
    /// The service named a place as the next one where the run had been before, which would never
    /// end.
    #[error(
        "{}/{}: the response names the page at {cursor} as the next one again; the list cannot be \
         read to its end",
        endpoint.service, endpoint.command
    )]
    CursorStuck {
        /// The endpoint.
        endpoint: &'static EndpointSpec,
        /// The place that came again.
        cursor: String,
    },
    /// The list grew or shrank while pages of it were fetched side by side, so that entries may be
    /// missing or come twice. Reading on one page after the other is no worse than ever; reading
    /// from the start anew is exact if the list holds still.
    #[error(
        "{}/{}: the list had {before} entries and now has {now}, so its places have shifted; read \
         on one page after the other or start again",
        endpoint.service, endpoint.command
    )]
    ListChanged {
        /// The endpoint.
        endpoint: &'static EndpointSpec,
        /// Its length by the first page.
        before: u64,
        /// Its length by this page.
        now: u64,
    },
}

impl PageError {
    pub(super) fn new(kind: PageErrorKind) -> Self {
        Self { kind, cursor: None }
    }

    /// The same, at the page that starts here.
    pub(super) fn at(self, cursor: Option<&impl Serialize>) -> Self {
        Self { cursor: cursor.and_then(|cursor| serde_json::to_string(cursor).ok()), ..self }
    }

    /// What happened.
    pub fn kind(&self) -> &PageErrorKind {
        &self.kind
    }

    /// The call that failed, where it was one.
    pub fn call(&self) -> Option<&Error> {
        match &self.kind {
            PageErrorKind::Call(error) => Some(error),
            _ => None,
        }
    }

    /// Where the page starts that did not come, for [`Pages::from`](crate::Pages::from): all entries
    /// before it came. `None` where that is the start of the list, and where `C` is not the cursor
    /// of the endpoint.
    pub fn cursor<C: DeserializeOwned>(&self) -> Option<C> {
        serde_json::from_str(self.cursor.as_deref()?).ok()
    }

    /// The same as JSON, to be stored.
    pub fn cursor_json(&self) -> Option<&str> {
        self.cursor.as_deref()
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for PageError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.kind.source()
    }
}
