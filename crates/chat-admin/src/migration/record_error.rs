use std::{error::Error as StdError, fmt, io};

use chat_types::{
    ASSIGNED_GROUP_ID_PREFIX, GroupId, UnixSeconds, check::Constraint, spec::SeeDocPage,
};
use thiserror::Error;

use crate::migration::{MAX_LINE_BYTES, Record};

/// What is wrong with one line of a file, and which line it is.
#[derive(Debug)]
#[non_exhaustive]
pub struct RecordError {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub problem: RecordErrorKind,
}

impl RecordError {
    pub(super) fn new(line: u64, problem: RecordErrorKind) -> Self {
        Self { line, problem }
    }

    /// Whether the file could not be read, so that nothing after this line is known.
    pub fn is_unreadable(&self) -> bool {
        matches!(self.problem, RecordErrorKind::Unreadable(_))
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl StdError for RecordError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.problem.source()
    }
}

/// What is wrong with a line, and what to do about it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordErrorKind {
    /// The file cannot be read any further.
    #[error("the file cannot be read any further")]
    Unreadable(#[source] io::Error),
    /// The line is too long to be a record.
    #[error(
        "the line is longer than {MAX_LINE_BYTES} bytes; each record stands on a line of its own"
    )]
    LineTooLong,
    /// The line is no JSON object.
    #[error("the line is no JSON object: {0}; each record is one object on one line")]
    InvalidJson(String),
    /// The object has no key or more than one.
    #[error("a record has exactly one key, which says what it is: {kinds}", kinds = Kinds)]
    NotOneKey,
    /// The key is none that is known.
    #[error("{0:?} is no kind of record; the kinds are {kinds}", kinds = Kinds)]
    UnknownKind(String),
    /// The file is of another version of the format.
    #[error("the format has version {0}; this program reads version {known}", known = Record::VERSION)]
    Version(String),
    /// A field breaks a documented rule.
    #[error("{kind}: {}{}", Broken(path, constraint), SeeDocPage(*doc_page))]
    Field {
        /// The kind of record.
        kind: &'static str,
        /// The field, such as `MsgBody[0].MsgType`; empty when it is the record as a whole.
        path: String,
        /// The rule and what was found instead.
        constraint: Constraint,
        /// Number of the documentation page that states the rule.
        doc_page: Option<u32>,
    },
    /// A value does not fit its field.
    #[error("{kind}: {reason}")]
    Value {
        /// The kind of record.
        kind: &'static str,
        /// What does not fit.
        reason: String,
    },
    /// The service would refuse the group's id.
    #[error(
        "group: an id of one's own must not start with {ASSIGNED_GROUP_ID_PREFIX}, except for a \
         community, whose id must start with {ASSIGNED_GROUP_ID_PREFIX}_; {0} needs another id, so \
         import the group under a new one"
    )]
    GroupId(GroupId),
    /// The group was there before.
    #[error("group: {group} stands on line {first} already; each group has one record")]
    DuplicateGroup {
        /// The group.
        group: GroupId,
        /// Where it stands first.
        first: u64,
    },
    /// The record belongs to a group that does not stand before it.
    #[error(
        "{kind}: the group {group} is not the one that stands last before this line{}; after its \
         group record come all its messages, then all its members, and then the next group",
        Last(last.as_ref())
    )]
    OtherGroup {
        /// The kind of record.
        kind: &'static str,
        /// The group that it names.
        group: GroupId,
        /// The group that stands last before it.
        last: Option<GroupId>,
    },
    /// A message comes after a member of its group.
    #[error(
        "message: it comes after members of its group; messages come first, as each one sets the \
         unread counts of all members to 0"
    )]
    MessageAfterMember,
    /// A message is older than the one before.
    #[error(
        "message: SendTime falls from {previous:?} to {time:?}; messages come oldest first, as the \
         service refuses one that is older than another in the group"
    )]
    TimeFalls {
        /// Time of the message before.
        previous: UnixSeconds,
        /// Time of this one.
        time: UnixSeconds,
    },
    /// A message has the random number of the one before.
    #[error(
        "message: it has the Random of the message before, so that the service drops it as a repeat; \
         give each message one of its own, or none"
    )]
    SameRandom,
    /// A message or a join is older than its group.
    #[error(
        "{kind}: {field} {time:?} lies before the group's CreateTime {created:?}, which the service \
         refuses; give the group an earlier CreateTime"
    )]
    BeforeGroup {
        /// The kind of record.
        kind: &'static str,
        /// The field.
        field: &'static str,
        /// Its time.
        time: UnixSeconds,
        /// When the group was created.
        created: UnixSeconds,
    },
    /// A time is yet to come.
    #[error(
        "{kind}: {field} {time:?} lies in the future, which the service refuses; times are in \
         seconds, not milliseconds"
    )]
    InFuture {
        /// The kind of record.
        kind: &'static str,
        /// The field.
        field: &'static str,
        /// Its time.
        time: UnixSeconds,
    },
    /// A group has no time of creation, but something in it has a time.
    #[error(
        "{kind}: its group has no CreateTime and would be created now, so that the service refuses \
         everything older; give the group record on line {group_line} a CreateTime (said once per \
         group)"
    )]
    NoCreateTime {
        /// The kind of record.
        kind: &'static str,
        /// Where the group stands.
        group_line: u64,
    },
    /// A message is too large.
    #[error("message: MsgBody has {bytes} bytes as JSON, at most {max} are allowed")]
    MessageTooLarge {
        /// Its size.
        bytes: usize,
        /// The largest size that the service takes.
        max: usize,
    },
    /// An export has a beginning and no end.
    #[error(
        "the export that begins on line {begins} has no summary at its end, so it was cut short; \
         export again, or take out line {begins} to go on with what is there"
    )]
    CutShort {
        /// Where it begins.
        begins: u64,
    },
}

struct Kinds;

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Record::KINDS.join(", "))
    }
}

/// A rule in the words of a record, which is no request.
struct Broken<'a>(&'a str, &'a Constraint);

impl fmt::Display for Broken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(path, rule) = *self;
        match rule {
            Constraint::KnownField => write!(f, "{path} is no field that is known here"),
            _ if path.is_empty() => write!(f, "it {rule}"),
            _ => write!(f, "{path} {rule}"),
        }
    }
}

struct Last<'a>(Option<&'a GroupId>);

impl fmt::Display for Last<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(group) => write!(f, " ({group} is)"),
            None => f.write_str(" (none is)"),
        }
    }
}
