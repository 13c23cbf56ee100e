//! The lines of a file of the message history, one per message.

use std::ops::Range;

use chat_types::UnixSeconds;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    response::ApiError,
    state::{
        AppState,
        conversation::DirectMessage,
        history::{History, Message},
        topics::Topics,
    },
};

/// Returns the messages of a period as JSON, oldest first. Recalled messages are left out.
pub(super) fn of_hour(
    app: &AppState,
    in_groups: bool,
    period: Range<UnixSeconds>,
) -> Result<Vec<String>, ApiError> {
    let mut lines: Vec<Line<'_>> = if in_groups {
        group_lines(app, &period).collect::<Result<_, _>>()
    } else {
        let messages = app.direct_messages.between(period.start, period.end);
        messages.filter(|message| !message.recalled).map(direct_line).collect()
    }
    .map_err(ApiError::internal)?;
    lines.sort_by(|one, other| one.order().cmp(&other.order()));
    lines.iter().map(|line| serde_json::to_string(line).map_err(ApiError::internal)).collect()
}

fn group_lines<'a>(
    app: &'a AppState,
    period: &Range<UnixSeconds>,
) -> impl Iterator<Item = serde_json::Result<Line<'a>>> {
    app.groups.by_id().iter().flat_map(move |(id, group)| {
        let topics = group.topics.iter().flat_map(Topics::iter);
        let topics = topics.map(|(topic, found)| (Some(topic), &found.history));
        std::iter::once((None, &group.history))
            .chain(topics)
            .flat_map(move |(topic, history)| lines_of(id, topic, history, period))
    })
}

fn lines_of<'a>(
    group: &'a str,
    topic: Option<&'a str>,
    history: &'a History,
    period: &Range<UnixSeconds>,
) -> impl Iterator<Item = serde_json::Result<Line<'a>>> {
    history
        .kept()
        .filter(|(_, message)| period.contains(&message.time) && !message.recalled)
        .map(move |(seq, message)| group_line(group, topic, seq, message))
}

/// A message in a file.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Line<'a> {
    #[serde(rename = "From_Account")]
    from_account: &'a str,
    #[serde(rename = "To_Account", skip_serializing_if = "Option::is_none")]
    to_account: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic_id: Option<&'a str>,
    msg_timestamp: UnixSeconds,
    msg_seq: u64,
    msg_random: u32,
    msg_body: &'a RawValue,
}

impl Line<'_> {
    /// Returns what lines are sorted by.
    fn order(&self) -> impl Ord {
        let Self { msg_timestamp, group_id, topic_id, msg_seq, from_account, to_account, .. } =
            *self;
        (msg_timestamp, group_id, topic_id, msg_seq, from_account, to_account)
    }
}

fn direct_line(message: &DirectMessage) -> serde_json::Result<Line<'_>> {
    Ok(Line {
        from_account: &message.from,
        to_account: Some(&message.to),
        group_id: None,
        topic_id: None,
        msg_timestamp: message.numbers.time,
        msg_seq: message.numbers.seq.into(),
        msg_random: message.numbers.random,
        msg_body: serde_json::from_slice(&message.content)?,
    })
}

fn group_line<'a>(
    group: &'a str,
    topic: Option<&'a str>,
    seq: u64,
    message: &'a Message,
) -> serde_json::Result<Line<'a>> {
    Ok(Line {
        from_account: &message.sender,
        to_account: None,
        group_id: Some(group),
        topic_id: topic,
        msg_timestamp: message.time,
        msg_seq: seq,
        msg_random: message.random.unwrap_or_default(),
        msg_body: serde_json::from_slice(&message.content)?,
    })
}
