use std::io;

use chat_transport::Error;
use chat_types::{ErrorCode, GroupId, GroupType};
use thiserror::Error as ThisError;

use crate::{PageError, PageErrorKind};

/// Why a group could not be exported.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum ExportError {
    /// A call failed.
    #[error(transparent)]
    Call(#[from] Error),
    /// A list could not be read to its end.
    #[error(transparent)]
    Page(#[from] PageErrorKind),
    /// The service does not show the group.
    #[error("group {group} cannot be read: the service answers {code:?} {info}")]
    GroupNotFound {
        /// The group.
        group: GroupId,
        /// Why, as a code.
        code: ErrorCode,
        /// Why, in the service's words.
        info: String,
    },
    /// A group of this type cannot be imported, so that exporting it would be in vain.
    #[error(
        "group {group} is of the type {group_type}, of which the service keeps no history and takes \
         no import"
    )]
    UnsupportedType {
        /// The group.
        group: GroupId,
        /// Its type.
        group_type: GroupType,
    },
    /// The file could not be written.
    #[error("the export could not be written")]
    Write(#[source] io::Error),
}

impl<C> From<PageError<C>> for ExportError {
    fn from(error: PageError<C>) -> Self {
        Self::Page(error.into_kind())
    }
}
