//! Checks that concern several records together.

use std::{collections::HashMap, fmt, iter::FusedIterator, mem};

use chat_types::{
    GroupId, GroupType, UnixSeconds,
    clock::{Clock, SystemClock},
    group::{ImportGroup, MemberToImport},
    limits::MAX_MESSAGE_BYTES,
    message::GroupMsgToImport,
    spec::GroupTypeSpec,
};

use crate::migration::{InGroup, Line, Record, RecordError, RecordErrorKind};

/// An iterator that checks records as they pass: their order, and what the service requires of
/// several records together.
///
/// A group must come before its messages and members, messages must come oldest first and before
/// members, no time may be before the creation of the group or in the future, no message may exceed
/// the size limit, and no group may appear twice.
///
/// An invalid record becomes a [`RecordError`]; valid records pass unchanged, also after an error.
/// Only the ids of the groups seen so far are kept in memory.
///
/// ```
/// use chat_admin::migration::{Check, Records};
///
/// let file = r#"
/// {"group":{"GroupId":"stargazers","Type":"Public","Name":"Stargazers","CreateTime":1600000000}}
/// {"message":{"GroupId":"stargazers","From_Account":"peter","SendTime":1600000200,"MsgBody":[]}}
/// {"message":{"GroupId":"stargazers","From_Account":"peter","SendTime":1600000100,"MsgBody":[]}}
/// "#;
/// let errors: Vec<_> =
///     Check::new(Records::new(file.as_bytes())).filter_map(Result::err).collect();
///
/// assert_eq!(errors.len(), 1);
/// assert!(errors[0].to_string().starts_with("line 4: message: SendTime decreases"));
/// ```
pub struct Check<I> {
    records: I,
    order: OrderCheck,
    is_over: bool,
}

impl<I> Check<I> {
    /// Creates a check of these records.
    pub fn new(records: I) -> Self {
        Self { records, order: OrderCheck::new(Box::new(SystemClock)), is_over: false }
    }

    /// Takes the current time from this clock instead of the system clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.order.clock = Box::new(clock);
        self
    }
}

impl<I: Iterator<Item = Result<Line, RecordError>>> Iterator for Check<I> {
    type Item = Result<Line, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let Some(line) = self.records.next() else {
            self.is_over = true;
            return self.order.finish().err().map(Err);
        };
        // The rest of the file is unknown, so a missing summary is not reported as well.
        self.is_over = line.as_ref().is_err_and(RecordError::is_unreadable);
        Some(line.and_then(|line| match self.order.check(&line) {
            Ok(()) => Ok(line),
            Err(kind) => Err(RecordError::new(line.number, kind)),
        }))
    }
}

impl<I: Iterator<Item = Result<Line, RecordError>>> FusedIterator for Check<I> {}

impl<I> fmt::Debug for Check<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check").field("groups", &self.order.groups.len()).finish_non_exhaustive()
    }
}

struct OrderCheck {
    clock: Box<dyn Clock>,
    /// The line of each group record.
    groups: HashMap<GroupId, u64>,
    current: Option<CurrentGroup>,
    /// The first line of an export whose summary has not been read yet.
    export_start: Option<u64>,
}

/// The group whose messages and members may follow.
struct CurrentGroup {
    id: GroupId,
    line: u64,
    created: Option<UnixSeconds>,
    is_missing_time_reported: bool,
    newest: Option<UnixSeconds>,
    random: Option<u32>,
    has_members: bool,
}

impl OrderCheck {
    fn new(clock: Box<dyn Clock>) -> Self {
        Self { clock, groups: HashMap::new(), current: None, export_start: None }
    }

    fn check(&mut self, line: &Line) -> Result<(), RecordErrorKind> {
        match &line.record {
            Record::Header(_) => {
                self.current = None;
                let truncated = self.export_start.replace(line.number);
                truncated.map_or(Ok(()), |start| Err(RecordErrorKind::TruncatedExport { start }))
            }
            Record::Account(_) => {
                self.current = None;
                Ok(())
            }
            Record::Group(group) => self.check_group(group, line.number),
            Record::Message(message) => self.check_message(message),
            Record::Member(member) => self.check_member(member),
            Record::Summary(_) => {
                self.current = None;
                self.export_start = None;
                Ok(())
            }
        }
    }

    fn finish(&mut self) -> Result<(), RecordError> {
        let truncated =
            |start| Err(RecordError::new(start, RecordErrorKind::TruncatedExport { start }));
        self.export_start.take().map_or(Ok(()), truncated)
    }

    fn check_group(&mut self, group: &ImportGroup, line: u64) -> Result<(), RecordErrorKind> {
        let id = group.group_id.clone().unwrap_or_default();
        // Set even if the record is invalid, so that its messages do not repeat the error.
        self.current = Some(CurrentGroup::new(id.clone(), line, group.create_time));
        if let Some(time) = group.create_time {
            self.check_is_past("group", "CreateTime", time)?;
        }
        if let Some(&first) = self.groups.get(&id) {
            return Err(RecordErrorKind::DuplicateGroup { group: id, first });
        }
        self.groups.insert(id.clone(), line);
        if is_importable(&id, &group.group_type) {
            Ok(())
        } else {
            Err(RecordErrorKind::InvalidGroupId(id))
        }
    }

    fn check_message(
        &mut self,
        message: &InGroup<GroupMsgToImport>,
    ) -> Result<(), RecordErrorKind> {
        let time = message.item.send_time;
        let group = self.current_group("message", &message.group_id)?;
        if group.has_members {
            return Err(RecordErrorKind::MessageAfterMember);
        }
        if let Some(previous) = group.newest.replace(time)
            && time < previous
        {
            return Err(RecordErrorKind::DecreasingTime { previous, time });
        }
        let random = message.item.random;
        if random.is_some() && mem::replace(&mut group.random, random) == random {
            return Err(RecordErrorKind::DuplicateRandom);
        }
        group.check_is_after_creation("message", "SendTime", time)?;
        self.check_is_past("message", "SendTime", time)?;
        match message_bytes(&message.item) {
            bytes if bytes > MAX_MESSAGE_BYTES => {
                Err(RecordErrorKind::MessageTooLarge { bytes, max: MAX_MESSAGE_BYTES })
            }
            _ => Ok(()),
        }
    }

    fn check_member(&mut self, member: &InGroup<MemberToImport>) -> Result<(), RecordErrorKind> {
        let group = self.current_group("member", &member.group_id)?;
        group.has_members = true;
        let Some(time) = member.item.join_time else { return Ok(()) };
        group.check_is_after_creation("member", "JoinTime", time)?;
        self.check_is_past("member", "JoinTime", time)
    }

    fn current_group(
        &mut self,
        record_type: &'static str,
        group: &GroupId,
    ) -> Result<&mut CurrentGroup, RecordErrorKind> {
        let wrong_group = |current| {
            Err(RecordErrorKind::WrongGroup { record_type, group: group.clone(), current })
        };
        match &mut self.current {
            None => wrong_group(None),
            Some(current) if current.id != *group => wrong_group(Some(current.id.clone())),
            Some(current) => Ok(current),
        }
    }

    fn check_is_past(
        &self,
        record_type: &'static str,
        field: &'static str,
        time: UnixSeconds,
    ) -> Result<(), RecordErrorKind> {
        if time <= self.clock.now() {
            return Ok(());
        }
        Err(RecordErrorKind::InFuture { record_type, field, time })
    }
}

impl CurrentGroup {
    fn new(id: GroupId, line: u64, created: Option<UnixSeconds>) -> Self {
        Self {
            id,
            line,
            created,
            is_missing_time_reported: false,
            newest: None,
            random: None,
            has_members: false,
        }
    }

    fn check_is_after_creation(
        &mut self,
        record_type: &'static str,
        field: &'static str,
        time: UnixSeconds,
    ) -> Result<(), RecordErrorKind> {
        match self.created {
            Some(created) if time < created => {
                Err(RecordErrorKind::BeforeGroup { record_type, field, time, created })
            }
            None if !mem::replace(&mut self.is_missing_time_reported, true) => {
                Err(RecordErrorKind::MissingCreateTime { record_type, group_line: self.line })
            }
            _ => Ok(()),
        }
    }
}

/// Returns whether the service accepts the id for a group of this type.
fn is_importable(id: &GroupId, group_type: &GroupType) -> bool {
    GroupTypeSpec::check_custom_id(group_type, id.as_str()).is_ok()
}

fn message_bytes(message: &GroupMsgToImport) -> usize {
    serde_json::to_vec(&message.msg_body).map_or(0, |json| json.len())
}
