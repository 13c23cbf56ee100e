//! The faults that a call can encounter.
//!
//! Each one is played on real sockets for a call that is safe to repeat and for one that is not: what
//! the caller sees, how long it takes, and what reaches the service. `FAULTS.md` presents the same
//! table to readers, and a test keeps the two in sync.

mod expected;
mod forms;
#[cfg(feature = "hyper")]
mod page;
mod pairs;
mod play;
#[cfg(feature = "hyper")]
mod pool;
mod rows;

use std::{fmt, ops::RangeInclusive, sync::Arc, time::Duration};

use chat_transport::{Error, ErrorKind};
use futures_util::{
    StreamExt as _,
    future::{join, join_all},
    stream,
};

use self::play::play;
pub(crate) use self::{pairs::pairs, play::Played, rows::rows};
use crate::server::{Behavior, Reply, Seen};

/// One row of the table.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// The ways in which the fault can occur, all with the same outcome.
    pub(crate) forms: Vec<Form>,
    /// The outcome of a call that is safe to repeat.
    pub(crate) safe: Expected,
    /// The outcome of any other call.
    pub(crate) other: Expected,
    /// The settings that change the outcome.
    #[cfg_attr(
        not(feature = "hyper"),
        expect(dead_code, reason = "the page is about the built-in backend")
    )]
    pub(crate) change: &'static str,
}

impl Fault {
    fn expected(&self, call: Call) -> &Expected {
        match call {
            Call::Safe => &self.safe,
            Call::Other => &self.other,
        }
    }

    fn within(&self, call: Call) -> Within {
        self.expected(call).within
    }
}

/// One way in which a fault can occur.
#[derive(Clone)]
pub(crate) struct Form {
    pub(crate) name: String,
    pub(crate) address: Address,
    pub(crate) behavior: Behavior,
    pub(crate) reply: ReplyFn,
    /// Whether there is a backup domain, which works.
    pub(crate) has_backup: bool,
    /// Whether a successful call comes first, followed by a pause.
    pub(crate) is_second_call: bool,
    /// The code that the error must have.
    pub(crate) code: Option<i64>,
    /// Whether the error has everything else that it must have.
    pub(crate) check: fn(&Error) -> bool,
}

/// The reply to a request, by its number on its server, counted from 0.
pub(crate) type ReplyFn = Arc<dyn Fn(&Seen, usize) -> Reply + Send + Sync>;

/// The address that the call goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Http,
    ClosedPort,
    UnknownName,
    /// The server does not support TLS.
    #[cfg(feature = "hyper")]
    HttpsToHttp,
    /// The certificate is for another name.
    #[cfg(feature = "hyper")]
    WrongName,
    /// The issuer of the certificate is unknown.
    #[cfg(feature = "hyper")]
    UnknownIssuer,
}

impl Address {
    /// TLS is tested with the built-in backend. A reqwest client uses what its user configured.
    fn is_https(self) -> bool {
        !matches!(self, Self::Http | Self::ClosedPort | Self::UnknownName)
    }
}

/// The expected outcome of a call.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// The kind as [`kind_name`] writes it; its beginning and `…` if the forms differ.
    pub(crate) sees: &'static str,
    /// The value of [`Error::is_unsent`]; `None` if it depends on the timing.
    pub(crate) is_unsent: Option<bool>,
    /// The value of [`Error::is_retryable`]; `None` if it is that of [`Error::is_unsent`].
    pub(crate) is_retryable: Option<bool>,
    pub(crate) attempts: RangeInclusive<u64>,
    /// The number of requests that the server reads completely.
    pub(crate) requests: usize,
    /// The number of requests that the backup domain reads.
    pub(crate) at_backup: usize,
    pub(crate) within: Within,
}

/// What limits the duration of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Within {
    /// No wait: the call ends with the first response, or without one.
    NoWait,
    /// The waits between the attempts.
    Waits,
    /// A second, or a longer `Retry-After`, and a wait before each further attempt.
    SecondsAndWaits,
    /// As many of those waits as `timeout` leaves time for.
    SecondsWhileInTime,
    /// The longer one of the wait and a `Retry-After` of this number of seconds, before each further
    /// attempt.
    RetryAfter(u64),
    /// `connect_timeout` for each attempt, and the waits.
    ConnectTimeout(Duration),
    /// `tls_timeout` for each attempt, and the waits.
    #[cfg_attr(
        not(feature = "hyper"),
        expect(dead_code, reason = "TLS is tested with the built-in backend")
    )]
    TlsTimeout(Duration),
    /// `response_timeout` for each attempt, and the waits.
    ResponseTimeout(Duration),
    /// `body_timeout` for each attempt, and the waits.
    BodyTimeout(Duration),
    /// `timeout`.
    Timeout,
    /// `timeout`, since `body_timeout` limits a single pause and none was that long.
    TimeoutAlone,
}

impl Within {
    /// Whether the fault is that a time limit is reached.
    fn is_timeout(self) -> bool {
        matches!(
            self,
            Self::ConnectTimeout(_)
                | Self::TlsTimeout(_)
                | Self::ResponseTimeout(_)
                | Self::BodyTimeout(_)
                | Self::Timeout
                | Self::TimeoutAlone
        )
    }

    fn is_long(self) -> bool {
        matches!(self, Self::SecondsAndWaits | Self::SecondsWhileInTime | Self::RetryAfter(_))
    }
}

/// Whether the call is safe to repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Safe,
    Other,
}

/// Returns the kind of the error with its phase, status or code.
pub(crate) fn kind_name(error: Option<&Error>) -> String {
    let Some(error) = error else { return "Success".to_owned() };
    let variant = |kind: &ErrorKind| {
        let text = format!("{kind:?}");
        text.split([' ', '(']).next().unwrap().to_owned()
    };
    match error.kind() {
        ErrorKind::Timeout(phase) => format!("Timeout({phase:?})"),
        ErrorKind::HttpStatus { status, .. } => format!("HttpStatus {status}"),
        ErrorKind::Api(refusal) => format!("Api {}", refusal.code),
        kind => variant(kind),
    }
}

/// Plays every form of every row, with every backend and both kinds of calls.
pub(crate) async fn play_all(rows: &[Fault]) -> Vec<(&Fault, Played)> {
    let scenes = |wanted: fn(Within) -> bool| {
        let scenes = rows.iter().flat_map(scenes_of);
        let scenes = scenes.filter(move |scene| wanted(scene.0.within(scene.2)));
        scenes.map(|(row, form, call, backend)| async move {
            (row, play(row, form, call, backend).await)
        })
    };
    // Tested time limits are short, so these scenes have the machine to themselves. Scenes that wait
    // run concurrently, and only a few of the others at a time, so that none is slowed down.
    let mut played = join_all(scenes(Within::is_timeout)).await;
    let waiting = join_all(scenes(|within| within.is_long() && !within.is_timeout()));
    let others = stream::iter(scenes(|within| !within.is_long() && !within.is_timeout()));
    let (waiting, others): (_, Vec<_>) =
        join(waiting, others.buffered(CONCURRENCY).collect()).await;
    played.extend(waiting);
    played.extend(others);
    played
}

/// Returns every combination of form, call and backend in which a fault can occur.
fn scenes_of(row: &Fault) -> impl Iterator<Item = (&Fault, &Form, Call, play::Backend)> {
    row.forms.iter().flat_map(move |form| {
        play::Backend::for_form(form).into_iter().flat_map(move |backend| {
            [Call::Safe, Call::Other].map(|call| (row, form, call, backend))
        })
    })
}

const CONCURRENCY: usize = 16;

#[tokio::test]
async fn every_fault_ends_as_expected() {
    let rows: Vec<_> = rows().into_iter().chain(pairs()).collect();
    let played = play_all(&rows).await;
    let mut problems = Vec::new();
    for (row, played) in &played {
        let found = played.differs_from(row.expected(played.call));
        problems.extend(found.into_iter().map(|problem| {
            format!(
                "{} / {} / {played}: {problem}\n    {:?}",
                row.name, played.form.name, played.error
            )
        }));
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    assert!(played.len() > 100, "{}", played.len());
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
