//! Does actions of the log of a data directory again.

use std::collections::BTreeSet;

use super::{
    UserClient,
    action::{Action, Repeated},
    friends::{AddFriend, RespondToFriend},
    groups::{Create, Join, Leave},
    login::{LogIn, LogOut},
    messages::{Recall, RecallInGroup, Send, SendToGroup},
    reads::{MarkAsRead, MarkGroupAsRead, SendGroupReadReceipts, SendReadReceipts},
};
use crate::{App, data::PastAction, webhooks::call::KeptNumbers};

/// Does an action again, with the answers to the webhooks that it asked. Returns what is wrong with it.
pub(crate) fn replay(app: &App, past: PastAction<'_>) -> Result<(), String> {
    let PastAction { logged, action, admins } = past;
    let known = KINDS.iter().find(|(kind, _)| *kind == logged.kind);
    let (_, replay) = known.ok_or_else(|| format!("unknown kind of action {:?}", logged.kind))?;
    let admins: BTreeSet<String> = admins.iter().cloned().collect();
    let repeated = Repeated {
        occasion: None,
        answers: logged.answers.into_owned(),
        kept: KeptNumbers::from_log(logged.kept),
        now: logged.at,
        admins: &admins,
    };
    replay(&app.client(&*logged.account), &repeated, action).map_err(|error| error.to_string())
}

type Replay = fn(&UserClient, &Repeated<'_>, &[u8]) -> serde_json::Result<()>;

fn replay_kind<A: Action>(
    client: &UserClient,
    repeated: &Repeated<'_>,
    action: &[u8],
) -> serde_json::Result<()> {
    let action: A = serde_json::from_slice(action)?;
    // Without an occasion it asks nothing, and the log has actions that were refused, too.
    drop(client.run(&action, repeated));
    Ok(())
}

/// The kinds of actions.
const KINDS: &[(&str, Replay)] = &[
    (AddFriend::KIND, replay_kind::<AddFriend>),
    (Create::KIND, replay_kind::<Create>),
    (Join::KIND, replay_kind::<Join>),
    (Leave::KIND, replay_kind::<Leave>),
    (LogIn::KIND, replay_kind::<LogIn>),
    (LogOut::KIND, replay_kind::<LogOut>),
    (MarkAsRead::KIND, replay_kind::<MarkAsRead>),
    (MarkGroupAsRead::KIND, replay_kind::<MarkGroupAsRead>),
    (Recall::KIND, replay_kind::<Recall>),
    (RecallInGroup::KIND, replay_kind::<RecallInGroup>),
    (RespondToFriend::KIND, replay_kind::<RespondToFriend>),
    (Send::KIND, replay_kind::<Send>),
    (SendGroupReadReceipts::KIND, replay_kind::<SendGroupReadReceipts>),
    (SendReadReceipts::KIND, replay_kind::<SendReadReceipts>),
    (SendToGroup::KIND, replay_kind::<SendToGroup>),
];
