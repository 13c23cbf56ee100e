//! Checks a whole seed before anything is changed.

use std::collections::HashMap;

use chat_types::{GroupId, limits::MAX_MESSAGE_BYTES, message::MsgElement, spec::GroupTypeSpec};

use super::{
    error::{SeedError, SeedErrorKind},
    record::Record,
};
use crate::state::AppState;

/// A seed whose lines are records.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(super) records: Vec<(usize, Record)>,
}

impl Plan {
    /// Reads all lines. Empty ones are ignored.
    pub(crate) fn read(seed: &str) -> Result<Self, SeedError> {
        let mut records = Vec::new();
        let mut export_start = None;
        for (line, text) in (1..).zip(seed.lines()).filter(|(_, text)| !text.trim().is_empty()) {
            let record = Record::parse(text).map_err(|kind| SeedError { line, kind })?;
            match &record {
                Record::ChatExport(_) if export_start.is_some() => break,
                Record::ChatExport(_) => export_start = Some(line),
                Record::Summary(_) => export_start = None,
                _ => {}
            }
            records.push((line, record));
        }
        match export_start {
            Some(line) => Err(SeedError { line, kind: SeedErrorKind::Truncated }),
            None => Ok(Self { records }),
        }
    }

    /// Checks what the records say against each other and against an app.
    pub(crate) fn check(&self, state: &AppState) -> Result<(), SeedError> {
        // Whether a member of the group was there already.
        let mut groups: HashMap<&str, bool> = HashMap::new();
        for (line, record) in &self.records {
            check(record, state, &mut groups).map_err(|kind| SeedError { line: *line, kind })?;
        }
        Ok(())
    }
}

fn check<'a>(
    record: &'a Record,
    state: &AppState,
    groups: &mut HashMap<&'a str, bool>,
) -> Result<(), SeedErrorKind> {
    match record {
        Record::ChatExport(_) | Record::Summary(_) | Record::Account(_) => Ok(()),
        Record::Group(group) => {
            let id = group.group_id.as_ref().map_or("", GroupId::as_str);
            if GroupTypeSpec::find(&group.group_type).is_none() {
                let reason = format!("Type {} is not a preset type", group.group_type);
                return Err(SeedErrorKind::invalid("group", reason));
            }
            if state.groups.get(id).is_some() || groups.insert(id, false).is_some() {
                return Err(SeedErrorKind::GroupExists(id.into()));
            }
            Ok(())
        }
        Record::Message(message) => {
            if *find("message", &message.group_id, state, groups)? {
                return Err(SeedErrorKind::MessageAfterMember);
            }
            check_body(&message.item.msg_body)
        }
        Record::Member(member) => {
            *find("member", &member.group_id, state, groups)? = true;
            Ok(())
        }
    }
}

fn check_body(body: &[MsgElement]) -> Result<(), SeedErrorKind> {
    let invalid = |reason: String| SeedErrorKind::invalid("message", reason);
    if body.is_empty() {
        return Err(invalid("MsgBody must have at least one element".to_owned()));
    }
    let content = serde_json::to_vec(body).map_err(|error| invalid(error.to_string()))?;
    if content.len() > MAX_MESSAGE_BYTES {
        return Err(invalid(format!("MsgBody is longer than {MAX_MESSAGE_BYTES} bytes")));
    }
    Ok(())
}

fn find<'a, 'b>(
    record: &'static str,
    id: &'a GroupId,
    state: &AppState,
    groups: &'b mut HashMap<&'a str, bool>,
) -> Result<&'b mut bool, SeedErrorKind> {
    if state.groups.get(id.as_str()).is_some() {
        return Ok(groups.entry(id.as_str()).or_default());
    }
    let unknown = || SeedErrorKind::UnknownGroup { record, group: id.clone() };
    groups.get_mut(id.as_str()).ok_or_else(unknown)
}
