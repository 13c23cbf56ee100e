//! Errors of an export.

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
    /// The service does not return the group.
    #[error("group {group} cannot be read: the service returned {code:?} {info}")]
    GroupNotFound {
        /// The group.
        group: GroupId,
        /// The service's error code.
        code: ErrorCode,
        /// The service's explanation.
        info: String,
    },
    /// A group of this type cannot be imported, so an export of it would be of no use.
    #[error(
        "group {group} has type {group_type}, for which the service stores no history and accepts \
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
