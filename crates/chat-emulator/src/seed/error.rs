//! What can be wrong with a seed.

use std::fmt;

use chat_types::GroupId;
use thiserror::Error;

/// The error returned when a seed cannot be read; nothing of it was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeedError {
    /// The number of the line, counted from 1.
    pub line: usize,
    /// What is wrong with the line.
    pub kind: SeedErrorKind,
}

/// What is wrong with a line of a seed, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SeedErrorKind {
    /// The line is not a JSON object.
    #[error("not a JSON object: {0}; write each record as one object on one line")]
    NotAnObject(String),
    /// The object has no key, or more than one.
    #[error("a record has exactly one key, which is its type: account, group, message or member")]
    NotOneKey,
    /// The key is not a type of records.
    #[error("unknown record type {0:?}; the types are account, group, message and member")]
    UnknownType(String),
    /// The file has another version of the format.
    #[error("unsupported format version {0}; the emulator reads version {VERSION}")]
    Version(String),
    /// A field breaks a rule of the request that imports the record.
    #[error("{record}: {reason}")]
    #[non_exhaustive]
    Invalid {
        /// The type of the record.
        record: &'static str,
        /// What is wrong, and in which field.
        reason: String,
    },
    /// The group exists, in the app or earlier in the file.
    #[error("group: {0} exists already; reset the app before, or give the group another ID")]
    GroupExists(GroupId),
    /// The group exists neither in the app nor earlier in the file.
    #[error("{record}: group {group} does not exist; write its group record before")]
    #[non_exhaustive]
    UnknownGroup {
        /// The type of the record.
        record: &'static str,
        /// The group that the record names.
        group: GroupId,
    },
    /// A message follows a member of its group, whose unread messages would be wrong.
    #[error(
        "message: follows members of its group; write the messages of a group before its members"
    )]
    MessageAfterMember,
    /// An export has a start but no end.
    #[error(
        "the export that starts here has no summary at its end, so it was truncated; export again"
    )]
    Truncated,
}

impl SeedErrorKind {
    pub(super) fn invalid(record: &'static str, reason: impl Into<String>) -> Self {
        Self::Invalid { record, reason: reason.into() }
    }
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.kind)
    }
}

impl std::error::Error for SeedError {}

/// The version of the format.
pub(super) const VERSION: u32 = 1;
