use std::{collections::HashMap, fmt, iter::FusedIterator};

use chat_types::{
    ASSIGNED_GROUP_ID_PREFIX, GroupId, GroupType, MAX_MESSAGE_BYTES, UnixSeconds,
    clock::{Clock, SystemClock},
    group::{ImportGroup, MemberToImport},
    message::GroupMsgToImport,
    spec::GroupTypeSpec,
};

use crate::migration::{InGroup, Line, Record, RecordError, RecordErrorKind};

/// Checks the order of records as they pass, and what the service demands of several records
/// together: groups before what is in them, messages oldest first and before members, no time
/// before the group's own or in the future, no message over its size, no group twice.
///
/// A record with a mistake comes out as the [`RecordError`]; what is right passes unchanged, also after
/// one. It keeps the ids of the groups it has seen and nothing else.
///
/// ```
/// use chat_admin::migration::{Check, Records};
///
/// let file = r#"
/// {"group":{"GroupId":"stargazers","Type":"Public","Name":"Stargazers","CreateTime":1600000000}}
/// {"message":{"GroupId":"stargazers","From_Account":"peter","SendTime":1600000200,"MsgBody":[]}}
/// {"message":{"GroupId":"stargazers","From_Account":"peter","SendTime":1600000100,"MsgBody":[]}}
/// "#;
/// let mistakes: Vec<_> =
///     Check::new(Records::new(file.as_bytes())).filter_map(Result::err).collect();
///
/// assert_eq!(mistakes.len(), 1);
/// assert!(mistakes[0].to_string().starts_with("line 4: message: SendTime falls"));
/// ```
pub struct Check<I> {
    records: I,
    order: Order,
    is_over: bool,
}

impl<I> Check<I> {
    /// Checks what comes from here.
    pub fn new(records: I) -> Self {
        Self { records, order: Order::new(Box::new(SystemClock)), is_over: false }
    }

    /// Takes the time from this clock instead of the machine's own.
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
            return self.order.end().err().map(Err);
        };
        // What follows is not known, so nothing is said about the end either.
        self.is_over = line.as_ref().is_err_and(RecordError::is_unreadable);
        Some(line.and_then(|line| match self.order.check(&line) {
            Ok(()) => Ok(line),
            Err(problem) => Err(RecordError::new(line.number, problem)),
        }))
    }
}

impl<I: Iterator<Item = Result<Line, RecordError>>> FusedIterator for Check<I> {}

impl<I> fmt::Debug for Check<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check").field("groups", &self.order.groups.len()).finish_non_exhaustive()
    }
}

struct Order {
    clock: Box<dyn Clock>,
    /// Where each group stands.
    groups: HashMap<GroupId, u64>,
    open: Option<OpenGroup>,
    /// Where the export begins whose end has not come.
    export: Option<u64>,
}

/// The group that stands last.
struct OpenGroup {
    id: GroupId,
    line: u64,
    created: Option<UnixSeconds>,
    lacks_time: bool,
    newest: Option<UnixSeconds>,
    random: Option<u32>,
    has_members: bool,
}

impl Order {
    fn new(clock: Box<dyn Clock>) -> Self {
        Self { clock, groups: HashMap::new(), open: None, export: None }
    }

    fn check(&mut self, line: &Line) -> Result<(), RecordErrorKind> {
        match &line.record {
            Record::Header(_) => {
                self.open = None;
                let cut_short = self.export.replace(line.number);
                cut_short.map_or(Ok(()), |begins| Err(RecordErrorKind::CutShort { begins }))
            }
            Record::Account(_) => {
                self.open = None;
                Ok(())
            }
            Record::Group(group) => self.check_group(group, line.number),
            Record::Message(message) => self.check_message(message),
            Record::Member(member) => self.check_member(member),
            Record::Summary(_) => {
                self.open = None;
                self.export = None;
                Ok(())
            }
        }
    }

    fn end(&mut self) -> Result<(), RecordError> {
        let cut_short =
            |begins| Err(RecordError::new(begins, RecordErrorKind::CutShort { begins }));
        self.export.take().map_or(Ok(()), cut_short)
    }

    fn check_group(&mut self, group: &ImportGroup, line: u64) -> Result<(), RecordErrorKind> {
        let id = group.group_id.clone().unwrap_or_default();
        // Opened even where it is wrong, so that one mistake is not told once per message.
        self.open = Some(OpenGroup::new(id.clone(), line, group.create_time));
        if let Some(time) = group.create_time {
            self.is_past("group", "CreateTime", time)?;
        }
        if let Some(&first) = self.groups.get(&id) {
            return Err(RecordErrorKind::DuplicateGroup { group: id, first });
        }
        self.groups.insert(id.clone(), line);
        if can_be_imported(&id, &group.group_type) {
            Ok(())
        } else {
            Err(RecordErrorKind::GroupId(id))
        }
    }

    fn check_message(
        &mut self,
        message: &InGroup<GroupMsgToImport>,
    ) -> Result<(), RecordErrorKind> {
        let time = message.item.send_time;
        let group = self.open_group("message", &message.group_id)?;
        if group.has_members {
            return Err(RecordErrorKind::MessageAfterMember);
        }
        if let Some(previous) = group.newest.replace(time)
            && time < previous
        {
            return Err(RecordErrorKind::TimeFalls { previous, time });
        }
        let random = message.item.random;
        if random.is_some() && std::mem::replace(&mut group.random, random) == random {
            return Err(RecordErrorKind::SameRandom);
        }
        group.is_after_creation("message", "SendTime", time)?;
        self.is_past("message", "SendTime", time)?;
        match message_bytes(&message.item) {
            bytes if bytes > MAX_MESSAGE_BYTES => {
                Err(RecordErrorKind::MessageTooLarge { bytes, max: MAX_MESSAGE_BYTES })
            }
            _ => Ok(()),
        }
    }

    fn check_member(&mut self, member: &InGroup<MemberToImport>) -> Result<(), RecordErrorKind> {
        let group = self.open_group("member", &member.group_id)?;
        group.has_members = true;
        let Some(time) = member.item.join_time else { return Ok(()) };
        group.is_after_creation("member", "JoinTime", time)?;
        self.is_past("member", "JoinTime", time)
    }

    fn open_group(
        &mut self,
        kind: &'static str,
        group: &GroupId,
    ) -> Result<&mut OpenGroup, RecordErrorKind> {
        let other = match &self.open {
            Some(open) if open.id == *group => None,
            other => Some(other.as_ref().map(|open| open.id.clone())),
        };
        match (other, &mut self.open) {
            (None, Some(open)) => Ok(open),
            (last, _) => {
                let last = last.flatten();
                Err(RecordErrorKind::OtherGroup { kind, group: group.clone(), last })
            }
        }
    }

    fn is_past(
        &self,
        kind: &'static str,
        field: &'static str,
        time: UnixSeconds,
    ) -> Result<(), RecordErrorKind> {
        if time <= self.clock.now() {
            return Ok(());
        }
        Err(RecordErrorKind::InFuture { kind, field, time })
    }
}

impl OpenGroup {
    fn new(id: GroupId, line: u64, created: Option<UnixSeconds>) -> Self {
        Self {
            id,
            line,
            created,
            lacks_time: false,
            newest: None,
            random: None,
            has_members: false,
        }
    }

    fn is_after_creation(
        &mut self,
        kind: &'static str,
        field: &'static str,
        time: UnixSeconds,
    ) -> Result<(), RecordErrorKind> {
        match self.created {
            Some(created) if time < created => {
                Err(RecordErrorKind::BeforeGroup { kind, field, time, created })
            }
            None if !std::mem::replace(&mut self.lacks_time, true) => {
                Err(RecordErrorKind::NoCreateTime { kind, group_line: self.line })
            }
            _ => Ok(()),
        }
    }
}

/// Whether the service takes an id for a group of this type.
fn can_be_imported(id: &GroupId, group_type: &GroupType) -> bool {
    let id = id.as_str();
    match GroupTypeSpec::find(group_type) {
        Some(spec) => spec.allows_custom_id(id),
        None => !id.starts_with(ASSIGNED_GROUP_ID_PREFIX),
    }
}

fn message_bytes(message: &GroupMsgToImport) -> usize {
    serde_json::to_vec(&message.msg_body).map_or(0, |json| json.len())
}
