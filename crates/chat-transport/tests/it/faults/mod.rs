//! The faults that a call may meet, each played on real sockets for a call that is safe to repeat
//! and for one that is not: what the caller sees, how long that takes, and what reaches the
//! service. `FAULTS.md` is the same table for readers, and a test holds the two together.

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
pub(crate) use self::{
    pairs::pairs,
    play::{LIFETIME, NOW, Played},
    rows::rows,
};
use crate::server::{Manner, Reply, Seen};

/// One row of the table.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// Several where they come to the same.
    pub(crate) forms: Vec<Form>,
    /// What becomes of a call that is safe to repeat.
    pub(crate) safe: Expected,
    /// What becomes of any other call.
    pub(crate) other: Expected,
    /// How to change it.
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

/// One way in which a fault can come.
#[derive(Clone)]
pub(crate) struct Form {
    pub(crate) name: String,
    pub(crate) address: Address,
    pub(crate) manner: Manner,
    pub(crate) response: Answer,
    /// Whether there is a backup domain, which works.
    pub(crate) has_backup: bool,
    /// Whether a call that goes well comes first, with a pause after it.
    pub(crate) is_second_call: bool,
    /// The code that the error has to tell.
    pub(crate) code: Option<i64>,
    /// Whether the error tells whatever else it has to.
    pub(crate) tells: fn(&Error) -> bool,
}

/// What is answered to a request, by its number on its server, from 0.
pub(crate) type Answer = Arc<dyn Fn(&Seen, usize) -> Reply + Send + Sync>;

/// Where the call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Http,
    ClosedPort,
    UnknownName,
    /// The server speaks no TLS, if it speaks at all.
    #[cfg(feature = "hyper")]
    HttpsToHttp,
    /// The certificate is for another name.
    #[cfg(feature = "hyper")]
    WrongName,
    /// Nobody knows who signed the certificate.
    #[cfg(feature = "hyper")]
    UnknownIssuer,
}

impl Address {
    /// TLS is the built-in backend's own. A reqwest client brings what its user chose.
    fn is_https(self) -> bool {
        !matches!(self, Self::Http | Self::ClosedPort | Self::UnknownName)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// As [`word_for`] writes it; the beginning of that and `…` where the forms differ.
    pub(crate) sees: &'static str,
    /// What [`Error::is_unsent`] says; `None` where that is a matter of moments.
    pub(crate) is_unsent: Option<bool>,
    /// What [`Error::is_retryable`] says; `None` where it is so if nothing was sent.
    pub(crate) is_retryable: Option<bool>,
    pub(crate) attempts: RangeInclusive<u64>,
    /// Those that the server reads whole.
    pub(crate) requests: usize,
    /// Those that the backup domain reads.
    pub(crate) at_backup: usize,
    pub(crate) within: Within,
}

/// What bounds the time that a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Within {
    /// It ends with the first response, or without one.
    NoWait,
    /// Waits between the attempts.
    Waits,
    /// A second, or a longer `Retry-After`, and a wait before each further attempt.
    SecondsAndWaits,
    /// The longer one of wait and `Retry-After`, of so many seconds, before each further attempt.
    RetryAfter(u64),
    /// `connect_timeout` for each attempt, and the waits.
    ConnectTimeout(Duration),
    /// `tls_timeout` for each attempt, and the waits.
    #[cfg_attr(
        not(feature = "hyper"),
        expect(dead_code, reason = "TLS is the built-in backend's own")
    )]
    TlsTimeout(Duration),
    /// `response_timeout` for each attempt, and the waits.
    AnswerTimeout(Duration),
    /// `body_timeout` for each attempt, and the waits.
    BodyTimeout(Duration),
    /// `timeout`.
    Timeout,
    /// `timeout`, since `body_timeout` bounds a single pause and none was so long.
    TimeoutAlone,
}

impl Within {
    /// Whether the fault is that a time limit is reached.
    fn is_time_out(self) -> bool {
        matches!(
            self,
            Self::ConnectTimeout(_)
                | Self::TlsTimeout(_)
                | Self::AnswerTimeout(_)
                | Self::BodyTimeout(_)
                | Self::Timeout
                | Self::TimeoutAlone
        )
    }

    fn is_long(self) -> bool {
        matches!(self, Self::SecondsAndWaits | Self::RetryAfter(_))
    }
}

/// Whether the call is safe to repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Safe,
    Other,
}

/// What the caller sees, in a word or two.
pub(crate) fn word_for(error: Option<&Error>) -> String {
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
    // Time limits are short where they are what is tested, so those have the machine alone. Those
    // that wait do it side by side, and the others take turns, so that none waits for the rest.
    let mut played = join_all(scenes(Within::is_time_out)).await;
    let waiting = join_all(scenes(|within| within.is_long() && !within.is_time_out()));
    let others = stream::iter(scenes(|within| !within.is_long() && !within.is_time_out()));
    let (waiting, others): (_, Vec<_>) = join(waiting, others.buffered(AT_ONCE).collect()).await;
    played.extend(waiting);
    played.extend(others);
    played
}

/// Everyone who can meet a fault, in every form of it.
fn scenes_of(row: &Fault) -> impl Iterator<Item = (&Fault, &Form, Call, play::Backend)> {
    row.forms.iter().flat_map(move |form| {
        play::Backend::for_form(form).into_iter().flat_map(move |backend| {
            [Call::Safe, Call::Other].map(|call| (row, form, call, backend))
        })
    })
}

const AT_ONCE: usize = 16;

#[tokio::test]
async fn every_fault_ends_as_the_table_says() {
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
