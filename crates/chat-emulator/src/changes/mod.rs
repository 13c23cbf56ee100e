//! Changes that do not come from calls: what clients, the console and tests do.
//!
//! Calls change the state in [`router`](crate::router); everything else does through [`apply`]. Both
//! write what they did to the log of the data directory, if there is one, while the state is locked, so
//! that the log has the order in which changes took effect. After a restart,
//! [`data`](crate::data) applies the changes of the log again.
//!
//! # How to add a kind of change
//!
//! 1. Write a type with the values that the change depends on, and implement [`Change`] for it. `apply`
//!    must depend on nothing but these values, the state and the time: no clock, no random number, no
//!    order of a `HashMap`. A value that is drawn at random is drawn before, and is part of the type.
//! 2. Add the type to [`KINDS`]; a test fails otherwise. Never rename a kind and never change the
//!    meaning of its fields, because logs have it; add a field with `#[serde(default)]`, or a new kind.
//! 3. Call [`apply`] where the change is made.

mod clients;
mod console;
mod seed;

use chat_types::UnixSeconds;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

pub(crate) use self::{
    clients::{
        AddPushDevice, CreateGroup, CreateTopic, DeleteAccount, DrawMessageNumber, Join, Leave,
        PassTime, SendMessages,
    },
    console::{Reset, SetEdition, SetNewerGroupTypes, SetSite},
    seed::Seed,
};
use crate::{app::inner::AppInner, state::AppState, webhooks::call::KeptNumbers};

/// A change of one app that does not come from a call.
pub(crate) trait Change: Serialize + DeserializeOwned {
    /// The name of the kind in logs.
    const KIND: &'static str;

    type Outcome;

    fn apply(self, target: Target<'_>) -> Self::Outcome;
}

/// What a change is applied to.
pub(crate) struct Target<'a> {
    pub(crate) app: &'a AppInner,
    /// The state of the app, locked.
    pub(crate) state: &'a mut AppState,
    pub(crate) now: UnixSeconds,
}

/// Applies a change, and writes it to the log if there is one.
pub(crate) fn apply<C: Change>(app: &AppInner, change: C, now: UnixSeconds) -> C::Outcome {
    let mut state = app.state();
    log(app, &change, now);
    run(app, &mut state, change, now)
}

/// Logs the numbers of messages that a call or an action drew in a run at whose end it waits for the
/// response to a webhook: others draw the next ones in the meantime. The caller has locked the state.
pub(crate) fn log_draws(app: &AppInner, before: &[u32], kept: &KeptNumbers, now: UnixSeconds) {
    for _ in before.len()..kept.so_far().len() {
        log(app, &DrawMessageNumber {}, now);
    }
}

/// Does what is due by now, and logs that it was done, because calls that only read are not logged.
pub(crate) fn pass_time(app: &AppInner, state: &mut AppState, now: UnixSeconds) {
    if state.pass_time(now) {
        log(app, &PassTime {}, now);
    }
}

/// Writes a change that takes effect to the log if there is one. The caller has locked the state.
pub(crate) fn log<C: Change>(app: &AppInner, change: &C, now: UnixSeconds) {
    debug_assert!(KINDS.iter().any(|(kind, _)| *kind == C::KIND), "add {} to KINDS", C::KIND);
    if let Some(journal) = app.journal() {
        journal.append_change(app.signer.sdk_app_id(), C::KIND, change, now);
    }
}

fn run<C: Change>(app: &AppInner, state: &mut AppState, change: C, now: UnixSeconds) -> C::Outcome {
    state.pass_time(now);
    let outcome = change.apply(Target { app, state, now });
    state.note_changes(now);
    outcome
}

/// Applies a change of a log again.
type Replay = fn(&AppInner, &RawValue, UnixSeconds) -> serde_json::Result<()>;

fn replay<C: Change>(
    app: &AppInner,
    fields: &RawValue,
    now: UnixSeconds,
) -> serde_json::Result<()> {
    let change: C = serde_json::from_str(fields.get())?;
    run(app, &mut app.state(), change, now);
    Ok(())
}

/// Returns what applies changes of this kind again; `None` for an unknown kind.
pub(crate) fn find_kind(kind: &str) -> Option<Replay> {
    KINDS.iter().find(|(known, _)| *known == kind).map(|&(_, replay)| replay)
}

/// The kinds of changes.
const KINDS: &[(&str, Replay)] = &[
    (AddPushDevice::KIND, replay::<AddPushDevice>),
    (CreateGroup::KIND, replay::<CreateGroup>),
    (CreateTopic::KIND, replay::<CreateTopic>),
    (DeleteAccount::KIND, replay::<DeleteAccount>),
    (DrawMessageNumber::KIND, replay::<DrawMessageNumber>),
    (Join::KIND, replay::<Join>),
    (Leave::KIND, replay::<Leave>),
    (PassTime::KIND, replay::<PassTime>),
    (Reset::KIND, replay::<Reset>),
    (Seed::KIND, replay::<Seed>),
    (SendMessages::KIND, replay::<SendMessages>),
    (SetEdition::KIND, replay::<SetEdition>),
    (SetNewerGroupTypes::KIND, replay::<SetNewerGroupTypes>),
    (SetSite::KIND, replay::<SetSite>),
];
