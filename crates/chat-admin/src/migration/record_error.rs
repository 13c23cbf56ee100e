//! What can be wrong with a record, in words that say how to correct it.

use std::{error::Error as StdError, fmt, io};

use chat_types::{
    ASSIGNED_GROUP_ID_PREFIX, GroupId, UnixSeconds, check::Constraint, spec::SeeDocPage,
};
use thiserror::Error;

use crate::migration::{MAX_LINE_BYTES, Record};

/// An error in one line of a file.
#[derive(Debug)]
#[non_exhaustive]
pub struct RecordError {
    /// The number of the line, counted from 1.
    pub line: u64,
    /// What is wrong with the line.
    pub kind: RecordErrorKind,
}

impl RecordError {
    pub(super) fn new(line: u64, kind: RecordErrorKind) -> Self {
        Self { line, kind }
    }

    /// Returns whether the file could not be read, so that nothing after this line is known.
    pub fn is_unreadable(&self) -> bool {
        matches!(self.kind, RecordErrorKind::Unreadable(_))
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.kind)
    }
}

impl StdError for RecordError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.kind.source()
    }
}

/// What is wrong with a line, and what to do about it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordErrorKind {
    /// An I/O error: the file cannot be read any further.
    #[error("the file cannot be read any further")]
    Unreadable(#[source] io::Error),
    /// The line is too long to be a record.
    #[error("the line is longer than {MAX_LINE_BYTES} bytes; write each record on a separate line")]
    LineTooLong,
    /// The line is not a JSON object.
    #[error("the line is not a JSON object: {0}; write each record as one object on one line")]
    InvalidJson(String),
    /// The object has no key, or more than one.
    #[error("a record has exactly one key, which is its type: {types}", types = RecordTypes)]
    NotOneKey,
    /// The key is not a record type.
    #[error("unknown record type {0:?}; the record types are {types}", types = RecordTypes)]
    UnknownType(String),
    /// The file uses another version of the format.
    #[error(
        "unsupported format version {0}; this program reads version {known}",
        known = Record::VERSION
    )]
    UnsupportedVersion(String),
    /// A field violates a documented constraint.
    #[error(
        "{record_type}: {}{}",
        FieldViolation(path, constraint),
        SeeDocPage(documentation_url.as_deref())
    )]
    InvalidField {
        /// The type of the record.
        record_type: &'static str,
        /// The field, such as `MsgBody[0].MsgType`; empty if it is the record as a whole.
        path: Box<str>,
        /// The constraint and what was found instead.
        constraint: Constraint,
        /// The URL of the documentation page that states the constraint.
        documentation_url: Option<Box<str>>,
    },
    /// A value does not fit its field.
    #[error("{record_type}: {reason}")]
    InvalidValue {
        /// The type of the record.
        record_type: &'static str,
        /// What does not fit.
        reason: String,
    },
    /// The service would refuse the group's id.
    #[error(
        "group: invalid GroupId \"{0}\": a custom group ID must not start with \
         {ASSIGNED_GROUP_ID_PREFIX}, except for a community, whose ID must start with \
         {ASSIGNED_GROUP_ID_PREFIX}_; import the group under a new ID"
    )]
    InvalidGroupId(GroupId),
    /// A group has more than one record.
    #[error("group: duplicate record for {group}, first on line {first}; a group has one record")]
    DuplicateGroup {
        /// The group.
        group: GroupId,
        /// The line of its first record.
        first: u64,
    },
    /// The record belongs to a group other than the one whose records precede it.
    #[error(
        "{record_type}: belongs to group {group}, but does not follow its records{}; a group record \
         is followed by all of its messages, then by all of its members, and then by the next group",
        CurrentGroup(current.as_ref())
    )]
    WrongGroup {
        /// The type of the record.
        record_type: &'static str,
        /// The group that the record names.
        group: GroupId,
        /// The group whose records precede it, if any.
        current: Option<GroupId>,
    },
    /// A message follows a member of its group.
    #[error(
        "message: follows members of its group; write messages first, because each import of a \
         message sets the unread counts of all members to 0"
    )]
    MessageAfterMember,
    /// A message is older than the one before.
    #[error(
        "message: SendTime decreases from {previous:?} to {time:?}; write messages oldest first, \
         because the service refuses a message that is older than another one in the group"
    )]
    DecreasingTime {
        /// The time of the message before.
        previous: UnixSeconds,
        /// The time of this message.
        time: UnixSeconds,
    },
    /// A message has the same random number as the one before.
    #[error(
        "message: has the same Random as the message before, so the service would drop it as a \
         repeat; give each message a different one, or none"
    )]
    DuplicateRandom,
    /// A time is before the creation of the group.
    #[error(
        "{record_type}: {field} {time:?} is before the group's CreateTime {created:?}, which the \
         service refuses; give the group an earlier CreateTime"
    )]
    BeforeGroup {
        /// The type of the record.
        record_type: &'static str,
        /// The field.
        field: &'static str,
        /// The time in the field.
        time: UnixSeconds,
        /// When the group was created.
        created: UnixSeconds,
    },
    /// A time is in the future.
    #[error(
        "{record_type}: {field} {time:?} is in the future, which the service refuses; times are in \
         seconds, not milliseconds"
    )]
    InFuture {
        /// The type of the record.
        record_type: &'static str,
        /// The field.
        field: &'static str,
        /// The time in the field.
        time: UnixSeconds,
    },
    /// A group has no creation time, but one of its records has a time.
    #[error(
        "{record_type}: its group has no CreateTime and would be created now, so the service would \
         refuse everything older; give the group record on line {group_line} a CreateTime (reported \
         once per group)"
    )]
    MissingCreateTime {
        /// The type of the record.
        record_type: &'static str,
        /// The line of the group record.
        group_line: u64,
    },
    /// A message is too large.
    #[error("message: MsgBody has {bytes} bytes as JSON, at most {max} are allowed")]
    MessageTooLarge {
        /// Its size.
        bytes: usize,
        /// The largest size that the service accepts.
        max: usize,
    },
    /// An export has a start but no end.
    #[error(
        "the export that starts on line {start} was truncated: it has no summary at its end; export \
         again, or delete line {start} to import the records that it has"
    )]
    TruncatedExport {
        /// The line of its `chat_export` record.
        start: u64,
    },
}

/// The list of record types.
struct RecordTypes;

impl fmt::Display for RecordTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Record::TYPES.join(", "))
    }
}

/// A violated constraint, in the terms of a record instead of a request.
struct FieldViolation<'a>(&'a str, &'a Constraint);

impl fmt::Display for FieldViolation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(path, constraint) = *self;
        match constraint {
            Constraint::KnownField => write!(f, "unknown field {path}"),
            _ if path.is_empty() => write!(f, "it {constraint}"),
            _ => write!(f, "{path} {constraint}"),
        }
    }
}

/// The group whose records precede a line, if any.
struct CurrentGroup<'a>(Option<&'a GroupId>);

impl fmt::Display for CurrentGroup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(group) => write!(f, " (it follows those of group {group})"),
            None => Ok(()),
        }
    }
}
